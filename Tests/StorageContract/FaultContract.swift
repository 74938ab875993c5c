internal import JSON
internal import Model
internal import Storage
internal import StorageReference
internal import TestSupport
internal import Testing

/// A call that fails is repeated, and in the end everything is as if it had not failed.
@Suite struct FaultContract {
  @Test(arguments: StorageBackend.configured, FaultyStore.Moment.allCases)
  func `whichever call fails, repeating it leads to the same end`(
    _ backend: StorageBackend, _ moment: FaultyStore.Moment
  ) async throws {
    let undisturbed = try await Self.run(in: ReferenceStore())
    var failing = 1
    var hasFailed = true
    while hasFailed {
      try await backend.withStore { store in
        let faulty = FaultyStore(store, failing: failing, moment)
        let end = try await Self.run(in: faulty)
        #expect(end == undisturbed, "the call \(failing) failed")
        hasFailed = faulty.hasFailed
      }
      failing += 1
    }
    #expect(failing > 10)
  }

  /// A day in a store, by somebody who repeats each call that is unavailable. Returns what there is at the end.
  private static func run(in store: any Store) async throws -> End {
    let house = House.prepared(for: store)
    try await persist { _ = try await store.found(house.founding) }
    var (a, b) = (house.memory("tea is green"), house.memory("milk is white"))
    a.tags = ["t"]
    let writes: [MemoryWrite] = [
      MemoryWrite([.insert(a), .insert(b), .link(house.edge(a, b))], at: house.now, idempotencyKey: "1"),
      MemoryWrite([.update(b)], at: house.now, idempotencyKey: "2"),
      MemoryWrite(
        [.forget(a.id), .insert(house.memory("tea is black"))], at: house.now, idempotencyKey: "3"),
      MemoryWrite([.restore(a.id)], at: house.now, idempotencyKey: "4"),
    ]
    for write in writes {
      try await persist { _ = try await store.commit(write, in: house.scope) }
    }
    let entry = StateEntry(key: "k", value: 1, updatedAt: house.now)
    try await persist { try await store.set(entry, in: house.scope) }
    let at = house.now
    try await persist { _ = try await store.revoke(house.key.id, at: at, in: house.everywhere) }
    try await persist { _ = try await store.purge(forgottenBefore: at) }
    return try await persist { try await End(of: store, house) }
  }

  private static func persist<Value>(_ call: () async throws -> Value) async throws -> Value {
    do {
      return try await call()
    } catch let error as StorageError where error.code == .unavailable {
      return try await call()
    }
  }

  private struct End: Equatable {
    let memories: [Memory]
    let changes: [SequencedChange]
    let histories: [[MemoryChange.Kind]]
    let edges: [Edge]
    let found: Set<MemoryID>
    let states: [StateEntry]
    let keys: [APIKey]

    init(of store: any Store, _ house: House) async throws {
      var listing = MemoryListing()
      listing.order = .oldest
      memories = try await store.list(listing, in: house.scope).memories
      changes = try await store.changes(after: 0, limit: 100, in: house.scope)
      edges = try await store.edges(touching: memories.map(\.id), types: nil, in: house.scope)
      found = Set(try await store.search(KeywordQuery("tea"), in: house.scope).map(\.memory))
      states = try await store.states(at: house.clock.now(), in: house.scope)
      keys = try await store.keys(in: house.everywhere)
      var histories: [[MemoryChange.Kind]] = []
      for memory in memories {
        histories.append(try await store.history(of: memory.id, in: house.scope).map(\.kind))
      }
      self.histories = histories
    }
  }
}
