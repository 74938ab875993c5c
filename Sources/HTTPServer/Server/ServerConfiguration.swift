/// Where a server listens.
public enum Listener: Sendable, Equatable {
  /// A TCP port. `host` is a name or an address; `::` takes IPv4 as well, port 0 takes any free port.
  case tcp(host: String, port: Int)
  /// A Unix socket. A socket file that nobody listens on any more is replaced.
  case unix(path: String)
}

/// Where a server does listen, with the port that it got.
public enum BoundAddress: Sendable, Hashable, CustomStringConvertible {
  case tcp(host: String, port: Int)
  case unix(path: String)

  public var port: Int? {
    if case .tcp(_, let port) = self { return port }
    return nil
  }

  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}

/// A certificate, and the oldest TLS that is spoken with it.
public struct TLSConfiguration: Sendable {
  public enum Version: Sendable { case tls12, tls13 }

  /// A file with the certificate and those that signed it, in PEM.
  public var certificateFile: String
  /// A file with its private key, in PEM.
  public var privateKeyFile: String
  public var minimumVersion: Version

  public init(certificateFile: String, privateKeyFile: String, minimumVersion: Version = .tls12) {
    self.certificateFile = certificateFile
    self.privateKeyFile = privateKeyFile
    self.minimumVersion = minimumVersion
  }
}

/// How much of anything a server accepts.
public struct ServerLimits: Sendable {
  /// Bytes of the request line and the headers together; beyond: 431.
  public var head = 32 << 10
  /// Bytes of the request target; beyond: 414.
  public var target = 8 << 10
  /// Number of headers; beyond: 431.
  public var fields = 128
  /// Bytes of the body where the route says nothing else; beyond: 413.
  public var body = 1 << 20
  /// Open connections; beyond: 503.
  public var connections = 16_384
  /// Open connections of one client address; beyond: 503.
  public var connectionsPerAddress = 512
  /// Whether that limit holds for loopback addresses, too. Usually a proxy is behind them.
  public var limitsLoopback = false
  /// Bytes of a streamed body that wait for a slow client before the writer does.
  public var pendingOutput = 256 << 10

  public init() {}
}

/// How long a server waits. Each deadline is absolute: single bytes do not prolong it.
public struct ServerDeadlines: Sendable {
  /// For the whole head, from its first byte; then: 408. Also for a TLS handshake; then the connection is closed.
  public var head: Duration = .seconds(10)
  /// For each MiB of the body; then: 408.
  public var body: Duration = .seconds(30)
  /// Between two requests, and before the first; then the connection is closed.
  public var idle: Duration = .seconds(75)
  /// For a client to take all that is waiting for it, or at least 64 KiB; then the connection is cut.
  public var write: Duration = .seconds(30)

  public init() {}
}

/// What a server is told when it is made.
public struct ServerConfiguration: Sendable {
  public var listeners: [Listener] = [.tcp(host: "127.0.0.1", port: 8080)]
  /// Threads that serve connections; 0 stands for one a core.
  public var loops = 0
  public var limits = ServerLimits()
  public var deadlines = ServerDeadlines()
  public var tls: TLSConfiguration?
  /// The value of `Server`; empty for none.
  public var serverName = ""
  public var cors = CORSPolicy.none
  /// Renders what the server itself answers: 400, 404, 405, 408, 413 and so on. Runs on the event loop.
  public var errorResponse: ErrorResponse = ServerConfiguration.plainError

  public init() {}

  /// The reason, as plain text.
  public static let plainError: ErrorResponse = { status, reason, _ in Response(status, text: reason + "\n") }
}
