/// One event of a `text/event-stream`.
public struct ServerSentEvent: Sendable, Equatable {
  /// What kind of event it is; `message` if there is none.
  public var name: String?
  /// What the client sends back as `Last-Event-ID` when it connects again.
  public var id: String?
  public var data: String
  /// After how long a lost client is to connect again.
  public var retry: Duration?

  public init(name: String? = nil, id: String? = nil, data: String, retry: Duration? = nil) {
    self.name = name
    self.id = id
    self.data = data
    self.retry = retry
  }

  /// The event as it goes over the wire. Data of several lines stays one event; a name or an id cannot leave its line.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(data.utf8.count + 64)
    if let name { Self.field("event", name, &bytes) }
    if let id { Self.field("id", id, &bytes) }
    if let retry {
      let milliseconds =
        retry.components.seconds * 1000 + retry.components.attoseconds / 1_000_000_000_000_000
      Self.field("retry", String(milliseconds), &bytes)
    }
    var line: [UInt8] = []
    var previous: UInt8 = 0
    for byte in data.utf8 {
      switch byte {
      case Byte.lineFeed where previous == Byte.carriageReturn: break
      case Byte.lineFeed, Byte.carriageReturn:
        Self.field("data", line, &bytes)
        line.removeAll(keepingCapacity: true)
      default: line.append(byte)
      }
      previous = byte
    }
    Self.field("data", line, &bytes)
    bytes.append(Byte.lineFeed)
    return bytes
  }

  /// A line that clients skip. It keeps proxies from closing a quiet stream, and finds clients that vanished.
  public static func comment(_ text: String = "") -> [UInt8] {
    var bytes: [UInt8] = []
    field("", text, &bytes)
    bytes.append(Byte.lineFeed)
    return bytes
  }

  private static func field(_ name: String, _ value: String, _ bytes: inout [UInt8]) {
    // A NUL in an id makes clients ignore it, and a line end would start another field.
    field(name, value.utf8.filter { $0 != Byte.lineFeed && $0 != Byte.carriageReturn && $0 != 0 }, &bytes)
  }

  private static func field(_ name: String, _ value: [UInt8], _ bytes: inout [UInt8]) {
    bytes.append(contentsOf: name.utf8)
    bytes.append(Byte.colon)
    bytes.append(Byte.space)
    bytes.append(contentsOf: value)
    bytes.append(Byte.lineFeed)
  }
}

/// Where server-sent events are written to.
public struct EventWriter: Sendable {
  let body: BodyWriter

  /// Sends one event. Waits while the client reads more slowly than events come.
  public func send(_ event: ServerSentEvent) async throws(BodyWriter.Closed) {
    try await body.write(event.encoded)
  }

  /// Sends a line that clients skip.
  public func ping() async throws(BodyWriter.Closed) { try await body.write(ServerSentEvent.comment("ping")) }
}
