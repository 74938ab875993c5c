internal import JSON
internal import Model
internal import Storage
internal import Testing

@Suite struct MergingContract {
  @Test(arguments: StorageBackend.configured)
  func `what is absorbed moves with all that hangs on it, and its context ends`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let target = house.scope(in: try await house.addContext("target"))
      let a = try await house.remember("tea a") { ($0.tags, $0.externalID) = (["t"], "taken") }
      let b = try await house.remember("tea b") { $0.externalID = "free" }
      let gone = try await house.remember("tea c") { $0.externalID = "gone" }
      let there = try await house.remember("tea e", in: target) { $0.externalID = "taken" }
      let (living, cut) = (house.edge(a, b), house.edge(a, gone))
      try await house.commit(.link(living), .link(cut), .forget(gone.id))
      try await house.store.noteUse(of: [a.id], at: house.now, in: house.scope)
      let feedback = Feedback(memory: a.id, author: house.owner.id, isHelpful: true, at: house.now)
      try await house.store.add(feedback, in: house.scope)
      let vector = StoredEmbedding(memory: b.id, revision: 1, model: "m", vector: [1, 0])
      #expect(try await house.store.save([vector], in: house.scope) == 1)
      let used = try #require(try await house.stored(a))
      let before = try await house.store.sequence(in: target)

      let at = house.now
      #expect(try await house.store.absorb(house.scope, into: target, at: at) == 2)

      var moved = used
      moved.context = target.context
      moved.externalID = nil
      moved.revision = 2
      moved.updatedAt = at
      #expect(try await house.store.memories([a.id], in: target) == [moved])
      #expect(try await house.store.memory(externalID: "taken", in: target) == there)
      #expect(try await house.store.memory(externalID: "free", in: target)?.id == b.id)
      #expect(try await house.store.history(of: a.id, in: target).map(\.kind) == [.created, .moved])
      #expect(try await house.store.history(of: a.id, in: target).last?.snapshot == moved.snapshot)
      #expect(try await house.store.feedback(on: a.id, in: target) == [feedback])
      #expect(try await house.store.embeddings(of: [b.id], by: "m", in: target) == [b.id: [1, 0]])
      #expect(try await house.store.edges(touching: [a.id], types: nil, in: target) == [living])
      #expect(try await house.store.tags(TagListing(), in: target).tags.map(\.name) == ["t"])
      let found = try await house.store.search(KeywordQuery("tea"), in: target).map(\.memory)
      #expect(Set(found) == [a.id, b.id, there.id])

      let arrived = try await house.store.changes(after: before, limit: 10, in: target)
      #expect(arrived.map(\.memory) == [a.id, b.id, gone.id])
      #expect(arrived.map(\.isLiving) == [true, true, false])

      // What was forgotten can still be brought back, with its edges.
      try await house.commit(.restore(gone.id), in: target)
      #expect(
        Set(try await house.store.edges(touching: [a.id], types: nil, in: target).map(\.id)) == [
          living.id, cut.id,
        ])

      #expect(try await house.store.context(house.context.id, in: house.everywhere) == nil)
      await expect(.notFound) { try await house.commit(.insert(house.memory("too late"))) }
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `state goes along where its key is free`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let target = house.scope(in: try await house.addContext("target"))
      let expiry = house.now + .seconds(50)
      func entry(_ key: String, _ value: Int64, until expiry: Timestamp? = nil) -> StateEntry {
        StateEntry(key: key, value: .integer(value), updatedAt: house.now, expiresAt: expiry)
      }
      let (free, taken, stale) = (entry("free", 1), entry("taken", 2), entry("stale", 3))
      for each in [free, taken, stale] { try await house.store.set(each, in: house.scope) }
      let (own, expired) = (entry("taken", 4), entry("stale", 5, until: expiry))
      for each in [own, expired] { try await house.store.set(each, in: target) }
      _ = try await house.store.absorb(house.scope, into: target, at: expiry)
      #expect(try await house.store.states(at: expiry, in: target) == [free, stale, own])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `copies have names of their own, vectors, and the edges among them`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let target = house.scope(in: try await house.addContext("target"))
      let a = try await house.remember("tea a") { ($0.tags, $0.externalID) = (["t"], "taken") }
      let b = try await house.remember("tea b") { $0.externalID = "free" }
      let gone = try await house.remember("tea c")
      let there = try await house.remember("coffee", in: target) { $0.externalID = "taken" }
      try await house.commit(.link(house.edge(a, b)), .link(house.edge(b, gone)), .forget(gone.id))
      let vector = StoredEmbedding(memory: b.id, revision: 1, model: "m", vector: [0, 1])
      #expect(try await house.store.save([vector], in: house.scope) == 1)

      let at = house.now
      let count = try await house.store.copyAll(
        from: house.scope, to: target, at: at, identifiers: house.ids)
      #expect(count == 2)
      let copies = try await house.store.list(MemoryListing(), in: target).memories
      let first = try #require(copies.first { $0.summary == "tea a" })
      let second = try #require(copies.first { $0.summary == "tea b" })
      #expect(copies.count == 3)
      #expect((first.tags, first.externalID, first.createdAt) == (["t"], nil, a.createdAt))
      #expect(second.externalID == "free")
      #expect(Set([first.id, second.id]).isDisjoint(with: [a.id, b.id, there.id]))
      let edges = try await house.store.edges(touching: [first.id], types: nil, in: target)
      #expect(edges.map(\.target) == [second.id])
      #expect(try await house.store.embeddings(of: [second.id], by: "m", in: target) == [second.id: [0, 1]])
      #expect(try await house.store.history(of: first.id, in: target).map(\.kind) == [.created])

      #expect(try await house.store.memories([a.id, b.id], in: house.scope) == [a, b])
      #expect(try await house.store.edges(touching: [a.id], types: nil, in: house.scope).count == 1)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `nothing goes nowhere, to the same place, or next door`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let memory = try await house.remember("stays here")
      let neighbour = try await house.addNeighbour()
      var missing = house.context
      missing.id = house.ids.make()
      let nowhere = house.scope(in: missing)
      for (from, to) in [(house.scope, neighbour), (house.scope, nowhere), (nowhere, house.scope)] {
        await expect(.notFound) { _ = try await house.store.absorb(from, into: to, at: house.now) }
        await expect(.notFound) {
          _ = try await house.store.copyAll(from: from, to: to, at: house.now, identifiers: house.ids)
        }
      }
      #expect(try await house.store.absorb(house.scope, into: house.scope, at: house.now) == 0)
      #expect(
        try await house.store.copyAll(
          from: house.scope, to: house.scope, at: house.now, identifiers: house.ids) == 0)
      #expect(try await house.stored(memory) == memory)
    }
  }
}
