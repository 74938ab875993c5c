/// The HTTP headers that repeat what the body says, so that a proxy can route without reading it.
struct RoutingHeaders: Sendable {
  /// Every value that was sent of each.
  var revision: [String] = []
  var method: [String] = []
  var name: [String] = []

  static let revisionName = "MCP-Protocol-Version"
  static let methodName = "Mcp-Method"
  static let nameName = "Mcp-Name"

  /// The header that came more than once, if one did: whoever reads the first and whoever reads the last would disagree.
  var duplicate: String? {
    if revision.count > 1 { return Self.revisionName }
    if method.count > 1 { return Self.methodName }
    return name.count > 1 ? Self.nameName : nil
  }

  /// The text that a value stands for: itself, or what is in it when it is `=?base64?…?=`. Nil when that is broken.
  static func decoded(_ value: String) -> String? {
    let prefix = "=?base64?"
    let suffix = "?="
    guard value.hasPrefix(prefix), value.hasSuffix(suffix),
      value.utf8.count >= prefix.utf8.count + suffix.utf8.count
    else { return value }
    let payload = value.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
    return Base64.decode(payload).flatMap { String(validating: $0, as: UTF8.self) }
  }
}

/// Base64 in its one canonical form, padding included.
enum Base64 {
  /// The bytes, or nil when `text` is not what an encoder would have written.
  static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count.isMultiple(of: 4) else { return nil }
    let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var bits: UInt32 = 0
    var count = 0
    for character in text.dropLast(padding) {
      guard let value = value(of: character) else { return nil }
      bits = bits << 6 | value
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        bits &= (1 << UInt32(count)) - 1
      }
    }
    // What is left over must be zero, or two texts would mean the same.
    return bits == 0 && count == padding * 2 ? bytes : nil
  }

  private static func value(of character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
