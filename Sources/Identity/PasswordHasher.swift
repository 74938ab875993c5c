internal import CArgon2
internal import Threads

/// Hashes passwords with Argon2id, slowly and with much memory on purpose, on a thread of its own: one at a time, so that
/// whoever tries many keeps nobody busy but himself.
public actor PasswordHasher {
  private let thread = ThreadExecutor(name: "passwords")
  public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// What a hash costs. The defaults are the second recommendation of RFC 9106, for memory that is not plentiful.
  public struct Cost: Sendable {
    public var passes: UInt32 = 3
    public var kibibytes: UInt32 = 64 << 10
    public var lanes: UInt32 = 1

    public init() {}
  }

  /// A password of one of these lengths, in bytes, is hashed. Longer ones would only make the server work.
  public static let lengths = 8...1_024

  private let cost: Cost
  /// A hash that no password has, to take as long over names that do not exist.
  private var decoy: String?

  public init(cost: Cost = Cost()) { self.cost = cost }

  /// The hash of `password` with a new salt, in the form `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
  public func hash(_ password: String) -> String {
    var random = SystemRandomNumberGenerator()
    let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    let bytes = Array(password.utf8)
    let length = argon2_encodedlen(cost.passes, cost.kibibytes, cost.lanes, 16, 32, Argon2_id)
    var encoded = [CChar](repeating: 0, count: length)
    let code = argon2id_hash_encoded(
      cost.passes, cost.kibibytes, cost.lanes, bytes, bytes.count, salt, salt.count, 32, &encoded, length)
    precondition(
      CArgon2_succeeded(code) != 0, "Argon2 failed: \(String(cString: argon2_error_message(code)))")
    return String(decoding: encoded.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Whether `hash` is that of `password`. Without a hash it takes as long and the answer is no.
  public func verify(_ password: String, against hash: String?) -> Bool {
    let bytes = Array(password.utf8)
    guard let hash, Self.lengths.contains(bytes.count) else {
      let decoy = self.decoy ?? self.hash("there is no such user")
      self.decoy = decoy
      _ = argon2id_verify(decoy, "somebody", 8)
      return false
    }
    return CArgon2_succeeded(argon2id_verify(hash, bytes, bytes.count)) != 0
  }
}
