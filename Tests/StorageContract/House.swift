internal import JSON
@_spi(ScopeMaking) public import Model
public import Storage
public import TestSupport

/// A store with a workspace, its owner and a context in it, and short words for what tests do there.
///
/// Its clock moves on by a second with each instant that is asked for, and its identifiers come from a seed.
public struct House: Sendable {
  public let store: any Store
  public let clock = TestClock()
  public let ids: IdentifierSource
  public let owner: User
  public let workspace: Workspace
  public let context: Context
  public let key: APIKey

  /// The scope of the owner in the first context.
  public var scope: Scope { Scope(workspace: workspace.id, context: context.id, user: owner.id) }
  /// The scope of the owner in the workspace.
  public var everywhere: WorkspaceScope { WorkspaceScope(workspace: workspace.id, user: owner.id) }

  /// The next instant.
  public var now: Timestamp { clock.advance() }

  private init(store: any Store, seed: UInt64 = 7) {
    self.store = store
    ids = IdentifierSource(clock: clock, random: SeededRandom(seed: seed))
    owner = User(id: ids.make(), name: "Ada", createdAt: clock.now())
    workspace = Workspace(id: ids.make(), name: "Engine room", createdAt: clock.now())
    context = Context(
      id: ids.make(), workspace: workspace.id, name: "notes", creator: owner.id, createdAt: clock.now())
    key = APIKey(
      id: ids.make(), workspace: workspace.id, user: owner.id, name: "first", hint: "mn_live_ab",
      digest: [UInt8](repeating: 7, count: 32), role: .owner, createdAt: clock.now())
  }

  /// What would be founded in a store: the same each time.
  public static func prepared(for store: any Store) -> House { House(store: store) }

  /// Founds an empty store.
  public static func found(in store: any Store) async throws -> House {
    let house = House(store: store)
    let isFirst = try await store.found(house.founding)
    precondition(isFirst, "the store is not empty")
    return house
  }

  /// Tries to found a store, with another owner each time. Returns whether this call did it.
  public static func tryToFound(_ store: any Store, seed: UInt64) async throws -> Bool {
    try await store.found(House(store: store, seed: seed).founding)
  }

  public var founding: Founding {
    Founding(owner: owner, workspace: workspace, context: context, key: key)
  }
}

extension Scope {
  /// The same user in the whole workspace.
  public var inWorkspace: WorkspaceScope { WorkspaceScope(workspace: workspace, user: user) }
}

extension House {
  /// A user who joins the workspace.
  public func addMember(_ name: String, as role: Role = .member) async throws -> User {
    let user = User(id: ids.make(), name: name, createdAt: now)
    try await store.add(user, to: workspace.id, as: role)
    return user
  }

  /// A context of the owner, or of somebody else.
  public func addContext(_ name: String, isPrivate: Bool = true, by user: User? = nil) async throws -> Context
  {
    let creator = user ?? owner
    let context = Context(
      id: ids.make(), workspace: workspace.id, name: name, creator: creator.id, isPrivate: isPrivate,
      createdAt: now)
    try await store.add(context, in: WorkspaceScope(workspace: workspace.id, user: creator.id))
    return context
  }

  /// Another workspace with its owner, and a context in it.
  public func addNeighbour() async throws -> Scope {
    let owner = User(id: ids.make(), name: "Grace", createdAt: now)
    let workspace = Workspace(id: ids.make(), name: "Next door", createdAt: now)
    try await store.add(workspace, owner: owner)
    let context = Context(
      id: ids.make(), workspace: workspace.id, name: "notes", creator: owner.id, createdAt: now)
    try await store.add(context, in: WorkspaceScope(workspace: workspace.id, user: owner.id))
    return Scope(workspace: workspace.id, context: context.id, user: owner.id)
  }

  /// The scope of a user, the owner unless said otherwise, in a context.
  public func scope(in context: Context, of user: User? = nil) -> Scope {
    Scope(workspace: context.workspace, context: context.id, user: user?.id ?? owner.id)
  }

  /// The scope of a user in the workspace.
  public func everywhere(of user: User) -> WorkspaceScope {
    WorkspaceScope(workspace: workspace.id, user: user.id)
  }

  /// A memory that is not in the store yet.
  public func memory(
    _ summary: String, in scope: Scope? = nil, _ adjust: (inout Memory) -> Void = { _ in }
  ) -> Memory {
    let scope = scope ?? self.scope
    var memory = Memory(
      id: ids.make(), context: scope.context, summary: summary, content: "", type: "note",
      provenance: Provenance(author: scope.user, door: "rest"), createdAt: now)
    adjust(&memory)
    return memory
  }

  /// Applies changes in one write.
  @discardableResult
  public func commit(
    _ changes: MemoryWrite.Change..., in scope: Scope? = nil, key: String? = nil
  ) async throws -> WriteReceipt {
    try await store.commit(MemoryWrite(changes, at: now, idempotencyKey: key), in: scope ?? self.scope)
  }

  /// Stores a new memory, and returns it as it is stored.
  public func remember(
    _ summary: String, in scope: Scope? = nil, _ adjust: (inout Memory) -> Void = { _ in }
  ) async throws -> Memory {
    let memory = memory(summary, in: scope, adjust)
    try await commit(.insert(memory), in: scope)
    return memory
  }

  /// An edge that is not in the store yet.
  public func edge(_ source: Memory, _ target: Memory, _ type: String = Edge.KnownType.relatedTo) -> Edge {
    Edge(id: ids.make(), source: source.id, target: target.id, type: type, createdAt: now)
  }

  /// The memory as the store has it.
  public func stored(_ memory: Memory, in scope: Scope? = nil) async throws -> Memory? {
    try await store.memories([memory.id], in: scope ?? self.scope).first
  }
}

extension House {
  /// A task that is not in the queue yet and is due at once, for the owner or somebody else.
  public func task(_ key: String, for scope: WorkspaceScope? = nil, dueAt: Timestamp? = nil) -> QueuedTask {
    let at = now
    let scope = scope ?? everywhere
    return QueuedTask(
      id: ids.make(), workspace: scope.workspace, user: scope.user, kind: "test", key: key,
      payload: ["of": .string(key)], dueAt: dueAt ?? at, createdAt: at)
  }

  /// A plugin of the owner's that is not in the store yet.
  public func plugin(_ name: String, _ adjust: (inout InstalledPlugin) -> Void = { _ in }) -> InstalledPlugin
  {
    var manifest = PluginManifest()
    manifest.name = name
    manifest.version = "1.0.0"
    manifest.about = "Does \(name)."
    manifest.hooks = [.afterRemember]
    var plugin = InstalledPlugin(
      workspace: workspace.id, manifest: manifest, hash: "abc", manifestSource: "return {}",
      source: "return {}\u{0}", config: ["url": "https://a.example"], granted: [.log, .httpFetch(host: "a")],
      installer: owner.id, installedAt: now)
    adjust(&plugin)
    return plugin
  }

  /// A line of a plugin's log.
  public func logLine(_ text: String) -> PluginLogLine {
    PluginLogLine(at: now, level: .warning, hook: .onSchedule, text: text)
  }
}

extension House {
  /// A policy of the owner's that is not in the store yet.
  public func policy(_ name: String, _ source: String, _ kind: PolicyKind = .scoring) -> Policy {
    Policy(
      workspace: workspace.id, kind: kind, name: name, hash: "hash of \(source)", source: source,
      author: owner.id, createdAt: now)
  }

  /// A line of a policy's log.
  public func policyLine(_ text: String) -> PolicyLogLine {
    PolicyLogLine(at: now, level: .info, version: 1, text: text)
  }
}
