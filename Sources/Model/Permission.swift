/// What a credential may be used for, the least first: each includes those before it. OAuth calls them scopes.
///
/// A role says what a user may do, a permission how much of that a program may do in the user's name. An API key has
/// all of them.
public enum Permission: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Find and read memories.
  case read = "memory:read"
  /// Remember, change and forget.
  case write = "memory:write"
  /// Make contexts, and issue and revoke keys.
  case admin

  public static func < (left: Permission, right: Permission) -> Bool { left.rank < right.rank }

  /// This one and all that it includes.
  public var included: [Permission] { Self.allCases.filter { $0 <= self } }

  private var rank: Int {
    switch self {
    case .read: 0
    case .write: 1
    case .admin: 2
    }
  }
}
