/// What a URI of a resource names.
enum ResourceAddress: Sendable, Hashable {
  case profile, recent, pinned
  case item(String)
  case context(String)
  case tag(String)

  static let scheme = "memory://"

  /// Nil when there is no such address.
  init?(_ uri: String) {
    guard uri.hasPrefix(Self.scheme) else { return nil }
    let parts = uri.dropFirst(Self.scheme.count).split(separator: "/", omittingEmptySubsequences: false)
    switch (parts.first, parts.count) {
    case ("profile", 1): self = .profile
    case ("recent", 1): self = .recent
    case ("pinned", 1): self = .pinned
    case (let kind?, 2):
      guard let name = PercentEncoding.decode(parts[1]), !name.isEmpty else { return nil }
      switch kind {
      case "item": self = .item(name)
      case "context": self = .context(name)
      case "tag": self = .tag(name)
      default: return nil
      }
    default: return nil
    }
  }

  /// The address as it is written; what it reads is what `init` takes.
  var uri: String {
    switch self {
    case .profile: Self.scheme + "profile"
    case .recent: Self.scheme + "recent"
    case .pinned: Self.scheme + "pinned"
    case .item(let id): Self.scheme + "item/" + PercentEncoding.encode(id)
    case .context(let name): Self.scheme + "context/" + PercentEncoding.encode(name)
    case .tag(let tag): Self.scheme + "tag/" + PercentEncoding.encode(tag)
    }
  }
}

/// The escapes of a URI's path (RFC 3986).
enum PercentEncoding {
  /// Everything but the unreserved characters as `%XX`.
  static func encode(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }

  /// The text, or nil when an escape is broken or what comes out is no UTF-8.
  static func decode(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = Substring(text).utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
