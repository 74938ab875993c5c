internal import JSON
internal import Model
internal import Storage
internal import Testing

@Suite struct StateContract {
  @Test(arguments: StorageBackend.configured)
  func `an entry comes back until it is replaced, and its expiry with it`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let expiry = house.now + .seconds(100)
      let entry = StateEntry(
        key: "k\u{0}é", value: ["a": [1, 2.5, nil], "t": "x\u{0}"], updatedAt: house.now, expiresAt: expiry)
      try await house.store.set(entry, in: house.scope)
      #expect(try await house.store.state(entry.key, at: house.now, in: house.scope) == entry)
      let later = StateEntry(key: entry.key, value: nil, updatedAt: house.now)
      try await house.store.set(later, in: house.scope)
      #expect(try await house.store.state(entry.key, at: expiry + .days(9), in: house.scope) == later)
      #expect(try await house.store.state("k", at: house.now, in: house.scope) == nil)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `an entry has expired by its instant, and not before`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let expiry = house.now
      let entry = StateEntry(key: "k", value: 1, updatedAt: house.now, expiresAt: expiry)
      try await house.store.set(entry, in: house.scope)
      let before = expiry - .microseconds(1)
      #expect(try await house.store.state("k", at: before, in: house.scope) == entry)
      #expect(try await house.store.state("k", at: expiry, in: house.scope) == nil)
      #expect(try await house.store.states(at: before, in: house.scope) == [entry])
      #expect(try await house.store.states(at: expiry, in: house.scope).isEmpty)
      #expect(try await house.store.purgeState(expiredBy: before) == 0)
      #expect(try await house.store.purgeState(expiredBy: expiry) == 1)
      #expect(try await house.store.states(at: before, in: house.scope).isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `entries come by key, of one context, the same for all its users`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let other = try await house.addMember("Bob")
      let shared = try await house.addContext("shared", isPrivate: false)
      for key in ["b", "é", "a", "Z"] {
        let entry = StateEntry(key: key, value: .string(key), updatedAt: house.now)
        try await house.store.set(entry, in: house.scope(in: shared))
      }
      let theirs = house.scope(in: shared, of: other)
      #expect(try await house.store.states(at: house.now, in: theirs).map(\.key) == ["Z", "a", "b", "é"])
      #expect(try await house.store.states(at: house.now, in: house.scope).isEmpty)
      #expect(try await house.store.state("a", at: house.now, in: house.scope) == nil)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `removing says whether there was an entry that had not expired`(_ backend: StorageBackend) async throws
  {
    try await backend.withHouse { house in
      let expiry = house.now
      try await house.store.set(StateEntry(key: "k", value: 1, updatedAt: house.now), in: house.scope)
      try await house.store.set(
        StateEntry(key: "old", value: 1, updatedAt: house.now, expiresAt: expiry), in: house.scope)
      let neighbour = try await house.addNeighbour()
      #expect(try await !house.store.removeState("k", at: house.now, in: neighbour))
      #expect(try await house.store.removeState("k", at: house.now, in: house.scope))
      #expect(try await !house.store.removeState("k", at: house.now, in: house.scope))
      #expect(try await !house.store.removeState("old", at: expiry, in: house.scope))
      #expect(try await house.store.states(at: expiry - .seconds(1), in: house.scope).isEmpty)
    }
  }
}
