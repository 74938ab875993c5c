/// Proof that a credential may act in a workspace.
///
/// Only the engine makes one, after it has checked the credential: the initialiser is behind an SPI that no other
/// module imports (the tree's own tests look). A question to storage cannot be asked without one.
public struct WorkspaceScope: Sendable, Hashable {
  public let workspace: WorkspaceID
  public let user: UserID

  @_spi(ScopeMaking)
  public init(workspace: WorkspaceID, user: UserID) {
    self.workspace = workspace
    self.user = user
  }
}

/// Proof that a credential may act in one context of a workspace.
public struct Scope: Sendable, Hashable {
  public let workspace: WorkspaceID
  public let context: ContextID
  public let user: UserID

  @_spi(ScopeMaking)
  public init(workspace: WorkspaceID, context: ContextID, user: UserID) {
    self.workspace = workspace
    self.context = context
    self.user = user
  }
}
