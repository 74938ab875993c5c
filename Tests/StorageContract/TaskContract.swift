internal import JSON
internal import Model
internal import Storage
internal import TestSupport
internal import Testing

@Suite struct TaskContract {
  @Test(arguments: StorageBackend.configured)
  func `a task is taken when it is due, and done once`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let now = house.now
      let later = now + .seconds(60)
      let task = house.task("one", dueAt: later)
      #expect(try await house.store.enqueue([task]) == 1)
      #expect(try await house.store.nextDue(["test"]) == later)
      #expect(try await house.store.nextDue(["other"]) == nil)
      #expect(try await house.lease(at: later - .microseconds(1)).isEmpty)
      #expect(try await house.lease(["other"], at: later).isEmpty)
      let taken = try #require(try await house.lease(at: later).first)
      #expect(taken.id == task.id && taken.payload == task.payload && taken.attempts == 1)
      #expect(try await house.store.finish(taken, at: later))
      #expect(try await house.lease(at: later + .seconds(3_600)).isEmpty)
      #expect(try await house.store.nextDue(["test"]) == nil)
      #expect(try await house.store.tasks(.finished, limit: 5, in: house.everywhere).map(\.id) == [task.id])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a key is queued once, in whatever state its task is, until it is purged`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      #expect(try await house.store.enqueue([house.task("k"), house.task("k"), house.task("k\u{0}")]) == 2)
      #expect(try await house.store.enqueue([house.task("k")]) == 0)
      let taken = try #require(try await house.lease(at: house.now).first)
      #expect(try await house.store.enqueue([house.task("k")]) == 0)
      let end = house.now
      #expect(try await house.store.finish(taken, at: end))
      #expect(try await house.store.enqueue([house.task("k")]) == 0)
      #expect(try await house.store.purgeTasks(finishedBefore: end) == 0)
      #expect(try await house.store.purgeTasks(finishedBefore: house.now) == 1)
      #expect(try await house.store.enqueue([house.task("k")]) == 1)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `who died with a task gives it back when the lease ends, and can no longer speak for it`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      _ = try await house.store.enqueue([house.task("k")])
      let now = house.now
      let end = now + .seconds(30)
      let first = try #require(try await house.lease(at: now, until: end).first)
      #expect(try await house.lease(at: end - .microseconds(1)).isEmpty)
      let second = try #require(try await house.lease(at: end, until: end + .seconds(30)).first)
      #expect(second.attempts == 2)
      #expect(try await !house.store.finish(first, at: end))
      #expect(try await !house.store.park(first, error: "late", at: end))
      #expect(try await !house.store.postpone(first, until: end, error: "late", at: end))
      #expect(try await house.store.finish(second, at: end))
      #expect(try await !house.store.finish(second, at: end))
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a failed task comes again later, is parked, and is tried anew when its user asks`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let other = try await house.addMember("Bob")
      _ = try await house.store.enqueue([house.task("k")])
      let now = house.now
      let first = try #require(try await house.lease(at: now).first)
      let again = now + .seconds(10)
      #expect(try await house.store.postpone(first, until: again, error: "no answer", at: now))
      #expect(try await house.lease(at: again - .microseconds(1)).isEmpty)
      let second = try #require(try await house.lease(at: again).first)
      #expect(second.attempts == 2 && second.error == "no answer")
      #expect(try await house.store.release(second.id, at: again, in: house.everywhere) == nil)
      #expect(try await house.store.park(second, error: "no answer\u{0}", at: again))
      #expect(try await house.lease(at: again + .seconds(9_999)).isEmpty)
      let parked = try await house.store.tasks(.parked, limit: 5, in: house.everywhere)
      #expect(parked.map(\.error) == ["no answer\u{0}"])
      #expect(try await house.store.tasks(.parked, limit: 5, in: house.everywhere(of: other)).isEmpty)
      #expect(try await house.store.release(second.id, at: again, in: house.everywhere(of: other)) == nil)
      let released = try await house.store.release(second.id, at: again, in: house.everywhere)
      #expect(released?.state == .waiting && released?.attempts == 0)
      #expect(try await house.lease(at: again).map(\.id) == [second.id])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `of each workspace the oldest task is taken, of a busy one none`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let neighbour = try await house.addNeighbour().inWorkspace
      let third = try await house.addNeighbour().inWorkspace
      let own = (1...3).map { house.task("own \($0)") }
      let theirs = house.task("theirs", for: neighbour)
      let last = house.task("last", for: third)
      #expect(try await house.store.enqueue(own + [theirs, last]) == 5)
      let now = house.now
      let end = now + .seconds(1)
      #expect(try await house.lease(at: now, until: end, limit: 2).map(\.key) == ["own 1", "theirs"])
      let busy: Set<WorkspaceID> = [house.workspace.id]
      #expect(try await house.lease(at: now, until: end, busy: busy).map(\.key) == ["last"])
      #expect(try await house.lease(at: now, until: end).map(\.key) == ["own 2"])
      #expect(try await house.lease(at: now, until: end, limit: 0).isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `what a write queues is queued with it, and not by its repetition`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      var write = MemoryWrite([.insert(house.memory("with work"))], at: house.now, idempotencyKey: "once")
      write.tasks = [house.task("first")]
      _ = try await house.store.commit(write, in: house.scope)
      write.tasks = [house.task("second")]
      #expect(try await house.store.commit(write, in: house.scope).isReplay)
      let absent = house.memory("never stored")
      var failing = MemoryWrite([.update(absent)], at: house.now)
      failing.tasks = [house.task("third")]
      let refused = failing
      await #expect(throws: StorageError.self) { try await house.store.commit(refused, in: house.scope) }
      let waiting = try await house.store.tasks(.waiting, limit: 9, in: house.everywhere)
      #expect(waiting.map(\.key) == ["first"])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `nothing is queued for somebody who is no member`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let neighbour = try await house.addNeighbour().inWorkspace
      var task = house.task("k")
      task.user = neighbour.user
      let wrong = task
      let error = await #expect(throws: StorageError.self) { try await house.store.enqueue([wrong]) }
      #expect(error?.code == .notFound)
      #expect(try await house.lease(at: house.now).isEmpty)
    }
  }
}

@Suite struct PluginStateContract {
  @Test(arguments: StorageBackend.configured)
  func `each plugin has entries of its own in each workspace, whoever it acts for`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let other = try await house.addMember("Bob")
      let neighbour = try await house.addNeighbour().inWorkspace
      let entry = StateEntry(key: "k\u{0}é", value: ["n": [1, nil]], updatedAt: house.now)
      try await house.store.setPluginState(entry, of: "a", limit: 9, in: house.everywhere)
      func found(_ plugin: String, _ scope: WorkspaceScope) async throws -> StateEntry? {
        try await house.store.pluginState(entry.key, of: plugin, at: house.now, in: scope)
      }
      #expect(try await found("a", house.everywhere(of: other)) == entry)
      #expect(try await found("b", house.everywhere) == nil)
      #expect(try await found("a", neighbour) == nil)
      try await house.store.clearPluginState(of: "a", in: neighbour)
      try await house.store.clearPluginState(of: "b", in: house.everywhere)
      #expect(try await found("a", house.everywhere) == entry)
      try await house.store.clearPluginState(of: "a", in: house.everywhere)
      #expect(try await found("a", house.everywhere) == nil)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `an entry expires by its instant, and is purged after it`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let (store, scope, expiry) = (house.store, house.everywhere, house.now + .seconds(60))
      let entry = StateEntry(key: "k", value: 1, updatedAt: house.now, expiresAt: expiry)
      try await store.setPluginState(entry, of: "p", limit: 1, in: scope)
      let before = expiry - .microseconds(1)
      #expect(try await store.pluginState("k", of: "p", at: before, in: scope) == entry)
      #expect(try await store.pluginState("k", of: "p", at: expiry, in: scope) == nil)
      #expect(try await store.pluginStates(of: "p", prefix: "", limit: 9, at: expiry, in: scope).isEmpty)
      #expect(try await store.purgeState(expiredBy: before) == 0)
      #expect(try await store.purgeState(expiredBy: expiry) == 1)
      #expect(try await !store.removePluginState("k", of: "p", at: before, in: scope))
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `entries are listed by key from a beginning on, and removed one by one`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let (store, scope) = (house.store, house.everywhere)
      for key in ["b/2", "b/1", "a", "b", "c", "b/é"] {
        let entry = StateEntry(key: key, value: .string(key), updatedAt: house.now)
        try await store.setPluginState(entry, of: "p", limit: 9, in: scope)
      }
      func keys(_ prefix: String, _ limit: Int = 9) async throws -> [String] {
        try await store.pluginStates(of: "p", prefix: prefix, limit: limit, at: house.now, in: scope).map(
          \.key)
      }
      #expect(try await keys("b/") == ["b/1", "b/2", "b/é"])
      #expect(try await keys("", 2) == ["a", "b"])
      #expect(try await keys("B").isEmpty)
      #expect(try await store.removePluginState("b/1", of: "p", at: house.now, in: scope))
      #expect(try await !store.removePluginState("b/1", of: "p", at: house.now, in: scope))
      #expect(try await keys("b/") == ["b/2", "b/é"])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a plugin keeps no more entries than it may, and can always change those it has`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let (store, scope) = (house.store, house.everywhere)
      func set(_ key: String, expires: Timestamp? = nil) async throws {
        let entry = StateEntry(key: key, value: 1, updatedAt: house.now, expiresAt: expires)
        try await store.setPluginState(entry, of: "p", limit: 2, in: scope)
      }
      try await set("a")
      try await set("b", expires: house.now + .seconds(30))
      let error = await #expect(throws: StorageError.self) { try await set("c") }
      #expect(error?.code == .full)
      try await set("a")
      house.clock.advance(by: .seconds(60))
      try await set("c")
    }
  }
}

extension House {
  fileprivate func lease(
    _ kinds: [String] = ["test"], at instant: Timestamp, until end: Timestamp? = nil, limit: Int = 9,
    busy: Set<WorkspaceID> = []
  ) async throws -> [QueuedTask] {
    try await store.lease(kinds, limit: limit, busy: busy, at: instant, until: end ?? instant + .seconds(30))
  }
}
