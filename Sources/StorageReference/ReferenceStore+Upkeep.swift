public import Model
public import Storage

extension ReferenceStore {
  public func ping() async throws(StorageError) {}

  public func purge(forgottenBefore instant: Timestamp) async throws(StorageError) -> Int {
    func isGone(_ deletedAt: Timestamp?) -> Bool { deletedAt.map { $0 < instant } ?? false }
    let contexts = world.contexts.values.filter { isGone($0.deletedAt) }.map(\.id)
    let memories = world.memories.values.filter { isGone($0.deletedAt) || contexts.contains($0.context) }
    for memory in memories {
      world.memories[memory.id] = nil
      world.histories[memory.id] = nil
      world.feedback[memory.id] = nil
      world.embeddings[memory.id] = nil
      world.failures[memory.id] = nil
      world.edges = world.edges.filter { $0.value.source != memory.id && $0.value.target != memory.id }
      world.acquaintances = world.acquaintances.filter {
        $0.key.first != memory.id && $0.key.second != memory.id
      }
    }
    for context in contexts {
      world.contexts[context] = nil
      world.feeds[context] = nil
      world.receipts[context] = nil
      world.states[context] = nil
      world.queries[context] = nil
      world.forgetPolicies(of: context)
    }
    world.receipts = world.receipts.mapValues { $0.filter { $0.value.at >= instant } }
    return memories.count
  }

  public func purgeState(expiredBy instant: Timestamp) async throws(StorageError) -> Int {
    let before = world.states.values.reduce(0) { $0 + $1.count }
    world.states = world.states.mapValues { $0.filter { !$0.value.hasExpired(by: instant) } }
    return before - world.states.values.reduce(0) { $0 + $1.count }
      + world.purgePluginState(expiredBy: instant)
  }

  public func removeStrayEdges() async throws(StorageError) -> Int {
    let before = world.edges.count
    world.edges = world.edges.filter {
      world.memories[$0.value.source] != nil && world.memories[$0.value.target] != nil
    }
    return before - world.edges.count
  }

  public func findings() async throws(StorageError) -> [StoreFinding] { [] }

  /// Throws `unavailable`: what is in memory only is not backed up.
  public func backup(to path: String) async throws(StorageError) {
    throw StorageError(.unavailable, "the reference store cannot be backed up")
  }
}
