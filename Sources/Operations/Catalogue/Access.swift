public import Model

/// Who may run an operation, and what it does to the world.
public struct Access: Sendable, Hashable {
  /// What a client may tell its user before the call.
  public enum Effect: String, Sendable, Hashable {
    /// Changes nothing that anyone can see.
    case reads
    /// Adds, or changes what can be changed back.
    case writes
    /// Takes something away.
    case destroys
  }

  /// The least role.
  public let role: Role
  public let effect: Effect
  /// Whether doing it twice is the same as doing it once.
  public let isIdempotent: Bool

  public static func reads(_ role: Role = .viewer) -> Access {
    Access(role: role, effect: .reads, isIdempotent: true)
  }

  public static func writes(_ role: Role = .member, idempotent: Bool = false) -> Access {
    Access(role: role, effect: .writes, isIdempotent: idempotent)
  }

  public static func destroys(_ role: Role = .member, idempotent: Bool = true) -> Access {
    Access(role: role, effect: .destroys, isIdempotent: idempotent)
  }
}
