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

  public func removeEmbeddings(
    exceptBy models: [String], limit: Int, in scope: Scope
  ) async throws(StorageError) -> Int {
    guard world.openContext(scope) != nil else { return 0 }
    var count = 0
    for memory in world.memories.values where memory.context == scope.context {
      world.failures[memory.id] = world.failures[memory.id]?.filter { models.contains($0.key) }
      for model in (world.embeddings[memory.id] ?? [:]).keys where !models.contains(model) && count < limit {
        world.embeddings[memory.id]?[model] = nil
        count += 1
      }
    }
    return count
  }

  public func unembedded(
    by model: String, after cursor: MemoryID?, limit: Int, retryBefore: Timestamp, in scope: Scope
  ) async throws(StorageError) -> [Memory] {
    let waiting = world.living(in: scope).filter { memory in
      let isRecentFailure = world.failures[memory.id]?[model].map { $0.at >= retryBefore } ?? false
      return world.embeddings[memory.id]?[model] == nil && !isRecentFailure
        && cursor.map { $0 < memory.id } ?? true
    }
    return Array(waiting.prefix(max(0, limit)))
  }

  public func embeddingCounts(by model: String, in scope: Scope) async throws(StorageError) -> EmbeddingCounts
  {
    world.counts(by: model, in: scope)
  }

  public func embeddingFailures(
    by model: String, limit: Int, in scope: Scope
  ) async throws(StorageError) -> [EmbeddingFailure] {
    let failures = world.living(in: scope).compactMap { memory -> EmbeddingFailure? in
      guard var failure = world.failures[memory.id]?[model] else { return nil }
      failure.summary = memory.summary
      return failure
    }
    return Array(failures.sorted { ($1.at, $0.memory) < ($0.at, $1.memory) }.prefix(max(0, limit)))
  }

  public func forgetFailures(by model: String, in scope: Scope) async throws(StorageError) -> Int {
    let failed = world.living(in: scope).filter { world.failures[$0.id]?[model] != nil }
    for memory in failed { world.failures[memory.id]?[model] = nil }
    return failed.count
  }

  public func adoptNextModel(at instant: Timestamp, in scope: Scope) async throws(StorageError) -> Bool {
    guard var context = world.openContext(scope), let next = context.nextModel,
      world.counts(by: next, in: scope).pending == 0
    else { return false }
    context.previousModel = context.embeddingModel
    context.embeddingModel = next
    context.nextModel = nil
    context.updatedAt = instant
    context.revision += 1
    world.contexts[context.id] = context
    return true
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

  fileprivate func counts(by model: String, in scope: Scope) -> EmbeddingCounts {
    let living = living(in: scope)
    let missing = living.filter { embeddings[$0.id]?[model] == nil }
    let failed = missing.filter { failures[$0.id]?[model] != nil }
    return EmbeddingCounts(
      memories: Int64(living.count), embedded: Int64(living.count - missing.count),
      failed: Int64(failed.count))
  }
}
