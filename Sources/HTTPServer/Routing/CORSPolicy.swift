/// Which web pages of other origins may read the answers.
public struct CORSPolicy: Sendable {
  /// Origins as browsers send them: `https://console.example.org`. `*` stands for all, without credentials.
  public var origins: Set<String>
  /// Whether pages served from this machine (`http://localhost:…`, `127.0.0.1`, `[::1]`) are allowed too.
  public var allowsLoopback: Bool
  /// Headers that pages may send.
  public var headers: [String]
  /// Headers that pages may read, besides the harmless ones.
  public var exposedHeaders: [String]
  public var allowsCredentials: Bool
  /// How long a browser may remember the answer to its preflight.
  public var maxAge: Duration

  public init(
    origins: Set<String> = [], allowsLoopback: Bool = false,
    headers: [String] = ["Authorization", "Content-Type", "Accept", "Last-Event-ID", "X-Request-ID"],
    exposedHeaders: [String] = ["X-Request-ID"], allowsCredentials: Bool = false,
    maxAge: Duration = .seconds(600)
  ) {
    self.origins = origins
    self.allowsLoopback = allowsLoopback
    self.headers = headers
    self.exposedHeaders = exposedHeaders
    self.allowsCredentials = allowsCredentials
    self.maxAge = maxAge
  }

  /// No page of another origin.
  public static let none = CORSPolicy()

  var isNone: Bool { origins.isEmpty && !allowsLoopback }

  /// Whether pages of `origin` may read answers.
  public func allows(_ origin: String) -> Bool {
    if origins.contains(origin) || origins.contains("*") { return true }
    return allowsLoopback && Self.isLoopback(origin)
  }

  private static func isLoopback(_ origin: String) -> Bool {
    for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
      let authority = origin.dropFirst(scheme.count)
      for host in ["localhost", "127.0.0.1", "[::1]"] where authority.hasPrefix(host) {
        let port = authority.dropFirst(host.count)
        if port.isEmpty { return true }
        return port.first == ":" && port.count > 1 && port.dropFirst().utf8.allSatisfy(Byte.isDigit)
      }
    }
    return false
  }

  /// Adds to `response` what the browser of the requesting page needs to see.
  func apply(to response: inout Response, for request: Headers, method: Method) {
    guard !isNone else { return }
    // Also without an Origin, since a cache must not hand this answer to a page that sends one.
    response.headers.add("Vary", "Origin")
    guard let origin = request["Origin"], allows(origin) else { return }
    let isAnyone = origins.contains("*") && !origins.contains(origin)
    response.headers.set("Access-Control-Allow-Origin", isAnyone ? "*" : origin)
    if allowsCredentials, !isAnyone { response.headers.set("Access-Control-Allow-Credentials", "true") }
    guard method == .options, request["Access-Control-Request-Method"] != nil else {
      if !exposedHeaders.isEmpty {
        response.headers.set("Access-Control-Expose-Headers", exposedHeaders.joined(separator: ", "))
      }
      return
    }
    if let allow = response.headers["Allow"] { response.headers.set("Access-Control-Allow-Methods", allow) }
    response.headers.set("Access-Control-Allow-Headers", headers.joined(separator: ", "))
    response.headers.set("Access-Control-Max-Age", String(maxAge.components.seconds))
  }
}
