public import Model

/// The contexts of a workspace. Each question is asked for one user: another's private context does not exist for it.
public protocol ContextStore: Sendable {
  /// Adds a context. Throws `conflict` when the name is taken: by a shared context, for a shared one; by a private
  /// context of the same creator, for a private one. (So a refusal never tells of somebody else's private context.)
  /// Throws `notFound` when it belongs to another workspace or its creator is no member.
  func add(_ context: Context, in scope: WorkspaceScope) async throws(StorageError)

  /// A living context that the user may see.
  func context(_ id: ContextID, in scope: WorkspaceScope) async throws(StorageError) -> Context?

  /// The living context of that name: the user's own private one before a shared one.
  func context(named name: String, in scope: WorkspaceScope) async throws(StorageError) -> Context?

  /// The living contexts that the user may see, by name; of the same name, the private one first.
  func contexts(in scope: WorkspaceScope) async throws(StorageError) -> [Context]

  /// The living contexts of all workspaces, in a fixed order: for the jobs of the server, which serve every tenant.
  func allContexts() async throws(StorageError) -> [Context]

  /// Replaces the row, if its revision is still `context.revision`, and counts it up. Returns the row as it is now.
  /// Throws `conflict` when somebody else was faster or the name is taken, `notFound` when the user cannot see it.
  /// Workspace, creator and creation time never change, nor does an update tell when it was used or deleted.
  func update(_ context: Context, in scope: WorkspaceScope) async throws(StorageError) -> Context

  /// Deletes a context, softly: from now on nobody sees it or what is in it. Throws `notFound` when it is not visible.
  func delete(_ context: ContextID, at instant: Timestamp, in scope: WorkspaceScope)
    async throws(StorageError)

  /// Notes that contexts were used. May be lost in a crash.
  func noteUse(of contexts: [ContextID], at instant: Timestamp, in scope: WorkspaceScope)
    async throws(StorageError)

  /// How much the workspace holds, of everybody's: living memories in living contexts, living contexts, and members.
  func usage(in scope: WorkspaceScope) async throws(StorageError) -> WorkspaceUsage
}

/// How much a workspace holds.
public struct WorkspaceUsage: Sendable, Hashable {
  public var memories: Int64
  public var contexts: Int64
  public var members: Int64

  public init(memories: Int64, contexts: Int64, members: Int64) {
    self.memories = memories
    self.contexts = contexts
    self.members = members
  }
}
