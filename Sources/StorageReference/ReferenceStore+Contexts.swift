public import Model
public import Storage

extension ReferenceStore {
  public func add(_ context: Context, in scope: WorkspaceScope) async throws(StorageError) {
    try change { (world) throws(StorageError) in
      guard context.workspace == scope.workspace else {
        throw StorageError(.notFound, "the context belongs to another workspace")
      }
      try world.add(context)
    }
  }

  public func context(_ id: ContextID, in scope: WorkspaceScope) async throws(StorageError) -> Context? {
    world.context(id, in: scope)
  }

  public func context(named name: String, in scope: WorkspaceScope) async throws(StorageError) -> Context? {
    world.contexts(in: scope).first { $0.name.hasSameBytes(as: name) }
  }

  public func contexts(in scope: WorkspaceScope) async throws(StorageError) -> [Context] {
    world.contexts(in: scope)
  }

  public func allContexts() async throws(StorageError) -> [Context] {
    world.contexts.values.filter { $0.deletedAt == nil }.sorted { $0.id < $1.id }
  }

  public func update(_ context: Context, in scope: WorkspaceScope) async throws(StorageError) -> Context {
    try change { (world) throws(StorageError) in
      guard let present = world.context(context.id, in: scope) else {
        throw StorageError(.notFound, "there is no such context")
      }
      guard present.revision == context.revision else {
        throw StorageError(.conflict, "the context has changed since it was read")
      }
      var changed = context
      changed.workspace = present.workspace
      changed.creator = present.creator
      changed.createdAt = present.createdAt
      changed.lastUsedAt = present.lastUsedAt
      changed.deletedAt = nil
      changed.revision += 1
      world.contexts[context.id] = nil
      try world.requireFreeName(of: changed)
      world.contexts[context.id] = changed
      return changed
    }
  }

  public func delete(
    _ context: ContextID, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) {
    guard world.context(context, in: scope) != nil else {
      throw StorageError(.notFound, "there is no such context")
    }
    world.contexts[context]?.deletedAt = instant
    world.contexts[context]?.revision += 1
  }

  public func noteUse(
    of contexts: [ContextID], at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) {
    for id in contexts {
      guard let context = world.context(id, in: scope) else { continue }
      world.contexts[id]?.lastUsedAt = max(context.lastUsedAt ?? instant, instant)
    }
  }

  public func usage(in scope: WorkspaceScope) async throws(StorageError) -> WorkspaceUsage {
    let contexts = world.contexts.values.filter { $0.workspace == scope.workspace && $0.deletedAt == nil }
    let ids = Set(contexts.map(\.id))
    let memories = world.memories.values.filter { ids.contains($0.context) && $0.deletedAt == nil }
    let members = world.memberships.filter { $0.workspace == scope.workspace }
    return WorkspaceUsage(
      memories: Int64(memories.count), contexts: Int64(contexts.count), members: Int64(members.count))
  }
}

extension World {
  mutating func add(_ context: Context) throws(StorageError) {
    guard role(of: context.creator, in: context.workspace) != nil else {
      throw StorageError(.notFound, "the creator is no member of the workspace")
    }
    guard contexts[context.id] == nil else { throw StorageError(.conflict, "the context exists") }
    try requireFreeName(of: context)
    var fresh = context
    fresh.deletedAt = nil
    fresh.revision = 1
    contexts[context.id] = fresh
  }

  func context(_ id: ContextID, in scope: WorkspaceScope) -> Context? {
    guard let context = contexts[id], context.workspace == scope.workspace else { return nil }
    return context.isVisible(to: scope.user) ? context : nil
  }

  /// The contexts that the user sees, by name, the private one first.
  func contexts(in scope: WorkspaceScope) -> [Context] {
    contexts.values.filter { context($0.id, in: scope) != nil }
      .sorted { left, right in
        if !left.name.hasSameBytes(as: right.name) { return left.name.precedesByBytes(right.name) }
        return left.isPrivate && !right.isPrivate
      }
  }

  func requireFreeName(of context: Context) throws(StorageError) {
    let isTaken = contexts.values.contains { other in
      other.workspace == context.workspace && other.deletedAt == nil
        && other.name.hasSameBytes(as: context.name)
        && other.isPrivate == context.isPrivate && (!context.isPrivate || other.creator == context.creator)
    }
    if isTaken { throw StorageError(.conflict, "the name is taken") }
  }
}
