public import Model

/// Who asks, what they may do, and through which door they came. Made by the engine from a credential.
public struct Caller: Sendable, Hashable {
  public let user: UserID
  public let workspace: WorkspaceID
  /// The lesser of the user's role and the key's.
  public let role: Role
  public let key: KeyID?
  /// How much of what the role allows the credential may be used for.
  public let permission: Permission
  public let door: Door
  /// The client program, when it said its name.
  public let client: String?
  /// The plugins whose doing this is, the first cause first; none when somebody else acts.
  public let plugins: [String]

  /// The ways into the engine.
  public enum Door: String, Sendable, Hashable, CaseIterable {
    case rest, mcp, cli, plugin
  }

  @_spi(ScopeMaking)
  public init(
    user: UserID, workspace: WorkspaceID, role: Role, key: KeyID?, permission: Permission = .admin,
    door: Door,
    client: String? = nil, plugins: [String] = []
  ) {
    self.user = user
    self.workspace = workspace
    self.role = role
    self.key = key
    self.permission = permission
    self.door = door
    self.client = client
    self.plugins = plugins
  }
}

extension Caller {
  /// The same caller, through a client program that says its name in the request rather than in its credential.
  public func named(_ client: String?) -> Caller {
    Caller(
      user: user, workspace: workspace, role: role, key: key, permission: permission, door: door,
      client: client ?? self.client, plugins: plugins)
  }
}
