/// A request as a handler sees it: complete, with its body.
///
/// Strings are made when they are asked for; a handler that reads only the body costs no more than that.
public struct Request: Sendable {
  /// Where a request came from.
  public struct Peer: Sendable {
    /// The client's address without its port, or `unix` for a Unix socket. Behind a proxy: the proxy's address.
    public let address: String
    /// Whether the request came over TLS.
    public let isSecure: Bool
    /// Whether the client runs on this machine: a loopback address, or a Unix socket.
    public let isLocal: Bool

    public init(address: String, isSecure: Bool = false, isLocal: Bool = false) {
      self.address = address
      self.isSecure = isSecure
      self.isLocal = isLocal
    }
  }

  public var method: Method
  /// The body; empty if there is none.
  public var body: [UInt8]
  /// What the route's template found in the path.
  public var parameters: Parameters
  public let peer: Peer
  private let head: RequestHead
  private var changedHeaders: Headers?
  private var givenID: String?
  private let serial: UInt64

  /// A request as the parser found it. `serial` names it where the client does not.
  package init(head: RequestHead, body: [UInt8], peer: Peer, serial: UInt64) {
    method = head.method
    self.body = body
    parameters = [:]
    self.peer = peer
    self.head = head
    self.serial = serial
  }

  /// A request that did not come over a socket, for tests and for programs that call their own routes.
  ///
  /// `target` is what stands in the request line, such as `/memories?limit=10`.
  public init(
    _ method: Method, _ target: String, headers: Headers = [:], body: [UInt8] = [],
    peer: Peer = Peer(address: "127.0.0.1", isLocal: true), id: String? = nil
  ) {
    var head = RequestHead()
    head.method = method
    head.block = Array(target.utf8)
    precondition(
      head.block.allSatisfy(Byte.isTarget) && head.splitTarget(), "'\(target)' is not a request target")
    head.block.append(contentsOf: headers.block[headers.start...])
    self.init(head: head, body: body, peer: peer, serial: 0)
    givenID = id
  }

  /// The headers; those that frame the body have been obeyed already.
  public var headers: Headers {
    get { changedHeaders ?? head.headers }
    set { changedHeaders = newValue }
  }

  /// The request target as it was sent.
  public var target: String { head.target }

  /// The path as it was sent, with its escapes.
  public var path: String { head.path.isEmpty ? "/" : String(decoding: head.block[head.path], as: UTF8.self) }

  /// The query as it was sent, without the question mark.
  public var query: String? { head.query.map { String(decoding: head.block[$0], as: UTF8.self) } }

  /// The names and values of the query, decoded, in order.
  public var queryItems: [(name: String, value: String)] {
    head.query.map { PercentDecoding.query(head.block[$0]) } ?? []
  }

  /// The names and values of a body that a form sent (`application/x-www-form-urlencoded`), decoded, in order.
  public var formItems: [(name: String, value: String)] { PercentDecoding.query(body[...]) }

  /// The first value called `name` in the query.
  public func queryValue(_ name: String) -> String? { queryItems.first { $0.name == name }?.value }

  /// The host that the client asked for, with its port if it named one. Chosen by the client: not to be trusted.
  public var host: String {
    if let authority = head.authority { return String(decoding: head.block[authority], as: UTF8.self) }
    return headers["Host"] ?? ""
  }

  /// See ``Peer/address``.
  public var remoteAddress: String { peer.address }
  /// See ``Peer/isSecure``.
  public var isSecure: Bool { peer.isSecure }
  /// See ``Peer/isLocal``.
  public var isPeerLocal: Bool { peer.isLocal }

  /// What names this request in logs: a well-formed `X-Request-ID` of the client, or else a number of the server's own.
  public var id: String {
    get {
      if let givenID { return givenID }
      if let sent = headers["X-Request-ID"], Self.isIdentifier(sent) { return sent }
      let digits = String(serial, radix: 16)
      return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
    set { givenID = newValue }
  }

  private static func isIdentifier(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        Byte.isLetter(byte) || Byte.isDigit(byte) || "-_.:/+=@".utf8.contains(byte)
      }
  }

  var pathBytes: ArraySlice<UInt8> { head.pathBytes }
}
