public import Model

/// Who there is: users, workspaces, roles and keys. Asked before a scope exists, in order to make one.
public protocol DirectoryStore: Sendable {
  /// Founds the first workspace, if the store is empty. Returns whether this call did it: of several that race, in any
  /// number of processes, exactly one does, and the others change nothing.
  func found(_ founding: Founding) async throws(StorageError) -> Bool

  /// Adds a workspace with its owner, a new user, in one step. Throws `conflict` when either id is taken.
  func add(_ workspace: Workspace, owner: User) async throws(StorageError)

  /// Adds a new user to a workspace. Throws `notFound` when there is no such workspace, `conflict` when the id is taken.
  func add(_ user: User, to workspace: WorkspaceID, as role: Role) async throws(StorageError)

  /// Every workspace, oldest first.
  func workspaces() async throws(StorageError) -> [Workspace]

  func workspace(_ id: WorkspaceID) async throws(StorageError) -> Workspace?

  func user(_ id: UserID) async throws(StorageError) -> User?

  /// The members of a workspace, oldest first.
  func members(of workspace: WorkspaceID) async throws(StorageError) -> [(user: User, role: Role)]

  /// The key with this digest and the role that its user has in its workspace; nil when there is none or the user is a
  /// member no more. Revoked and expired keys are returned: judging them is the caller's business.
  func key(digest: [UInt8]) async throws(StorageError) -> (key: APIKey, role: Role)?

  /// Adds a key. Throws `notFound` when its user is no member of its workspace, `conflict` on a known digest or id.
  func add(_ key: APIKey) async throws(StorageError)

  /// The keys of a workspace, oldest first, revoked ones included.
  func keys(in scope: WorkspaceScope) async throws(StorageError) -> [APIKey]

  /// Revokes a key from `instant` on. Returns false when the workspace has no such key; a second time changes nothing
  /// and returns true.
  func revoke(_ key: KeyID, at instant: Timestamp, in scope: WorkspaceScope) async throws(StorageError)
    -> Bool

  /// Notes that a key was used. May be lost in a crash.
  func noteUse(of key: KeyID, at instant: Timestamp) async throws(StorageError)
}

/// What an empty store starts with.
public struct Founding: Sendable {
  public var owner: User
  public var workspace: Workspace
  public var context: Context
  public var key: APIKey

  public init(owner: User, workspace: Workspace, context: Context, key: APIKey) {
    self.owner = owner
    self.workspace = workspace
    self.context = context
    self.key = key
  }
}
