internal import CCurl
internal import Threads

/// A request to a web server.
public struct WebRequest: Sendable {
  public var method: String
  public var url: String
  public var headers: [(name: String, value: String)] = []
  public var body: [UInt8]?
  /// For the whole exchange.
  public var timeout = Duration.seconds(60)
  /// A larger answer is refused.
  public var responseLimit = 64 << 20

  public init(_ method: String, _ url: String) {
    self.method = method
    self.url = url
  }
}

/// What a web server answered, whatever its status.
public struct WebResponse: Sendable {
  public let status: Int
  public let body: [UInt8]
}

/// Why there is no answer.
public struct WebError: Error, CustomStringConvertible {
  public let description: String
}

/// A client for HTTP and HTTPS, by libcurl.
///
/// Exchanges run one after the other on a thread of its own, over connections that are kept. Certificates are verified,
/// redirects are not followed, proxies are taken from the environment.
public actor WebSession {
  private let thread = ThreadExecutor(name: "web-client")
  private let handle: CurlHandle

  public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  public init() { handle = CurlHandle() }

  /// Sends `request` and returns the whole answer.
  public func send(_ request: WebRequest) throws(WebError) -> WebResponse { try handle.perform(request) }
}

/// The owner of a curl handle. Used on the thread of its client only.
private final class CurlHandle: @unchecked Sendable {
  // Sendable: reachable only through the actor above, whose executor is one thread.
  private let handle: OpaquePointer

  /// What has arrived, for as long as an exchange lasts.
  private final class Received {
    var bytes: [UInt8] = []
    let limit: Int
    init(limit: Int) { self.limit = limit }
  }

  private static let isReady: Void = { curl_global_init(Int(CURL_GLOBAL_DEFAULT)) }()

  init() {
    _ = Self.isReady
    guard let handle = curl_easy_init() else { preconditionFailure("libcurl has no memory for a handle") }
    self.handle = OpaquePointer(handle)
  }

  private var raw: UnsafeMutableRawPointer { UnsafeMutableRawPointer(handle) }

  deinit { curl_easy_cleanup(raw) }

  func perform(_ request: WebRequest) throws(WebError) -> WebResponse {
    // Forgets the options of the last exchange, and keeps its connections.
    curl_easy_reset(raw)
    let received = Received(limit: request.responseLimit)
    var list: UnsafeMutablePointer<curl_slist>?
    for header in request.headers where !(header.name + header.value).utf8.contains(where: { $0 < 32 }) {
      list = curl_slist_append(list, "\(header.name): \(header.value)")
    }
    // No “Expect: 100-continue”, which costs a round trip.
    list = curl_slist_append(list, "Expect:")
    defer { curl_slist_free_all(list) }
    CCurl_set_text(raw, CURLOPT_URL, request.url)
    CCurl_set_text(raw, CURLOPT_PROTOCOLS_STR, "http,https")
    if let body = request.body { _ = body.withUnsafeBytes { CCurl_set_body(raw, $0.baseAddress, $0.count) } }
    CCurl_set_text(raw, CURLOPT_CUSTOMREQUEST, request.method)
    CCurl_set_headers(raw, list)
    CCurl_set_long(raw, CURLOPT_NOSIGNAL, 1)
    CCurl_set_long(raw, CURLOPT_FOLLOWLOCATION, 0)
    CCurl_set_long(raw, CURLOPT_TIMEOUT_MS, Int(request.timeout / .milliseconds(1)))
    CCurl_set_sink(
      raw,
      { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let received = Unmanaged<Received>.fromOpaque(context).takeUnretainedValue()
        guard received.bytes.count + size * count <= received.limit else { return 0 }
        received.bytes.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: size * count))
        return size * count
      }, Unmanaged.passUnretained(received).toOpaque())
    let code = withExtendedLifetime(received) { curl_easy_perform(raw) }
    guard code == CURLE_OK else {
      if code == CURLE_WRITE_ERROR { throw WebError(description: "\(request.url): the answer is too large") }
      throw WebError(description: "\(request.url): \(String(cString: curl_easy_strerror(code)))")
    }
    return WebResponse(status: CCurl_status(raw), body: received.bytes)
  }
}
