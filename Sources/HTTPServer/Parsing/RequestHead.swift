/// The request line and the headers of a request, as the parser found them.
package struct RequestHead: Sendable {
  package var method: Method = .get
  /// The target, and after it the packed headers; see ``Headers``.
  var block: [UInt8] = []
  var targetEnd = 0
  /// Where the path lies in the target, without the query. Empty for `http://host`.
  var path = 0..<0
  /// Where the query lies in the target, after the question mark.
  var query: Range<Int>?
  /// Where the authority lies in a target in absolute form, which overrides the Host field.
  var authority: Range<Int>?
  /// Whether the request says HTTP/1.0.
  package var isVersion10 = false
  package var keepsAlive = true
  var contentLength = 0
  var isChunked = false
  var expectsContinue = false

  var hasBody: Bool { isChunked || contentLength > 0 }
  package var headers: Headers { Headers(block: block, start: targetEnd) }
  /// The path's bytes as they were sent.
  var pathBytes: ArraySlice<UInt8> { path.isEmpty ? [Byte.slash] : block[path] }
  var target: String { String(decoding: block[..<targetEnd], as: UTF8.self) }

  /// Finds path, query and authority in the target. False if the target fits none of the four forms of RFC 9112, 3.2.
  mutating func splitTarget() -> Bool {
    targetEnd = block.count
    guard let first = block.first else { return false }
    var pathStart = 0
    switch first {
    case Byte.slash:
      break
    case Byte.asterisk:
      path = 0..<targetEnd
      return targetEnd == 1 && method == .options
    default:
      if method == .connect {
        path = 0..<targetEnd
        return true
      }
      guard let schemeEnd = schemeLength() else { return false }
      var end = schemeEnd
      while end < targetEnd, block[end] != Byte.slash, block[end] != Byte.question { end += 1 }
      guard Self.isAuthority(block[schemeEnd..<end]) else { return false }
      authority = schemeEnd..<end
      pathStart = end
    }
    var end = pathStart
    while end < targetEnd, block[end] != Byte.question {
      if block[end] == Byte.percent {
        guard end + 2 < targetEnd, Byte.hexValue(block[end + 1]) != nil, Byte.hexValue(block[end + 2]) != nil
        else {
          return false
        }
      }
      end += 1
    }
    path = pathStart..<end
    if end < targetEnd { query = end + 1..<targetEnd }
    return true
  }

  private func schemeLength() -> Int? {
    func starts(with scheme: StaticString) -> Bool {
      scheme.withUTF8Buffer { scheme in
        scheme.count <= block.count
          && scheme.indices.allSatisfy { Byte.lowercase(block[$0]) == scheme[$0] }
      }
    }
    if starts(with: "http://") { return 7 }
    if starts(with: "https://") { return 8 }
    return nil
  }

  /// Whether `bytes` are a host with an optional port: a name, an IPv4 address, or an IPv6 address in brackets.
  static func isAuthority(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first else { return false }
    var index = bytes.startIndex
    if first == UInt8(ascii: "[") {
      guard let end = bytes.firstIndex(of: UInt8(ascii: "]")), end > index + 2 else { return false }
      for byte in bytes[(index + 1)..<end] {
        guard Byte.hexValue(byte) != nil || byte == Byte.colon || byte == UInt8(ascii: ".") else {
          return false
        }
      }
      index = end + 1
    } else {
      while index < bytes.endIndex, bytes[index] != Byte.colon {
        guard isName(bytes[index]) else { return false }
        index += 1
      }
      if index == bytes.startIndex { return false }
    }
    guard index < bytes.endIndex else { return true }
    return bytes[index] == Byte.colon && bytes.endIndex - index <= 6
      && bytes[(index + 1)...].allSatisfy(Byte.isDigit)
  }

  /// unreserved, sub-delims or percent (RFC 3986, 3.2.2).
  private static func isName(_ byte: UInt8) -> Bool {
    if Byte.isLetter(byte) || Byte.isDigit(byte) { return true }
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "%"),
      UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("),
      UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"),
      UInt8(ascii: "="):
      return true
    default: return false
    }
  }
}
