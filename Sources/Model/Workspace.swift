/// A person, or a program that acts like one.
public struct User: Sendable, Hashable {
  public var id: UserID
  public var name: String
  public var createdAt: Timestamp

  public init(id: UserID, name: String, createdAt: Timestamp) {
    self.id = id
    self.name = name
    self.createdAt = createdAt
  }
}

/// A team: the outermost wall. Nothing is shared between two workspaces.
public struct Workspace: Sendable, Hashable {
  public var id: WorkspaceID
  public var name: String
  public var description: String?
  public var createdAt: Timestamp

  public init(id: WorkspaceID, name: String, description: String? = nil, createdAt: Timestamp) {
    self.id = id
    self.name = name
    self.description = description
    self.createdAt = createdAt
  }
}

/// What a member of a workspace may do. Each role may do all that the ones below it may.
public enum Role: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Reads what is shared.
  case viewer
  /// Writes memories, and keeps private contexts.
  case member
  /// Makes contexts, issues keys, invites.
  case admin
  /// All of it, and the workspace itself.
  case owner

  public static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .viewer: 0
    case .member: 1
    case .admin: 2
    case .owner: 3
    }
  }
}

/// A user's place in a workspace.
public struct Membership: Sendable, Hashable {
  public var workspace: WorkspaceID
  public var user: UserID
  public var role: Role

  public init(workspace: WorkspaceID, user: UserID, role: Role) {
    self.workspace = workspace
    self.user = user
    self.role = role
  }
}
