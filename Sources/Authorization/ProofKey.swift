internal import Identity

/// Proof that whoever exchanges a code is the program that asked for it (PKCE, RFC 7636): it sent the digest of a secret
/// then, and sends the secret now.
enum ProofKey {
  /// Whether `challenge` is a SHA-256 digest in base64.
  static func isChallenge(_ challenge: String) -> Bool {
    challenge.utf8.count == 43 && challenge.utf8.allSatisfy(isBase64URL)
  }

  /// Whether `verifier` is the secret of `challenge`.
  static func matches(_ verifier: String, _ challenge: String) -> Bool {
    let bytes = Array(verifier.utf8)
    guard (43...128).contains(bytes.count), bytes.allSatisfy(isUnreserved) else { return false }
    return areEqual(Array(base64(sha256(bytes), isForURLs: true).utf8), Array(challenge.utf8))
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    isBase64URL(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "~")
  }

  private static func isBase64URL(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}

/// Base64: the kind that is safe in URLs and has no padding, or the usual one.
func base64(_ bytes: [UInt8], isForURLs: Bool) -> String {
  let alphabet = Array(
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + (isForURLs ? "-_" : "+/")).utf8)
  var text: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = bytes[start..<min(start + 3, bytes.count)]
    let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
    for position in 0...group.count { text.append(alphabet[Int(bits >> UInt32(18 - 6 * position)) & 63]) }
    if !isForURLs { text += Array(repeating: UInt8(ascii: "="), count: 3 - group.count) }
  }
  return String(decoding: text, as: UTF8.self)
}
