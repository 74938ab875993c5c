/// A secret that the server hands to a program: its prefix says what it is for, and 43 random characters of base 62,
/// about 256 bits, make it. As with keys, only the digest is stored.
public struct TokenSecret: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case accessToken = "mn_at_"
    case refreshToken = "mn_rt_"
    case authorizationCode = "mn_ac_"
    case clientSecret = "mn_cs_"
  }

  /// What its holder presents.
  public let text: String
  public let kind: Kind

  private static let length = 43

  /// A new secret, drawn from `random`.
  public static func make(_ kind: Kind, from random: inout some RandomNumberGenerator) -> TokenSecret {
    TokenSecret(text: kind.rawValue + base62(length, from: &random), kind: kind)
  }

  private init(text: String, kind: Kind) {
    self.text = text
    self.kind = kind
  }

  /// Reads what a client presents; nil when it does not have the form of such a secret.
  public init?(presented text: String, as kind: Kind) {
    let body = text.utf8.dropFirst(kind.rawValue.utf8.count)
    guard text.hasPrefix(kind.rawValue), body.count == Self.length, body.allSatisfy(isBase62) else {
      return nil
    }
    self.init(text: text, kind: kind)
  }

  /// The SHA-256 of the secret: what is stored, and what it is looked up by.
  public var digest: [UInt8] { sha256(Array(text.utf8)) }
}

/// Random letters and digits.
public func base62(_ count: Int, from random: inout some RandomNumberGenerator) -> String {
  var text = ""
  for _ in 0..<count { text.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)]) }
  return text
}

private let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
