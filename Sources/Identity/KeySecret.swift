internal import COpenSSL

/// The secret of an API key: `mn_live_` and 32 random characters of base 62, about 190 bits.
///
/// Only its digest is ever stored. A random secret of this size needs no salt and no slow hash: there is nothing to
/// guess.
public struct KeySecret: Sendable {
  /// What the holder presents. Shown once.
  public let text: String

  static let prefix = "mn_live_"

  /// A new secret, drawn from `random`.
  public static func make(from random: inout some RandomNumberGenerator) -> KeySecret {
    KeySecret(text: prefix + base62(32, from: &random))
  }

  private init(text: String) { self.text = text }

  /// Reads what a client presents; nil when it does not have the form of a key, which saves a look-up.
  public init?(presented text: String) {
    let body = text.utf8.dropFirst(Self.prefix.utf8.count)
    guard text.hasPrefix(Self.prefix), body.count == 32, body.allSatisfy(isBase62) else { return nil }
    self.text = text
  }

  /// The SHA-256 of the secret: what is stored, and what it is looked up by.
  public var digest: [UInt8] { sha256(Array(text.utf8)) }

  /// Enough to recognise the key in a list: `mn_live_3fK9…`.
  public var hint: String { String(text.prefix(Self.prefix.count + 4)) + "…" }
}

func isBase62(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "a")...UInt8(ascii: "z"):
    true
  default: false
  }
}

/// The SHA-256 digest of `bytes`.
public func sha256(_ bytes: [UInt8]) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
    SHA256(bytes, bytes.count, buffer.baseAddress)
    count = 32
  }
}
