internal import JSON
internal import Model
internal import Storage
internal import Testing

@Suite struct UpkeepContract {
  @Test(arguments: StorageBackend.configured)
  func `a store answers`(_ backend: StorageBackend) async throws {
    try await backend.withStore { (store) async throws in try await store.ping() }
  }

  @Test(arguments: StorageBackend.configured)
  func `what was forgotten long ago is removed with all that hangs on it`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let old = try await house.remember("forgotten long ago") { $0.tags = ["t"] }
      let recent = try await house.remember("forgotten recently")
      let kept = try await house.remember("kept")
      try await house.commit(.link(house.edge(old, kept)), .link(house.edge(kept, old)))
      try await house.store.add(
        Feedback(memory: old.id, author: house.owner.id, isHelpful: true, at: house.now), in: house.scope)
      try await house.commit(.forget(old.id), key: "old")
      let border = house.now
      _ = try await house.store.commit(
        MemoryWrite([.forget(recent.id)], at: border, idempotencyKey: "new"), in: house.scope)

      #expect(try await house.store.purge(forgottenBefore: border) == 1)
      #expect(try await house.store.purge(forgottenBefore: border) == 0)
      #expect(try await house.store.forgotten([old.id, recent.id], in: house.scope).map(\.id) == [recent.id])
      #expect(try await house.store.history(of: old.id, in: house.scope).isEmpty)
      #expect(try await house.commit(.restore(old.id)).changed.isEmpty)
      // The id is free again, and nothing of the old memory clings to it.
      try await house.commit(.insert(old))
      #expect(try await house.store.edges(touching: [old.id], types: nil, in: house.scope).isEmpty)
      #expect(try await house.store.feedback(on: old.id, in: house.scope).isEmpty)
      #expect(try await house.store.history(of: old.id, in: house.scope).count == 1)
      // The feed and the newer key stay.
      #expect(try await house.store.changes(after: 0, limit: 10, in: house.scope).count == 6)
      #expect(try await house.commit(key: "new").isReplay)
      #expect(try await !house.commit(key: "old").isReplay)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a context that was deleted long ago is removed with its memories`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let other = try await house.addContext("other")
      let scope = house.scope(in: other)
      let memory = try await house.remember("tea in a deleted context", in: scope) { $0.tags = ["t"] }
      let gone = try await house.remember("forgotten in a deleted context", in: scope)
      try await house.commit(.link(house.edge(memory, gone)), .forget(gone.id), in: scope)
      try await house.store.set(StateEntry(key: "k", value: 1, updatedAt: house.now), in: scope)
      let kept = try await house.remember("tea elsewhere")
      let at = house.now
      try await house.store.delete(other.id, at: at, in: house.everywhere)
      // Only what was forgotten before goes at the border itself.
      #expect(try await house.store.purge(forgottenBefore: at) == 1)
      #expect(try await house.store.purge(forgottenBefore: house.now) == 1)
      #expect(try await house.stored(kept) == kept)
      #expect(try await house.store.search(KeywordQuery("tea"), in: house.scope).map(\.memory) == [kept.id])

      // Even under its old id it would be empty.
      try await house.store.add(other, in: house.everywhere)
      #expect(try await house.store.list(MemoryListing(), in: scope).total == 0)
      #expect(try await house.store.states(at: house.now, in: scope).isEmpty)
      #expect(try await house.store.sequence(in: scope) == 0)
      try await house.commit(.insert(memory), in: scope)
      #expect(try await house.store.edges(touching: [memory.id], types: nil, in: scope).isEmpty)
    }
  }
}
