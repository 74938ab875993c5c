/// A request to a web server.
public struct WebRequest: Sendable {
  public var method: String
  public var url: String
  public var headers: [(name: String, value: String)] = []
  public var body: [UInt8]?
  /// For the whole exchange, from the look-up of the name to the last byte.
  public var timeout = Duration.seconds(60)
  /// For finding the server and agreeing on TLS; part of ``timeout``.
  public var connectTimeout = Duration.seconds(10)
  /// A larger answer is refused.
  public var responseLimit = 64 << 20

  public init(_ method: String, _ url: String) {
    self.method = method
    self.url = url
  }

  /// The URL without what may be secret or long: user, query and fragment.
  var place: String {
    let end = url.firstIndex { $0 == "?" || $0 == "#" } ?? url.endIndex
    let shown = url[..<end]
    guard let scheme = shown.firstRange(of: "://") else { return String(shown) }
    let authority = shown[scheme.upperBound...].prefix { $0 != "/" }
    guard let user = authority.lastIndex(of: "@") else { return String(shown) }
    return String(shown[..<scheme.upperBound] + shown[shown.index(after: user)...])
  }
}

extension WebRequest {
  /// The server that the URL names: its host in lower case, and its port. Nil when the URL is not of a form in which every
  /// reader finds the same host.
  public var server: (host: String, port: Int)? {
    guard let scheme = url.firstRange(of: "://") else { return nil }
    let standard: Int
    switch url[..<scheme.lowerBound].lowercased() {
    case "http": standard = 80
    case "https": standard = 443
    default: return nil
    }
    let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard authority.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\\") }),
      !authority.contains("@")
    else { return nil }
    var host = authority
    var port = standard
    let afterBrackets = authority.lastIndex(of: "]").map(authority.index(after:)) ?? authority.startIndex
    if let colon = authority[afterBrackets...].firstIndex(of: ":") {
      guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number)
      else {
        return nil
      }
      port = number
      host = authority[..<colon]
    }
    return host.isEmpty ? nil : (host.lowercased(), port)
  }
}

/// Headers carry keys, so neither they nor the body are ever shown.
extension WebRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "\(method) \(place)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["method": method, "url": place]) }
}

/// What a web server answered, whatever its status.
public struct WebResponse: Sendable {
  public let status: Int
  public let headers: WebHeaders
  public let body: [UInt8]

  public init(status: Int, headers: WebHeaders = WebHeaders(), body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// The header fields of an answer, in order. Names are compared without regard to case.
public struct WebHeaders: Sendable {
  public private(set) var fields: [(name: String, value: String)]

  public init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }

  /// The value of the first field called `name`.
  public subscript(name: String) -> String? {
    let wanted = name.lowercased()
    return fields.first { $0.name.lowercased() == wanted }?.value
  }

  /// Takes in a line as it came. The status line of a later answer (after `100 Continue`) starts anew.
  mutating func take(line bytes: some Collection<UInt8>) {
    let line = String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      fields = []
      return
    }
    guard let colon = line.firstIndex(of: ":") else { return }
    let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
    let end = value.lastIndex { !$0.isWhitespace }.map(value.index(after:)) ?? value.startIndex
    fields.append((String(line[..<colon]), String(value[..<end])))
  }
}

/// Why there is no answer.
public struct WebError: Error, Hashable, CustomStringConvertible {
  /// What kind of failure it was.
  public enum Reason: Sendable, Hashable {
    /// The request itself cannot be sent: its URL, or a header.
    case invalidRequest
    /// The server cannot be found or reached, or broke off.
    case unreachable
    /// The server's certificate is not trusted, or there is no agreement on TLS.
    case untrusted
    /// The client does not talk to servers at such an address.
    case forbidden
    case timedOut
    /// The answer is larger than ``WebRequest/responseLimit``.
    case tooLarge
    /// The task was cancelled.
    case cancelled
  }

  public let reason: Reason
  public let description: String

  public init(_ reason: Reason, _ description: String) {
    self.reason = reason
    self.description = description
  }
}
