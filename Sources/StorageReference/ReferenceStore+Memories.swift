public import Model
public import Storage

extension ReferenceStore {
  public func memories(_ ids: [MemoryID], in scope: Scope) async throws(StorageError) -> [Memory] {
    ids.compactMap { world.memory($0, in: scope) }.filter { $0.deletedAt == nil }
  }

  public func forgotten(_ ids: [MemoryID], in scope: Scope) async throws(StorageError) -> [Memory] {
    ids.compactMap { world.memory($0, in: scope) }.filter { $0.deletedAt != nil }
  }

  public func memory(externalID: String, in scope: Scope) async throws(StorageError) -> Memory? {
    world.living(in: scope).first { $0.externalID?.hasSameBytes(as: externalID) ?? false }
  }

  public func history(of memory: MemoryID, in scope: Scope) async throws(StorageError) -> [MemoryChange] {
    world.memory(memory, in: scope) == nil ? [] : world.histories[memory, default: []]
  }

  public func edges(
    touching memories: [MemoryID], types: [String]?, in scope: Scope
  ) async throws(StorageError) -> [Edge] {
    let living = Set(world.living(in: scope).map(\.id))
    return world.edges.values
      .filter { edge in
        living.contains(edge.source) && living.contains(edge.target)
          && (memories.contains(edge.source) || memories.contains(edge.target))
          && types?.containsBytes(of: edge.type) ?? true
      }
      .sorted(by: Edge.precedes)
  }

  public func noteUse(
    of memories: [MemoryID], at instant: Timestamp, in scope: Scope
  ) async throws(StorageError) {
    for id in memories {
      guard let memory = world.memory(id, in: scope), memory.deletedAt == nil else { continue }
      world.memories[id]?.accessCount += 1
      world.memories[id]?.lastUsedAt = max(memory.lastUsedAt ?? instant, instant)
    }
  }

  public func add(_ feedback: Feedback, in scope: Scope) async throws(StorageError) {
    guard let memory = world.memory(feedback.memory, in: scope), memory.deletedAt == nil else {
      throw StorageError(.notFound, "there is no such memory")
    }
    world.feedback[memory.id, default: []].append(feedback)
  }

  public func feedback(on memory: MemoryID, in scope: Scope) async throws(StorageError) -> [Feedback] {
    guard let memory = world.memory(memory, in: scope), memory.deletedAt == nil else { return [] }
    let all = world.feedback[memory.id, default: []]
    return all.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }

  public func changes(
    after sequence: Int64, limit: Int, in scope: Scope
  ) async throws(StorageError) -> [SequencedChange] {
    guard world.openContext(scope) != nil else { return [] }
    let later = world.feeds[scope.context, default: []].filter { $0.sequence > sequence }
    return Array(later.prefix(max(0, limit)))
  }

  public func sequence(in scope: Scope) async throws(StorageError) -> Int64 {
    world.openContext(scope) == nil ? 0 : world.sequence(of: scope.context)
  }
}
