internal import Model
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
      func waiting(retryBefore: Timestamp) async throws -> [MemoryID] {
        let found = try await house.store.unembedded(by: Self.model, limit: 10, retryBefore: retryBefore)
        #expect(found.allSatisfy { $0.workspace == house.workspace.id && $0.user == house.owner.id })
        return found.map(\.memory.id)
      }
      #expect(try await waiting(retryBefore: house.now) == [first.id, second.id])
      _ = try await house.store.save([Self.vector(of: first, [1])], in: house.scope)
      #expect(try await waiting(retryBefore: house.now) == [second.id])
      let failure = EmbeddingFailure(
        memory: second.id, model: Self.model, reason: "too odd", at: house.now, summary: second.summary)
      try await house.store.note(failure, in: house.scope)
      try await house.store.note(failure, in: house.scope)
      #expect(try await waiting(retryBefore: failure.at).isEmpty)
      #expect(try await waiting(retryBefore: failure.at + .seconds(1)) == [second.id])
      let told = try await house.store.embeddingFailures(by: Self.model, limit: 5, in: house.everywhere)
      #expect(told.map(\.memory) == [second.id] && told.first?.attempts == 2)
      let counts = try await house.store.embeddingCounts(by: Self.model, in: house.everywhere)
      #expect(counts == (1, 1))
      _ = try await house.store.commit(MemoryWrite([.forget(second.id)], at: house.now), in: house.scope)
      #expect(try await waiting(retryBefore: failure.at + .days(1)).isEmpty)
      #expect(try await house.store.embeddingFailures(by: Self.model, limit: 5, in: house.everywhere).isEmpty)
    }
  }
}
