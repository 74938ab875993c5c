/// What a handler answers.
///
/// The server writes `Content-Length`, `Transfer-Encoding`, `Connection`, `Date` and `Server` itself; only
/// `Connection: close` and the length of a stream are taken from a handler's headers.
public struct Response: Sendable {
  public var status: Int
  public var headers: Headers
  public var body: Body

  public init(_ status: Int, headers: Headers = [:], body: Body = .none) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// A response of one piece of text.
  public init(_ status: Int, text: String, contentType: String = "text/plain; charset=utf-8") {
    self.init(status, headers: ["Content-Type": contentType], body: .bytes(Array(text.utf8)))
  }

  /// A response of bytes.
  public init(_ status: Int, bytes: [UInt8], contentType: String) {
    self.init(status, headers: ["Content-Type": contentType], body: .bytes(bytes))
  }

  /// A stream of server-sent events. `send` runs until it returns, its task is cancelled, or the client leaves.
  ///
  /// When the server shuts down, the task of an event stream is cancelled at once, since it would never end by itself;
  /// the client sees a clean end and connects again elsewhere.
  public static func events(
    headers: Headers = [:], _ send: @escaping @Sendable (EventWriter) async throws -> Void
  ) -> Response {
    var headers = headers
    headers.set("Content-Type", "text/event-stream")
    headers.set("Cache-Control", "no-store")
    // Asks nginx, if there is one in front, not to hold events back.
    headers.set("X-Accel-Buffering", "no")
    return Response(200, headers: headers, body: .stream { try await send(EventWriter(body: $0)) })
  }

  /// Whether the body has no natural end.
  var isEventStream: Bool {
    guard case .stream = body else { return false }
    return headers["Content-Type"]?.hasPrefix("text/event-stream") ?? false
  }
}

/// The body of a response.
public enum Body: Sendable {
  /// No bytes.
  case none
  /// All bytes at once.
  case bytes([UInt8])
  /// Bytes as they come. The response ends when the closure returns; if it throws, the connection is cut, so that
  /// the client knows that bytes are missing.
  case stream(@Sendable (BodyWriter) async throws -> Void)

  /// The whole body, for tests and for middleware that looks into answers.
  public func collect() async throws -> [UInt8] {
    switch self {
    case .none: return []
    case .bytes(let bytes): return bytes
    case .stream(let produce):
      let collected = Collected()
      try await produce(BodyWriter { await collected.append($0) })
      return await collected.bytes
    }
  }

  private actor Collected {
    var bytes: [UInt8] = []
    func append(_ more: [UInt8]) { bytes += more }
  }
}
