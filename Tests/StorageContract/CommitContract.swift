internal import JSON
internal import Model
internal import Storage
internal import TestSupport
internal import Testing

@Suite struct CommitContract {
  @Test(arguments: StorageBackend.configured)
  func `a memory comes back with all its fields`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let memory = house.memory("summary with \"quotes\", \u{0} and 🫖") { memory in
        memory.contextSummary = ""
        memory.content = String(repeating: "long text ", count: 100_000)
        memory.details = ["n": 1, "x": 1.5, "deep": [["a": nil], true], "k\u{0}": "v\u{0}"]
        memory.metadata = ["tool": "test"]
        memory.type = "decision"
        memory.importance = 0.1 + 0.2
        memory.tags = ["zebra", "cafe\u{301}", "caf\u{E9}", "", "a\u{0}b"]
        memory.persistence = .working
        memory.delivery = .onTrigger
        memory.sourceURI = "file:///a%20b"
        memory.sourceType = "file"
        memory.externalID = "ext"
        memory.provenance = Provenance(author: house.ids.make(), door: "mcp", client: "c", trust: .untrusted)
        memory.updatedAt = house.now
        memory.lastUsedAt = house.now
        memory.accessCount = 12
      }
      try await house.commit(.insert(memory))
      let stored = try #require(try await house.stored(memory))
      #expect(stored == memory)
      #expect(stored.tags.map { Array($0.utf8) } == memory.tags.map { Array($0.utf8) })
      #expect(try await house.store.memory(externalID: "ext", in: house.scope) == memory)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a repeated tag is kept once, where it came first`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let memory = try await house.remember("tagged") { $0.tags = ["b", "a", "b", "B"] }
      var stored = try #require(try await house.stored(memory))
      #expect(stored.tags == ["b", "a", "B"])
      stored.tags = ["c", "c", "a"]
      try await house.commit(.update(stored))
      #expect(try await house.stored(memory)?.tags == ["c", "a"])
      #expect(
        try await house.store.history(of: memory.id, in: house.scope).last?.snapshot["tags"] == ["c", "a"])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `an inserted memory lives and has its first revision`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let memory = house.memory("claims to be old") { memory in
        memory.revision = 9
        memory.deletedAt = house.now
      }
      try await house.commit(.insert(memory))
      let stored = try #require(try await house.stored(memory))
      #expect(stored.revision == 1)
      #expect(stored.deletedAt == nil)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `the receipt names what changed, each once, and the sequence after it`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let (a, b) = (house.memory("memory a"), house.memory("memory b"))
      var again = a
      again.summary = "memory a, improved"
      let receipt = try await house.commit(
        .insert(a), .insert(b), .update(again), .link(house.edge(a, b)), .forget(house.ids.make()))
      #expect(receipt == WriteReceipt(changed: [a.id, b.id], sequence: 3))
      #expect(try await house.store.sequence(in: house.scope) == 3)
      #expect(try await house.stored(a)?.revision == 2)
      #expect(try await house.commit() == WriteReceipt(changed: [], sequence: 3))
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a write that fails at its last change has changed nothing`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let old = try await house.remember("was there before") { $0.tags = ["old"] }
      let fresh = house.memory("is new")
      var changed = old
      changed.summary = "was changed"
      changed.tags = ["new"]
      await expect(.notFound) {
        try await house.commit(
          .insert(fresh), .update(changed), .link(house.edge(fresh, old)), .forget(old.id),
          .link(house.edge(fresh, old)), key: "once")
      }
      #expect(try await house.stored(fresh) == nil)
      #expect(try await house.stored(old) == old)
      #expect(try await house.store.sequence(in: house.scope) == 1)
      #expect(try await house.store.history(of: old.id, in: house.scope).count == 1)
      #expect(try await house.store.tags(TagListing(), in: house.scope).tags.map(\.name) == ["old"])
      #expect(try await house.store.search(KeywordQuery("new changed"), in: house.scope).isEmpty)
      #expect(try await house.store.edges(touching: [old.id], types: nil, in: house.scope).isEmpty)
      // Nor was the idempotency key seen.
      #expect(try await house.commit(.insert(fresh), key: "once").isReplay == false)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a taken id is a conflict, wherever it is taken`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let memory = try await house.remember("has an id")
      await expect(.conflict) { try await house.commit(.insert(memory)) }
      try await house.commit(.forget(memory.id))
      await expect(.conflict) { try await house.commit(.insert(memory)) }
      let neighbour = try await house.addNeighbour()
      var copy = memory
      copy.context = neighbour.context
      await expect(.conflict) { try await house.commit(.insert(copy), in: neighbour) }
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a row that says it is of another context is not found`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let other = try await house.addContext("other")
      let memory = house.memory("of one context")
      await expect(.notFound) { try await house.commit(.insert(memory), in: house.scope(in: other)) }
      try await house.commit(.insert(memory))
      await expect(.notFound) { try await house.commit(.update(memory), in: house.scope(in: other)) }
      var moved = memory
      moved.context = other.id
      await expect(.notFound) { try await house.commit(.update(moved), in: house.scope(in: other)) }
      await expect(.notFound) { try await house.commit(.update(moved)) }
      #expect(try await house.stored(memory) == memory)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `an update replaces the row but not its creation and its use`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let memory = try await house.remember("before") { $0.tags = ["a", "b"] }
      let used = house.now
      try await house.store.noteUse(of: [memory.id], at: used, in: house.scope)
      var changed = memory
      changed.summary = "after"
      changed.content = "more"
      changed.details = ["k": 2]
      changed.tags = ["b", "c"]
      changed.importance = 1
      changed.provenance.trust = .external
      changed.createdAt = house.now
      changed.lastUsedAt = nil
      changed.accessCount = 99
      changed.deletedAt = house.now
      let receipt = try await house.commit(.update(changed))
      #expect(receipt.changed == [memory.id])
      changed.createdAt = memory.createdAt
      changed.updatedAt = house.clock.now()
      changed.lastUsedAt = used
      changed.accessCount = 1
      changed.deletedAt = nil
      changed.revision = 2
      #expect(try await house.stored(memory) == changed)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `an update from an old revision is a conflict, of what does not live not found`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let memory = try await house.remember("to be updated")
      try await house.commit(.update(memory))
      await expect(.conflict) { try await house.commit(.update(memory)) }
      await expect(.notFound) { try await house.commit(.update(house.memory("never stored"))) }
      try await house.commit(.forget(memory.id))
      var current = memory
      current.revision = 3
      await expect(.notFound) { try await house.commit(.update(current)) }
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `of several updates from one revision at the same time exactly one succeeds`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let memory = try await house.remember("contended")
      let successes = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<16 {
          group.addTask {
            var changed = memory
            changed.summary = "by writer \(number)"
            return (try? await house.commit(.update(changed))) != nil
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(successes == 1)
      #expect(try await house.stored(memory)?.revision == 2)
      #expect(try await house.store.history(of: memory.id, in: house.scope).count == 2)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `many writers at the same time lose nothing, and number their changes without a gap`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let receipts = try await withThrowingTaskGroup(of: WriteReceipt.self) { group in
        for number in 0..<100 {
          let memory = house.memory("memory number \(number)")
          group.addTask { try await house.commit(.insert(memory)) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(receipts.map(\.sequence).sorted() == Array(1...100))
      let feed = try await house.store.changes(after: 0, limit: 1_000, in: house.scope)
      for receipt in receipts {
        let entry = try #require(feed.first { $0.sequence == receipt.sequence })
        #expect(entry.memory == receipt.changed.first)
      }
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a forgotten memory is not among the living, and comes back`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let memory = try await house.remember("tea is green") { $0.tags = ["tea"] }
      #expect(try await house.commit(.forget(memory.id)).changed == [memory.id])
      let at = house.clock.now()
      var forgotten = memory
      forgotten.deletedAt = at
      forgotten.updatedAt = at
      forgotten.revision = 2
      #expect(try await house.stored(memory) == nil)
      #expect(try await house.store.forgotten([memory.id], in: house.scope) == [forgotten])
      #expect(try await house.store.list(MemoryListing(), in: house.scope).total == 0)
      #expect(try await house.store.tags(TagListing(), in: house.scope).tags.isEmpty)
      #expect(try await house.store.search(KeywordQuery("tea"), in: house.scope).isEmpty)
      #expect(try await house.commit(.forget(memory.id)).changed.isEmpty)

      #expect(try await house.commit(.restore(memory.id)).changed == [memory.id])
      var restored = memory
      restored.updatedAt = house.clock.now()
      restored.revision = 3
      #expect(try await house.stored(memory) == restored)
      #expect(try await house.store.forgotten([memory.id], in: house.scope).isEmpty)
      #expect(try await house.store.tags(TagListing(), in: house.scope).tags.map(\.name) == ["tea"])
      #expect(try await house.store.search(KeywordQuery("tea"), in: house.scope).map(\.memory) == [memory.id])
      #expect(try await house.commit(.restore(memory.id), .restore(house.ids.make())).changed.isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `an external id is unique among the living, byte by byte`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let first = try await house.remember("first of the name") { $0.externalID = "caf\u{E9}" }
      await expect(.conflict) { _ = try await house.remember("second of it") { $0.externalID = "caf\u{E9}" } }
      let other = try await house.remember("of another spelling") { $0.externalID = "cafe\u{301}" }
      var renamed = other
      renamed.externalID = "caf\u{E9}"
      await expect(.conflict) { try await house.commit(.update(renamed)) }

      let successor = house.memory("takes the name over") { $0.externalID = "caf\u{E9}" }
      try await house.commit(.forget(first.id), .insert(successor))
      #expect(try await house.store.memory(externalID: "caf\u{E9}", in: house.scope) == successor)
      try await house.commit(.restore(first.id))
      #expect(try await house.stored(first)?.externalID == nil)

      let elsewhere = try await house.addContext("elsewhere")
      _ = try await house.remember("same name", in: house.scope(in: elsewhere)) {
        $0.externalID = "caf\u{E9}"
      }
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a write with a key that was seen changes nothing and repeats the receipt`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let memory = house.memory("written once")
      let receipt = try await house.commit(.insert(memory), key: "key")
      _ = try await house.remember("in between")
      let replay = try await house.commit(.insert(house.memory("written never")), key: "key")
      #expect(replay == WriteReceipt(changed: [memory.id], sequence: 1, isReplay: true))
      #expect(receipt == WriteReceipt(changed: [memory.id], sequence: 1))
      #expect(try await house.store.receipt(forKey: "key", in: house.scope) == replay)
      #expect(try await house.store.receipt(forKey: "Key", in: house.scope) == nil)
      #expect(try await house.store.sequence(in: house.scope) == 2)
      // Another context has not seen it, and keys are compared byte by byte.
      let other = try await house.addContext("other")
      #expect(try await !house.commit(in: house.scope(in: other), key: "key").isReplay)
      #expect(try await !house.commit(key: "Key").isReplay)
      // An empty write is remembered too.
      #expect(try await house.commit(.forget(memory.id), key: "Key").isReplay)
      #expect(try await house.stored(memory) != nil)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `history keeps every change with its author and the memory as it was left`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let other = try await house.addMember("Bob")
      let shared = try await house.addContext("shared", isPrivate: false)
      let scope = house.scope(in: shared)
      let memory = try await house.remember("first form", in: scope)
      let at = [house.clock.now()]
      var changed = memory
      changed.summary = "second form"
      try await house.commit(.update(changed), in: house.scope(in: shared, of: other))
      try await house.commit(.forget(memory.id), in: scope)
      try await house.commit(.restore(memory.id), in: scope)
      let history = try await house.store.history(of: memory.id, in: scope)
      #expect(history.map(\.kind) == [.created, .updated, .forgotten, .restored])
      #expect(history.map(\.revision) == [1, 2, 3, 4])
      #expect(history.map(\.author) == [house.owner.id, other.id, house.owner.id, house.owner.id])
      #expect(history.first?.at == at.first)
      #expect(history.first?.snapshot == memory.snapshot)
      #expect(history.last?.snapshot == (try await house.stored(memory, in: scope))?.snapshot)
      #expect(history[1].snapshot["summary"] == "second form")
      #expect(history[2].snapshot["deleted_at"] == .string(history[2].at.iso8601))
      // A forgotten memory keeps its history; a stranger's question finds none.
      try await house.commit(.forget(memory.id), in: scope)
      #expect(try await house.store.history(of: memory.id, in: scope).count == 5)
      #expect(try await house.store.history(of: memory.id, in: house.scope).isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `the feed tells every change in order, and whether the memory lives after it`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      #expect(try await house.store.sequence(in: house.scope) == 0)
      let (a, b) = (house.memory("memory a"), house.memory("memory b"))
      try await house.commit(.insert(a), .insert(b))
      try await house.commit(.link(house.edge(a, b)))
      try await house.commit(.forget(a.id), .update(b))
      try await house.commit(.restore(a.id))
      let feed = try await house.store.changes(after: 0, limit: 100, in: house.scope)
      #expect(feed.map(\.sequence) == [1, 2, 3, 4, 5])
      #expect(feed.map(\.memory) == [a.id, b.id, a.id, b.id, a.id])
      #expect(feed.map(\.isLiving) == [true, true, false, true, true])
      #expect(try await house.store.changes(after: 2, limit: 2, in: house.scope) == Array(feed[2...3]))
      #expect(try await house.store.changes(after: 5, limit: 2, in: house.scope).isEmpty)
      #expect(try await house.store.changes(after: 0, limit: 0, in: house.scope).isEmpty)
      #expect(try await house.store.sequence(in: house.scope) == 5)
    }
  }
}
