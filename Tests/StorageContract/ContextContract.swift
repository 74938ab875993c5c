internal import JSON
internal import Model
internal import Storage
internal import Testing

@Suite struct ContextContract {
  @Test(arguments: StorageBackend.configured)
  func `a context comes back with all its fields`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      var context = Context(
        id: house.ids.make(), workspace: house.workspace.id, name: "projet-é", creator: house.owner.id,
        isPrivate: false, createdAt: house.now)
      context.displayName = "Projet\u{0}"
      context.description = ""
      context.summary = "What it is"
      context.usageGuide = "Use it"
      context.isLocked = true
      context.embeddingModel = "minilm"
      context.nextModel = "next"
      context.previousModel = "previous"
      context.sleepMode = .edgesOnly
      context.search.semanticWeight = 0.1
      context.search.keywordWeight = 0.9
      context.search.fetchFactor = 7
      context.search.usesReranker = true
      context.search.rerankerProvider = "cohere"
      context.search.rerankerModel = "v3"
      context.updatedAt = house.now
      context.lastUsedAt = house.now
      try await house.store.add(context, in: house.everywhere)
      #expect(try await house.store.context(context.id, in: house.everywhere) == context)
      #expect(try await house.store.context(named: "projet-é", in: house.everywhere) == context)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a private context is its creator's alone, a shared one the workspace's`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let other = try await house.addMember("Bob")
      let secret = try await house.addContext("secret", by: other)
      let shared = try await house.addContext("shared", isPrivate: false, by: other)
      #expect(try await house.store.context(secret.id, in: house.everywhere) == nil)
      #expect(try await house.store.context(named: "secret", in: house.everywhere) == nil)
      #expect(try await house.store.context(shared.id, in: house.everywhere) == shared)
      #expect(try await house.store.contexts(in: house.everywhere) == [house.context, shared])
      #expect(try await house.store.contexts(in: house.everywhere(of: other)) == [secret, shared])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `names are taken among the shared ones, and among one user's private ones`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let other = try await house.addMember("Bob")
      await expect(.conflict) { _ = try await house.addContext("notes") }
      let others = try await house.addContext("notes", by: other)
      let shared = try await house.addContext("notes", isPrivate: false)
      await expect(.conflict) { _ = try await house.addContext("notes", isPrivate: false, by: other) }
      #expect(try await house.store.context(named: "notes", in: house.everywhere) == house.context)
      #expect(try await house.store.contexts(in: house.everywhere) == [house.context, shared])
      #expect(try await house.store.contexts(in: house.everywhere(of: other)) == [others, shared])

      // Names are compared byte by byte, and a deleted context gives its name back.
      _ = try await house.addContext("Notes")
      try await house.store.delete(shared.id, at: house.now, in: house.everywhere)
      _ = try await house.addContext("notes", isPrivate: false, by: other)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a context belongs to a workspace and to a member of it`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let neighbour = try await house.addNeighbour()
      var context = house.context
      await expect(.conflict) { try await house.store.add(context, in: house.everywhere) }
      context.id = house.ids.make()
      context.name = "other"
      await expect(.notFound) { try await house.store.add(context, in: neighbour.inWorkspace) }
      context.creator = neighbour.user
      await expect(.notFound) { try await house.store.add(context, in: house.everywhere) }
      context.creator = house.ids.make()
      await expect(.notFound) { try await house.store.add(context, in: house.everywhere) }
      #expect(try await house.store.contexts(in: house.everywhere) == [house.context])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `contexts come by name, in the order of code points`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      for name in ["b", "Z", "é", "a-1", "a", "zz"] { _ = try await house.addContext(name) }
      let names = try await house.store.contexts(in: house.everywhere).map(\.name)
      #expect(names == ["Z", "a", "a-1", "b", "notes", "zz", "é"])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `an update replaces the row and counts it up`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      try await house.store.noteUse(of: [house.context.id], at: house.now, in: house.everywhere)
      let used = try await house.store.context(house.context.id, in: house.everywhere)?.lastUsedAt
      var context = house.context
      context.name = "renamed"
      context.isPrivate = false
      context.summary = "new"
      context.updatedAt = house.now
      let updated = try await house.store.update(context, in: house.everywhere)
      context.revision = 2
      context.lastUsedAt = used
      #expect(updated == context)
      #expect(try await house.store.context(context.id, in: house.everywhere) == context)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `an update changes neither workspace, creator, creation, use nor deletion`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let neighbour = try await house.addNeighbour()
      var context = house.context
      context.workspace = neighbour.workspace
      context.creator = neighbour.user
      context.createdAt = house.now
      context.lastUsedAt = house.now
      context.deletedAt = house.now
      let updated = try await house.store.update(context, in: house.everywhere)
      var expected = house.context
      expected.revision = 2
      #expect(updated == expected)
      #expect(try await house.store.contexts(in: neighbour.inWorkspace).map(\.id) == [neighbour.context])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `an update from an old revision or to a taken name is a conflict`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let other = try await house.addContext("other")
      var context = try await house.store.update(house.context, in: house.everywhere)
      await expect(.conflict) { _ = try await house.store.update(house.context, in: house.everywhere) }
      context.name = "other"
      await expect(.conflict) { _ = try await house.store.update(context, in: house.everywhere) }
      context.isPrivate = false
      _ = try await house.store.update(context, in: house.everywhere)
      #expect(try await house.store.context(named: "other", in: house.everywhere) == other)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `what cannot be seen cannot be updated or deleted`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let other = try await house.addMember("Bob")
      let neighbour = try await house.addNeighbour()
      for scope in [house.everywhere(of: other), neighbour.inWorkspace] {
        await expect(.notFound) { _ = try await house.store.update(house.context, in: scope) }
        await expect(.notFound) { try await house.store.delete(house.context.id, at: house.now, in: scope) }
        try await house.store.noteUse(of: [house.context.id], at: house.now, in: scope)
      }
      #expect(try await house.store.context(house.context.id, in: house.everywhere) == house.context)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a deleted context is gone with all that is in it`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let memory = try await house.remember("kept in a context")
      try await house.store.set(StateEntry(key: "k", value: 1, updatedAt: house.now), in: house.scope)
      try await house.store.delete(house.context.id, at: house.now, in: house.everywhere)
      #expect(try await house.store.contexts(in: house.everywhere).isEmpty)
      #expect(try await house.store.context(named: "notes", in: house.everywhere) == nil)
      await expect(.notFound) {
        try await house.store.delete(house.context.id, at: house.now, in: house.everywhere)
      }
      #expect(try await house.stored(memory) == nil)
      #expect(try await house.store.search(KeywordQuery("kept"), in: house.scope).isEmpty)
      #expect(try await house.store.states(at: house.now, in: house.scope).isEmpty)
      #expect(try await house.store.sequence(in: house.scope) == 0)
      #expect(try await house.store.changes(after: 0, limit: 10, in: house.scope).isEmpty)
      #expect(try await house.store.history(of: memory.id, in: house.scope).isEmpty)
      await expect(.notFound) { try await house.commit(.forget(memory.id)) }
      await expect(.notFound) {
        try await house.store.set(StateEntry(key: "k", value: 2, updatedAt: house.now), in: house.scope)
      }
      #expect(
        try await house.store.usage(in: house.everywhere)
          == WorkspaceUsage(memories: 0, contexts: 0, members: 1))
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `the use of contexts is noted, and never set back`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let (early, late) = (house.now, house.now)
      let ids = [house.context.id, house.ids.make()]
      try await house.store.noteUse(of: ids, at: late, in: house.everywhere)
      try await house.store.noteUse(of: ids, at: early, in: house.everywhere)
      let context = try #require(try await house.store.context(house.context.id, in: house.everywhere))
      #expect(context.lastUsedAt == late)
      #expect(context.revision == 1)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `usage counts what lives, of everybody in the workspace`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let other = try await house.addMember("Bob")
      let secret = try await house.addContext("secret", by: other)
      _ = try await house.remember("one of the owner")
      _ = try await house.remember("one of Bob", in: house.scope(in: secret, of: other))
      let forgotten = try await house.remember("one that is forgotten")
      try await house.commit(.forget(forgotten.id))
      let neighbour = try await house.addNeighbour()
      _ = try await house.remember("one next door", in: neighbour)
      #expect(
        try await house.store.usage(in: house.everywhere)
          == WorkspaceUsage(memories: 2, contexts: 2, members: 2))
    }
  }
}
