/// Where a user is sent back to, with a code in the address. Whoever can choose it can steal the code, so a program says
/// beforehand which ones it has, and they are compared as they are written.
struct RedirectURI: Sendable, Hashable {
  let text: String
  let scheme: String
  /// The name of the machine, in lower case; nil for a scheme of an application's own.
  let host: String?
  /// All but the port, which a program on this machine cannot know beforehand (RFC 8252, section 7.3).
  private let withoutPort: String

  struct Malformed: Error, Hashable {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  /// What a browser would run, or would open on the user's own machine.
  private static let dangerous: Set<String> = [
    "javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source", "mailto", "tel",
    "sms", "intent", "ftp", "ws", "wss", "jar", "chrome", "resource",
  ]

  init(_ text: String) throws(Malformed) {
    let bytes = Array(text.utf8)
    guard (1...2_048).contains(bytes.count), bytes.allSatisfy(Self.isAllowed) else {
      throw Malformed("it is empty, too long, or has a character that no address has")
    }
    guard !text.contains("#") else { throw Malformed("it has a fragment") }
    guard let colon = text.firstIndex(of: ":"), Self.isScheme(text[..<colon]) else {
      throw Malformed("it is not absolute")
    }
    scheme = text[..<colon].lowercased()
    self.text = text
    let rest = text[text.index(after: colon)...]
    guard scheme == "http" || scheme == "https" else {
      guard !Self.dangerous.contains(scheme), !rest.isEmpty else {
        throw Malformed("the scheme \(scheme) is not allowed")
      }
      host = nil
      withoutPort = text
      return
    }
    guard rest.hasPrefix("//") else { throw Malformed("it names no host") }
    let authority = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
    let (host, hasPort) = try Self.host(of: authority)
    self.host = host
    let path = rest.dropFirst(2 + authority.count)
    withoutPort = hasPort || scheme == "http" ? "\(scheme)://\(host)\(path)" : text
    if scheme == "http", !isLoopback {
      throw Malformed("http is for this machine only: localhost, 127.0.0.1, [::1]")
    }
  }

  /// Whether it leads to a program on the user's own machine.
  var isLoopback: Bool {
    scheme == "http" && (host == "localhost" || host == "127.0.0.1" || host == "[::1]")
  }

  /// Whether a user may be sent to `requested` when this one was registered.
  func admits(_ requested: RedirectURI) -> Bool {
    if text == requested.text { return true }
    return isLoopback && requested.isLoopback && withoutPort == requested.withoutPort
  }

  /// The address with `parameters` added to its query.
  func adding(_ parameters: [(name: String, value: String)]) -> String {
    let query = parameters.map { "\($0.name)=\(percentEncoded($0.value))" }.joined(separator: "&")
    guard text.contains("?") else { return "\(text)?\(query)" }
    return text.hasSuffix("?") || text.hasSuffix("&") ? text + query : "\(text)&\(query)"
  }

  private static func host(of authority: Substring) throws(Malformed) -> (String, hasPort: Bool) {
    var host = authority
    var port: Substring?
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { throw Malformed("its host is not one") }
      host = authority[...end]
      let rest = authority[authority.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { throw Malformed("its host is not one") }
      if rest.hasPrefix(":") { port = rest.dropFirst() }
      guard host.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
        throw Malformed("its host is not one")
      }
    } else {
      if let colon = authority.firstIndex(of: ":") {
        host = authority[..<colon]
        port = authority[authority.index(after: colon)...]
      }
      guard !host.isEmpty, host.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." }) else {
        // A user and a password in front of an @ too: they make an address look like another one.
        throw Malformed("its host is not one")
      }
    }
    if let port {
      guard let number = UInt16(port), number > 0, port.allSatisfy(\.isNumber) else {
        throw Malformed("its port is not one")
      }
    }
    return (host.lowercased(), port != nil)
  }

  private static func isScheme(_ text: Substring) -> Bool {
    guard let first = text.first, first.isLetter else { return false }
    return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "+" || $0 == "." || $0 == "-" }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    (0x21...0x7E).contains(byte) && !"\"<>\\^`{|}".utf8.contains(byte)
  }
}

/// Everything but letters, digits and `-._~` as `%XX`.
func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var bytes: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      bytes.append(byte)
    default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
