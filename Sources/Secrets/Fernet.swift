internal import COpenSSL
internal import FoundationEssentials

/// Encryption by the Fernet recipe: AES-128 in CBC mode, authenticated by HMAC-SHA256, in base64 that is safe in URLs.
///
/// Tokens can be read and written by every other implementation of Fernet, such as that of Python's `cryptography`.
public struct Fernet: Sendable {
  private let signing: [UInt8]
  private let encryption: [UInt8]

  /// The cipher with a key of 32 bytes in URL-safe base64; nil if it has another form.
  public init?(key: String) {
    guard let bytes = Self.decode(key), bytes.count == 32 else { return nil }
    signing = Array(bytes[..<16])
    encryption = Array(bytes[16...])
  }

  /// A new random key.
  public static func makeKey() -> String { encode(randomBytes(32)) }

  /// The token that hides `bytes`. `seconds` since 1970 is written into it for all to read.
  public func seal(_ bytes: [UInt8], at seconds: UInt64) -> String {
    seal(bytes, at: seconds, initialisation: randomBytes(Self.blockSize))
  }

  /// As ``seal(_:at:)``, with an initialisation vector that must never be used twice: for comparing implementations.
  package func seal(_ bytes: [UInt8], at seconds: UInt64, initialisation: [UInt8]) -> String {
    precondition(initialisation.count == Self.blockSize, "AES has blocks of 16 bytes")
    var token = [Self.version]
    for shift in stride(from: 56, through: 0, by: -8) {
      token.append(UInt8(truncatingIfNeeded: seconds >> shift))
    }
    token += initialisation
    guard let hidden = crypt(bytes, initialisation, encrypting: true) else {
      preconditionFailure("AES has no reason to refuse to encrypt")
    }
    token += hidden
    return Self.encode(token + authentication(of: token))
  }

  /// What `token` hides, or nil if this key did not make it or a bit of it has changed.
  public func open(_ token: String) -> [UInt8]? {
    guard let bytes = Self.decode(token), bytes.count >= Self.headerSize + Self.blockSize + Self.tagSize
    else {
      return nil
    }
    let (message, tag) = (Array(bytes.dropLast(Self.tagSize)), bytes.suffix(Self.tagSize))
    // Nothing is decrypted, and not even the version looked at, before the whole is known to be genuine.
    guard areEqual(authentication(of: message), Array(tag)), message[0] == Self.version else { return nil }
    return crypt(
      Array(message[Self.headerSize...]), Array(message[9..<Self.headerSize]), encrypting: false)
  }

  // MARK: - The layout: version, time of 8 bytes, initialisation vector, blocks, authentication code

  private static let version: UInt8 = 0x80
  private static let blockSize = 16
  private static let headerSize = 9 + blockSize
  private static let tagSize = 32

  private static func encode(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
  }

  private static func decode(_ text: String) -> [UInt8]? {
    guard !text.utf8.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") }) else {
      return nil
    }
    let standard = text.replacing("-", with: "+").replacing("_", with: "/")
    guard let data = Data(base64Encoded: standard) else { return nil }
    // Another spelling of the same bytes is not what was sealed.
    return encode(Array(data)) == text ? Array(data) : nil
  }

  private func authentication(of message: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.tagSize) { buffer, count in
      let result = EVP_Q_mac(
        nil, "HMAC", nil, "SHA256", nil, signing, signing.count, message, message.count, buffer.baseAddress,
        buffer.count, &count)
      precondition(result != nil && count == Self.tagSize, "libcrypto cannot compute HMAC-SHA256")
    }
  }

  private func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
  }

  private func crypt(_ bytes: [UInt8], _ initialisation: [UInt8], encrypting: Bool) -> [UInt8]? {
    guard let context = EVP_CIPHER_CTX_new() else {
      preconditionFailure("libcrypto has no memory for a cipher")
    }
    defer { EVP_CIPHER_CTX_free(context) }
    guard
      EVP_CipherInit_ex(context, EVP_aes_128_cbc(), nil, encryption, initialisation, encrypting ? 1 : 0) == 1
    else { preconditionFailure("libcrypto does not offer AES-128-CBC") }
    var isRight = false
    let output = [UInt8](unsafeUninitializedCapacity: bytes.count + Self.blockSize) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      var (whole, rest) = (Int32(0), Int32(0))
      isRight =
        EVP_CipherUpdate(context, start, &whole, bytes, Int32(bytes.count)) == 1
        && EVP_CipherFinal_ex(context, start + Int(whole), &rest) == 1
      count = isRight ? Int(whole + rest) : 0
    }
    return isRight ? output : nil
  }
}

/// Bytes from the system's generator, which is fit for keys.
private func randomBytes(_ count: Int) -> [UInt8] {
  var generator = SystemRandomNumberGenerator()
  return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}
