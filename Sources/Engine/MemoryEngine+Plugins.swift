@_spi(ScopeMaking) public import Identity
public import JSON
public import Model
internal import Storage

extension MemoryEngine {
  /// A plugin that acts for the user who installed it: with that user's view of the workspace, and at most a member's role.
  /// Whatever brought it about is in `chain`, so that it does not go on for ever.
  ///
  /// Throws `roleRequired` when the user is no member of the workspace any more.
  public func plugin(
    _ name: String, actingFor user: UserID, in workspace: WorkspaceID, after chain: [String] = []
  ) async throws(EngineError) -> Caller {
    let members = try await stored { () async throws(StorageError) in try await store.members(of: workspace) }
    guard let role = members.first(where: { $0.user.id == user })?.role else {
      throw .roleRequired(.viewer, has: .viewer)
    }
    return Caller(
      user: user, workspace: workspace, role: min(role, .member), key: nil, permission: .write, door: .plugin,
      client: "plugin/" + name, plugins: chain + [name])
  }

  /// What a plugin keeps in a namespace of its own.
  public func pluginState(
    _ key: String, in namespace: String, as caller: Caller
  ) async throws(EngineError) -> StateEntry? {
    let now = clock.now()
    return try await stored { () async throws(StorageError) in
      try await store.pluginState(key, of: namespace, at: now, in: WorkspaceScope(caller))
    }
  }

  /// The entries whose keys begin so, by key.
  public func pluginStates(
    prefix: String, limit: Int, in namespace: String, as caller: Caller
  ) async throws(EngineError) -> [StateEntry] {
    let now = clock.now()
    return try await stored { () async throws(StorageError) in
      try await store.pluginStates(
        of: namespace, prefix: prefix, limit: limit, at: now, in: WorkspaceScope(caller))
    }
  }

  /// Keeps a value, until `lifetime` is over.
  public func setPluginState(
    _ key: String, to value: JSONValue, for lifetime: Duration?, limit: Int, in namespace: String,
    as caller: Caller
  ) async throws(EngineError) {
    let now = clock.now()
    let entry = StateEntry(key: key, value: value, updatedAt: now, expiresAt: lifetime.map { now + $0 })
    do {
      try await store.setPluginState(entry, of: namespace, limit: limit, in: WorkspaceScope(caller))
    } catch {
      if error.code == .full { throw .storageFull(error.message) }
      throw EngineError(error)
    }
  }

  /// Removes a value. Returns whether there was one.
  public func removePluginState(
    _ key: String, in namespace: String, as caller: Caller
  ) async throws(EngineError) -> Bool {
    let now = clock.now()
    return try await stored { () async throws(StorageError) in
      try await store.removePluginState(key, of: namespace, at: now, in: WorkspaceScope(caller))
    }
  }

  /// The edges that begin or end at a living memory.
  public func edges(of name: String, in access: ReadAccess) async throws(EngineError) -> [Edge] {
    let memory = try await memory(name, in: access)
    return try await stored { () async throws(StorageError) in
      try await store.edges(touching: [memory.id], types: nil, in: access.scope)
    }
  }

  /// Links two living memories of a context.
  public func link(
    _ source: String, to target: String, as type: String, in access: WriteAccess
  ) async throws(EngineError) {
    let (source, target) = (
      try await memory(source, in: access.reading).id, try await memory(target, in: access.reading).id
    )
    let edge = Edge(
      id: identifiers.make(), source: source, target: target, type: type, createdAt: clock.now())
    try await commit([.link(edge)], in: access)
  }

  /// Removes a link, if there is one.
  public func unlink(
    _ source: String, from target: String, as type: String, in access: WriteAccess
  ) async throws(EngineError) {
    guard let source = MemoryID(source), let target = MemoryID(target) else {
      throw .memoryNotFound(MemoryID(source) == nil ? source : target)
    }
    try await commit([.unlink(source: source, target: target, type: type)], in: access)
  }
}
