internal import Glibc

/// The named secrets of a data folder: the keys of model providers, above all. Configuration names them, so that no file
/// that people write, copy or show to others has them in it.
///
///     <folder>/secrets        a name and a sealed secret a line
///     <folder>/secrets.key    the master key, for its owner's eyes only
public struct SecretStore: Sendable, Hashable {
  private let folder: String

  public init(folder: String) { self.folder = folder }

  private var path: String { folder + "/secrets" }
  private var keyPath: String { folder + "/secrets.key" }

  /// Keeps `secret` under `name`, in the place of what was there.
  public func set(_ name: String, to secret: String) throws(SecretsError) {
    guard Self.isName(name) else {
      throw SecretsError(
        "“\(name)” is no name for a secret; letters, digits, “.”, “-” and “_” are, 64 at most.")
    }
    guard !secret.isEmpty, secret.utf8.count <= 4_096, !secret.contains(where: \.isNewline) else {
      throw SecretsError("A secret is a line of 1 to 4096 bytes.")
    }
    let sealed = try SecretVault.open(keyFile: keyPath).seal(secret)
    try change { $0[name] = sealed }
  }

  /// The names of all secrets, in order.
  public func names() throws(SecretsError) -> [String] { try read().keys.sorted() }

  /// Forgets a secret. Returns false when there is none of that name.
  public func remove(_ name: String) throws(SecretsError) -> Bool {
    var wasThere = false
    try change { wasThere = $0.removeValue(forKey: name) != nil }
    return wasThere
  }

  /// The secret of that name. The error says what to do when it cannot be had.
  public func open(_ name: String) throws(SecretsError) -> String {
    guard let sealed = try read()[name] else {
      throw SecretsError("There is no secret “\(name)”. `mneme secret set \(name)` stores it.")
    }
    return try SecretVault.open(keyFile: keyPath).open(sealed)
  }

  private static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  private func read() throws(SecretsError) -> [String: SealedSecret] {
    guard let text = try SecretFile.read(path) else { return [:] }
    var secrets: [String: SealedSecret] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ")
      guard parts.count == 2 else {
        throw SecretsError("\(path) is damaged: a line is not a name and a secret.")
      }
      secrets[String(parts[0])] = SealedSecret(token: String(parts[1]))
    }
    return secrets
  }

  /// Changes the file as a whole, one process at a time.
  private func change(_ body: (inout [String: SealedSecret]) -> Void) throws(SecretsError) {
    let lock = Glibc.open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
      throw SecretsError("Cannot lock \(path): \(String(cString: strerror(errno))).")
    }
    defer { close(lock) }
    var secrets = try read()
    body(&secrets)
    let lines = secrets.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.token)\n" }
    try SecretFile.replace(path, with: lines.joined())
  }
}
