internal import Model
public import Storage

/// The reference in memory: plain dictionaries, obviously right rather than fast.
///
/// Tests compare the other adapters with it, and previews use it. Each question looks at every row there is, so that
/// there is no index to be wrong. Nothing survives the actor, and there is nothing to back up.
public actor ReferenceStore: Store {
  var world = World()

  /// An empty store.
  public init() {}

  /// Runs a change, and undoes all of it when it throws.
  func change<Result>(_ body: (inout World) throws(StorageError) -> Result) throws(StorageError) -> Result {
    var changed = world
    let result = try body(&changed)
    world = changed
    return result
  }
}

/// Everything that a store holds.
struct World: Sendable {
  var users: [UserID: User] = [:]
  var workspaces: [WorkspaceID: Workspace] = [:]
  var memberships: [Membership] = []
  var keys: [KeyID: APIKey] = [:]
  var contexts: [ContextID: Context] = [:]
  var memories: [MemoryID: Memory] = [:]
  var histories: [MemoryID: [MemoryChange]] = [:]
  var feedback: [MemoryID: [Feedback]] = [:]
  var edges: [EdgeID: Edge] = [:]
  /// Pairs that were used together and are no edge yet.
  var acquaintances: [MemoryPair: (times: Int64, at: Timestamp)] = [:]
  var feeds: [ContextID: [SequencedChange]] = [:]
  var receipts: [ContextID: [Name: (receipt: WriteReceipt, at: Timestamp)]] = [:]
  var states: [ContextID: [Name: StateEntry]] = [:]
  /// By memory and model.
  var embeddings: [MemoryID: [String: StoredEmbedding]] = [:]
  var failures: [MemoryID: [String: EmbeddingFailure]] = [:]
  var clients: [String: OAuthClient] = [:]
  var grants: [GrantID: Grant] = [:]
  var codes: [[UInt8]: AuthorizationCode] = [:]
  var tokens: [[UInt8]: Token] = [:]
  var passwords: [UserID: Password] = [:]
  var queries: [ContextID: [LoggedQuery]] = [:]
  /// In the order in which they were added.
  var tasks: [QueuedTask] = []
  var plugins: [WorkspaceID: [Name: InstalledPlugin]] = [:]
  var pluginLogs: [WorkspaceID: [Name: [UserID: [PluginLogLine]]]] = [:]
  /// In the order in which they were added.
  var policies: [Policy] = []
  var policyPlaces: [WorkspaceID: [PolicyPlace: PolicyRecord]] = [:]
  /// In the order in which they happened.
  var policyEvents: [(event: PolicyEvent, workspace: WorkspaceID)] = []
  var policyLogs: [WorkspaceID: [Name: [UserID: [PolicyLogLine]]]] = [:]
  var pluginStates: [WorkspaceID: [Name: [Name: StateEntry]]] = [:]
}

/// A text as a key, compared by its code points: a `String` would take canonically equivalent ones for the same.
struct Name: Hashable, Sendable {
  private let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }
}

extension World {
  /// The context of a scope; nil when it is deleted, in another workspace, or private to somebody else.
  func openContext(_ scope: Scope) -> Context? {
    guard let context = contexts[scope.context] else { return nil }
    return context.workspace == scope.workspace && context.isVisible(to: scope.user) ? context : nil
  }

  /// The context of a scope. Throws `notFound` where there is none.
  @discardableResult
  func requireContext(_ scope: Scope) throws(StorageError) -> Context {
    guard let context = openContext(scope) else { throw StorageError(.notFound, "there is no such context") }
    return context
  }

  /// The living memories of a scope, by id.
  func living(in scope: Scope) -> [Memory] {
    guard openContext(scope) != nil else { return [] }
    return memories.values.filter { $0.context == scope.context && $0.deletedAt == nil }.sorted {
      $0.id < $1.id
    }
  }

  /// A memory of a scope, living or forgotten.
  func memory(_ id: MemoryID, in scope: Scope) -> Memory? {
    guard openContext(scope) != nil, let memory = memories[id] else { return nil }
    return memory.context == scope.context ? memory : nil
  }

  func role(of user: UserID, in workspace: WorkspaceID) -> Role? {
    memberships.first { $0.user == user && $0.workspace == workspace }?.role
  }
}
