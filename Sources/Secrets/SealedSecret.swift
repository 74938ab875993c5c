internal import Glibc

/// A secret as it may be stored: unreadable without the master key of the data folder.
public struct SealedSecret: Sendable, Hashable {
  /// The token to store.
  public let token: String

  /// A secret that was stored.
  public init(token: String) { self.token = token }
}

/// Seals secrets such as the keys of model providers, so that a copy of the database does not give them away.
///
/// The first key seals; all keys open, so that a new key can be put before the old one.
public struct SecretVault: Sendable {
  private let keys: [Fernet]

  /// A vault with the keys in the file at `path`, which is made with a first key if it is not there.
  ///
  /// Processes that do this at the same time get the same key. Blocks on the disk.
  public static func open(keyFile path: String) throws(SecretsError) -> SecretVault {
    try SecretVault(keys: MasterKeyFile(path: path).keys(), named: path)
  }

  /// A vault with `keys`, each in URL-safe base64.
  public init(keys: [String]) throws(SecretsError) { try self.init(keys: keys, named: "the master key") }

  private init(keys: [String], named name: String) throws(SecretsError) {
    var ciphers: [Fernet] = []
    for key in keys {
      guard let cipher = Fernet(key: key) else {
        throw SecretsError("\(name) does not hold keys of 32 bytes in URL-safe base64, one a line.")
      }
      ciphers.append(cipher)
    }
    guard !ciphers.isEmpty else { throw SecretsError("\(name) is empty.") }
    self.keys = ciphers
  }

  /// Hides `secret`.
  public func seal(_ secret: String) -> SealedSecret {
    SealedSecret(token: keys[0].seal(Array(secret.utf8), at: UInt64(max(0, time(nil)))))
  }

  /// The secret again.
  public func open(_ sealed: SealedSecret) throws(SecretsError) -> String {
    for key in keys {
      if let bytes = key.open(sealed.token), let text = String(validating: bytes, as: UTF8.self) {
        return text
      }
    }
    throw SecretsError("The master key of this data folder did not seal this secret. Enter the secret again.")
  }
}

/// Why a secret cannot be read. The message tells no secret.
public struct SecretsError: Error, Hashable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
