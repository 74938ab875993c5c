public import Model
public import Storage

extension ReferenceStore {
  public func absorb(
    _ source: Scope, into target: Scope, at instant: Timestamp
  ) async throws(StorageError) -> Int {
    try change { (world) throws(StorageError) in
      guard try world.areTwo(source, target) else { return 0 }
      let moving = world.memories.values.filter { $0.context == source.context }.sorted { $0.id < $1.id }
      for memory in moving {
        var moved = memory
        moved.context = target.context
        let isLiving = memory.deletedAt == nil
        if isLiving, let name = memory.externalID, world.hasExternalID(name, in: target.context) {
          moved.externalID = nil
        }
        world.record(.moved, moved, by: source.user, at: instant)
        world.appendFeed(memory.id, isLiving: false, to: source.context)
        world.appendFeed(memory.id, isLiving: isLiving, to: target.context)
      }
      let kept = world.states[target.context, default: [:]].filter { !$0.value.hasExpired(by: instant) }
      let coming = world.states[source.context, default: [:]]
      world.states[target.context]?.merge(coming) { _, theirs in theirs }
      world.states[target.context, default: coming].merge(kept) { _, ours in ours }
      world.states[source.context] = nil
      world.contexts[source.context]?.deletedAt = instant
      world.contexts[source.context]?.revision += 1
      return moving.count { $0.deletedAt == nil }
    }
  }

  public func copyAll(
    from source: Scope, to target: Scope, at instant: Timestamp, identifiers: IdentifierSource
  ) async throws(StorageError) -> Int {
    try change { (world) throws(StorageError) in
      guard try world.areTwo(source, target) else { return 0 }
      var copies: [MemoryID: MemoryID] = [:]
      for original in world.living(in: source) {
        var copy = original
        copy.id = identifiers.make()
        copy.context = target.context
        if let name = copy.externalID, world.hasExternalID(name, in: target.context) { copy.externalID = nil }
        _ = try world.apply(.insert(copy), at: instant, in: target)
        copies[original.id] = copy.id
        world.embeddings[copy.id] = world.embeddings[original.id]?.mapValues {
          StoredEmbedding(memory: copy.id, revision: 1, model: $0.model, vector: $0.vector)
        }
      }
      for edge in world.edges.values.sorted(by: Edge.precedes) {
        guard let from = copies[edge.source], let to = copies[edge.target] else { continue }
        var copy = edge
        copy.id = identifiers.make()
        copy.source = from
        copy.target = to
        world.edges[copy.id] = copy
      }
      return copies.count
    }
  }
}

extension World {
  /// Whether the scopes are of two contexts of one workspace. Throws `notFound` when one is not there.
  fileprivate func areTwo(_ source: Scope, _ target: Scope) throws(StorageError) -> Bool {
    try requireContext(source)
    try requireContext(target)
    guard source.workspace == target.workspace else {
      throw StorageError(.notFound, "the contexts belong to different workspaces")
    }
    return source.context != target.context
  }
}
