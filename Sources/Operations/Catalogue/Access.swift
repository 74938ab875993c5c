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

  /// What a program must be allowed to do for its user.
  public let permission: Permission

  public static func reads(_ role: Role = .viewer, needs permission: Permission = .read) -> Access {
    Access(role, .reads, isIdempotent: true, permission)
  }

  public static func writes(
    _ role: Role = .member, idempotent: Bool = false, needs permission: Permission = .write
  ) -> Access {
    Access(role, .writes, isIdempotent: idempotent, permission)
  }

  public static func destroys(
    _ role: Role = .member, idempotent: Bool = true, needs permission: Permission = .write
  ) -> Access {
    Access(role, .destroys, isIdempotent: idempotent, permission)
  }

  private init(_ role: Role, _ effect: Effect, isIdempotent: Bool, _ permission: Permission) {
    self.role = role
    self.effect = effect
    self.isIdempotent = isIdempotent
    // What only an admin may do, no program does that was not told so.
    self.permission = role >= .admin ? .admin : permission
  }
}
