@_spi(ScopeMaking) internal import Model
internal import Storage
internal import Testing

@Suite struct EmbeddingContract {
  private static let model = "model@1"

  private static func vector(of memory: Memory, _ values: [Float], by model: String = model)
    -> StoredEmbedding
  {
    StoredEmbedding(memory: memory.id, revision: memory.revision, model: model, vector: values)
  }

  @Test(arguments: StorageBackend.configured)
  func `a vector comes back for its model, bit for bit, and takes a sequence number`(
    _ backend: StorageBackend
  )
    async throws
  {
    try await backend.withHouse { house in
      let memory = try await house.remember("tea")
      let before = try await house.store.sequence(in: house.scope)
      let values: [Float] = [0.1, -0, .leastNonzeroMagnitude, 1]
      #expect(try await house.store.save([Self.vector(of: memory, values)], in: house.scope) == 1)
      let found = try await house.store.embeddings(of: [memory.id], by: Self.model, in: house.scope)
      #expect(found[memory.id]?.map(\.bitPattern) == values.map(\.bitPattern))
      #expect(try await house.store.embeddings(of: [memory.id], by: "other", in: house.scope).isEmpty)
      let changes = try await house.store.changes(after: before, limit: 10, in: house.scope)
      #expect(changes.map(\.memory) == [memory.id] && changes.allSatisfy(\.isLiving))
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a vector of an older revision is passed over`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      var memory = try await house.remember("tea")
      let late = Self.vector(of: memory, [1])
      memory.summary = "coffee instead of tea"
      _ = try await house.store.commit(MemoryWrite([.update(memory)], at: house.now), in: house.scope)
      #expect(try await house.store.save([late], in: house.scope) == 0)
      #expect(try await house.store.embeddings(of: [memory.id], by: Self.model, in: house.scope).isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a change of the text drops its vectors, another change keeps them`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      var memory = try await house.remember("tea")
      _ = try await house.store.save([Self.vector(of: memory, [1])], in: house.scope)
      memory.importance = 0.9
      _ = try await house.store.commit(MemoryWrite([.update(memory)], at: house.now), in: house.scope)
      #expect(try await house.store.embeddings(of: [memory.id], by: Self.model, in: house.scope).count == 1)
      memory.revision += 1
      memory.content = "another text"
      var write = MemoryWrite([.update(memory)], at: house.now)
      _ = try await house.store.commit(write, in: house.scope)
      #expect(try await house.store.embeddings(of: [memory.id], by: Self.model, in: house.scope).isEmpty)
      memory.revision += 1
      memory.content = "a third"
      write = MemoryWrite([.update(memory)], at: house.now)
      memory.revision += 1
      write.embeddings = [Self.vector(of: memory, [2])]
      _ = try await house.store.commit(write, in: house.scope)
      #expect(
        try await house.store.embeddings(of: [memory.id], by: Self.model, in: house.scope)[memory.id] == [2])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `what has no vector is work for a job, unless it failed a moment ago`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let first = try await house.remember("tea")
      let second = try await house.remember("coffee")
      func waiting(retryBefore: Timestamp, after cursor: MemoryID? = nil) async throws -> [MemoryID] {
        try await house.store.unembedded(
          by: Self.model, after: cursor, limit: 10, retryBefore: retryBefore, in: house.scope
        ).map(\.id)
      }
      #expect(try await waiting(retryBefore: house.now) == [first.id, second.id])
      #expect(try await waiting(retryBefore: house.now, after: first.id) == [second.id])
      _ = try await house.store.save([Self.vector(of: first, [1])], in: house.scope)
      #expect(try await waiting(retryBefore: house.now) == [second.id])
      let failure = EmbeddingFailure(
        memory: second.id, model: Self.model, reason: "too odd", at: house.now, summary: second.summary)
      try await house.store.note(failure, in: house.scope)
      try await house.store.note(failure, in: house.scope)
      #expect(try await waiting(retryBefore: failure.at).isEmpty)
      #expect(try await waiting(retryBefore: failure.at + .seconds(1)) == [second.id])
      let told = try await house.store.embeddingFailures(by: Self.model, limit: 5, in: house.scope)
      #expect(told.map(\.memory) == [second.id] && told.first?.attempts == 2)
      #expect(
        try await house.store.embeddingCounts(by: Self.model, in: house.scope)
          == EmbeddingCounts(memories: 2, embedded: 1, failed: 1))
      #expect(try await house.store.forgetFailures(by: Self.model, in: house.scope) == 1)
      #expect(try await waiting(retryBefore: failure.at) == [second.id])
      #expect(
        try await house.store.embeddingCounts(by: Self.model, in: house.scope)
          == EmbeddingCounts(memories: 2, embedded: 1, failed: 0))
      try await house.store.note(failure, in: house.scope)
      _ = try await house.store.commit(MemoryWrite([.forget(second.id)], at: house.now), in: house.scope)
      #expect(try await waiting(retryBefore: failure.at + .days(1)).isEmpty)
      #expect(try await house.store.embeddingFailures(by: Self.model, limit: 5, in: house.scope).isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `vectors of one context are neither counted, listed nor removed from another`(
    _ backend: StorageBackend
  )
    async throws
  {
    try await backend.withHouse { house in
      let memory = try await house.remember("tea")
      let other = try await house.addContext("other")
      let elsewhere = try await house.remember("coffee", in: house.scope(in: other))
      let stranger = try await house.addNeighbour()
      for (memory, scope) in [(memory, house.scope), (elsewhere, house.scope(in: other))] {
        _ = try await house.store.save(
          [Self.vector(of: memory, [1]), Self.vector(of: memory, [2, 3], by: "old@1")], in: scope)
      }
      let theirs = Scope(workspace: stranger.workspace, context: house.context.id, user: stranger.user)
      #expect(try await house.store.removeEmbeddings(exceptBy: [], limit: 9, in: theirs) == 0)
      #expect(
        try await house.store.unembedded(
          by: "new@1", after: nil, limit: 9, retryBefore: house.now, in: theirs
        ).isEmpty)
      #expect(
        try await house.store.embeddingCounts(by: Self.model, in: theirs)
          == EmbeddingCounts(memories: 0, embedded: 0, failed: 0))
      #expect(try await house.store.removeEmbeddings(exceptBy: [Self.model], limit: 9, in: house.scope) == 1)
      #expect(try await house.store.removeEmbeddings(exceptBy: [Self.model], limit: 9, in: house.scope) == 0)
      #expect(try await house.store.embeddings(of: [memory.id], by: "old@1", in: house.scope).isEmpty)
      #expect(try await house.store.embeddings(of: [memory.id], by: Self.model, in: house.scope).count == 1)
      #expect(
        try await house.store.embeddings(of: [elsewhere.id], by: "old@1", in: house.scope(in: other)).count
          == 1)
      #expect(try await house.store.removeEmbeddings(exceptBy: [], limit: 1, in: house.scope(in: other)) == 1)
      #expect(try await house.store.removeEmbeddings(exceptBy: [], limit: 1, in: house.scope(in: other)) == 1)
      #expect(try await house.store.removeEmbeddings(exceptBy: [], limit: 1, in: house.scope(in: other)) == 0)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `the next model takes the place of the present one when nothing is left to embed`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let first = try await house.remember("tea")
      let second = try await house.remember("coffee")
      #expect(try await house.store.adoptNextModel(at: house.now, in: house.scope) == false)
      var context = try #require(try await house.store.context(house.context.id, in: house.everywhere))
      (context.embeddingModel, context.nextModel) = (Self.model, "next@1")
      context = try await house.store.update(context, in: house.everywhere)
      _ = try await house.store.save([Self.vector(of: first, [1], by: "next@1")], in: house.scope)
      #expect(try await house.store.adoptNextModel(at: house.now, in: house.scope) == false)
      // What cannot be embedded does not keep the others waiting.
      let failure = EmbeddingFailure(
        memory: second.id, model: "next@1", reason: "odd", at: house.now, summary: second.summary)
      try await house.store.note(failure, in: house.scope)
      #expect(try await house.store.adoptNextModel(at: house.now, in: house.scope))
      let after = try #require(try await house.store.context(house.context.id, in: house.everywhere))
      #expect((after.embeddingModel, after.nextModel, after.previousModel) == ("next@1", nil, Self.model))
      #expect(after.revision == context.revision + 1)
      #expect(try await house.store.adoptNextModel(at: house.now, in: house.scope) == false)
      #expect(try await house.store.allContexts().map(\.id) == [house.context.id])
      try await house.store.delete(house.context.id, at: house.now, in: house.everywhere)
      #expect(try await house.store.allContexts().isEmpty)
    }
  }
}
