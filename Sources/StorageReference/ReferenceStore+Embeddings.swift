public import Model
public import Storage

extension ReferenceStore {
  public func save(_ embeddings: [StoredEmbedding], in scope: Scope) async throws(StorageError) -> Int {
    var count = 0
    for embedding in embeddings where world.save(embedding, in: scope) {
      count += 1
      world.appendFeed(embedding.memory, isLiving: true, to: scope.context)
    }
    return count
  }

  public func embeddings(
    of memories: [MemoryID], by model: String, in scope: Scope
  ) async throws(StorageError) -> [MemoryID: [Float]] {
    let living = Set(world.living(in: scope).map(\.id))
    var vectors: [MemoryID: [Float]] = [:]
    for memory in memories where living.contains(memory) {
      vectors[memory] = world.embeddings[memory]?[model]?.vector
    }
    return vectors
  }

  public func note(_ failure: EmbeddingFailure, in scope: Scope) async throws(StorageError) {
    guard let memory = world.memory(failure.memory, in: scope), memory.deletedAt == nil else { return }
    var noted = failure
    noted.attempts = (world.failures[memory.id]?[failure.model]?.attempts ?? 0) + 1
    world.failures[memory.id, default: [:]][failure.model] = noted
  }

  public func unembedded(
    by model: String, limit: Int, retryBefore: Timestamp
  ) async throws(StorageError) -> [UnembeddedMemory] {
    let waiting = world.memories.values.filter { memory in
      let isRecentFailure = world.failures[memory.id]?[model].map { $0.at >= retryBefore } ?? false
      return memory.deletedAt == nil && world.contexts[memory.context]?.deletedAt == nil
        && world.embeddings[memory.id]?[model] == nil && !isRecentFailure
    }
    return waiting.sorted { $0.id < $1.id }.prefix(max(0, limit)).compactMap { memory in
      world.contexts[memory.context].map {
        UnembeddedMemory(workspace: $0.workspace, user: $0.creator, memory: memory)
      }
    }
  }

  public func embeddingCounts(
    by model: String, in scope: WorkspaceScope
  ) async throws(StorageError) -> (embedded: Int64, missing: Int64) {
    let living = living(in: scope.workspace)
    let embedded = living.filter { world.embeddings[$0.id]?[model] != nil }.count
    return (Int64(embedded), Int64(living.count - embedded))
  }

  public func embeddingFailures(
    by model: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [EmbeddingFailure] {
    let failures = living(in: scope.workspace).compactMap { memory -> EmbeddingFailure? in
      guard world.contexts[memory.context]?.isVisible(to: scope.user) == true else { return nil }
      guard var failure = world.failures[memory.id]?[model] else { return nil }
      failure.summary = memory.summary
      return failure
    }
    return Array(failures.sorted { ($1.at, $0.memory) < ($0.at, $1.memory) }.prefix(max(0, limit)))
  }

  private func living(in workspace: WorkspaceID) -> [Memory] {
    world.memories.values.filter { memory in
      let context = world.contexts[memory.context]
      return memory.deletedAt == nil && context?.workspace == workspace && context?.deletedAt == nil
    }
  }
}

extension World {
  /// Saves a vector if its memory is a living one of the context, and of that revision.
  mutating func save(_ embedding: StoredEmbedding, in scope: Scope) -> Bool {
    guard let memory = memory(embedding.memory, in: scope), memory.deletedAt == nil,
      memory.revision == embedding.revision
    else { return false }
    embeddings[memory.id, default: [:]][embedding.model] = embedding
    failures[memory.id]?[embedding.model] = nil
    return true
  }
}
