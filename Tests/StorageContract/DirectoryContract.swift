internal import Model
internal import Storage
internal import Testing

@Suite struct DirectoryContract {
  @Test(arguments: StorageBackend.configured)
  func `an empty store is founded once, with all of it`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { (house) async throws in
      #expect(try await house.store.found(house.founding) == false)
      #expect(try await house.store.workspaces() == [house.workspace])
      #expect(try await house.store.user(house.owner.id) == house.owner)
      #expect(try await house.store.context(house.context.id, in: house.everywhere) == house.context)
      let found = try #require(try await house.store.key(digest: house.key.digest))
      #expect(found.key == house.key)
      #expect(found.role == .owner)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `of several foundings at the same time exactly one succeeds`(_ backend: StorageBackend) async throws {
    try await backend.withStore { (store) async throws in
      let outcomes = await withTaskGroup(of: Bool.self) { group in
        for seed in 0..<8 as Range<UInt64> {
          group.addTask { (try? await House.tryToFound(store, seed: seed)) ?? false }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.count { $0 } == 1)
      #expect(try await store.workspaces().count == 1)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a store with somebody in it is not founded`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { (house) async throws in
      var other = house.founding
      other.workspace.id = house.ids.make()
      other.owner.id = house.ids.make()
      #expect(try await house.store.found(other) == false)
      #expect(try await house.store.workspaces() == [house.workspace])
      #expect(try await house.store.user(other.owner.id) == nil)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `workspaces come oldest first, with their owners`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { (house) async throws in
      let scope = try await house.addNeighbour()
      #expect(try await house.store.workspaces().map(\.id) == [house.workspace.id, scope.workspace])
      let members = try await house.store.members(of: scope.workspace)
      #expect(members.map(\.user.id) == [scope.user])
      #expect(members.map(\.role) == [.owner])
      #expect(try await house.store.workspace(scope.workspace)?.name == "Next door")
      #expect(try await house.store.workspace(house.ids.make()) == nil)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a taken id of a workspace or a user is a conflict, and nothing is added`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { (house) async throws in
      let stranger = User(id: house.ids.make(), name: "Eve", createdAt: house.now)
      await expect(.conflict) { try await house.store.add(house.workspace, owner: stranger) }
      #expect(try await house.store.user(stranger.id) == nil)

      let other = Workspace(id: house.ids.make(), name: "Other", createdAt: house.now)
      await expect(.conflict) { try await house.store.add(other, owner: house.owner) }
      #expect(try await house.store.workspace(other.id) == nil)

      await expect(.conflict) { try await house.store.add(house.owner, to: house.workspace.id, as: .viewer) }
      #expect(try await house.store.members(of: house.workspace.id).map(\.role) == [.owner])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `members come oldest first, and there are none of an unknown workspace`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { (house) async throws in
      let viewer = try await house.addMember("Vi", as: .viewer)
      let admin = try await house.addMember("Al", as: .admin)
      let members = try await house.store.members(of: house.workspace.id)
      #expect(members.map(\.user) == [house.owner, viewer, admin])
      #expect(members.map(\.role) == [.owner, .viewer, .admin])
      #expect(try await house.store.members(of: house.ids.make()).isEmpty)
      await expect(.notFound) { try await house.store.add(viewer, to: house.ids.make(), as: .member) }
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a key is for a member, and its digest is its own`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { (house) async throws in
      var key = house.key
      key.id = house.ids.make()
      await expect(.conflict) { try await house.store.add(key) }
      key.digest = [1, 2, 3]
      key.id = house.key.id
      await expect(.conflict) { try await house.store.add(key) }
      key.id = house.ids.make()
      key.user = house.ids.make()
      await expect(.notFound) { try await house.store.add(key) }
      let neighbour = try await house.addNeighbour()
      key.user = neighbour.user
      await expect(.notFound) { try await house.store.add(key) }
      #expect(try await house.store.key(digest: [1, 2, 3]) == nil)
      #expect(try await house.store.keys(in: house.everywhere) == [house.key])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `keys come oldest first with all their fields, revoked and expired ones too`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { (house) async throws in
      let viewer = try await house.addMember("Vi", as: .viewer)
      let key = APIKey(
        id: house.ids.make(), workspace: house.workspace.id, user: viewer.id, name: "sécond",
        hint: "mn_live_cd",
        digest: [9], role: .member, createdAt: house.now, expiresAt: house.now, revokedAt: house.now,
        lastUsedAt: house.now)
      try await house.store.add(key)
      #expect(try await house.store.keys(in: house.everywhere) == [house.key, key])
      let found = try #require(try await house.store.key(digest: [9]))
      #expect(found.key == key)
      #expect(found.role == .viewer)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a key is revoked once, and only in its own workspace`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { (house) async throws in
      let neighbour = try await house.addNeighbour()
      let first = house.now
      #expect(try await !house.store.revoke(house.key.id, at: first, in: neighbour.inWorkspace))
      #expect(try await house.store.keys(in: house.everywhere).first?.revokedAt == nil)
      #expect(try await house.store.revoke(house.key.id, at: first, in: house.everywhere))
      #expect(try await house.store.revoke(house.key.id, at: house.now, in: house.everywhere))
      #expect(try await house.store.key(digest: house.key.digest)?.key.revokedAt == first)
      #expect(try await !house.store.revoke(house.ids.make(), at: house.now, in: house.everywhere))
      #expect(try await house.store.keys(in: neighbour.inWorkspace).isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `the use of a key is noted, and never set back`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { (house) async throws in
      let (early, late) = (house.now, house.now)
      try await house.store.noteUse(of: house.key.id, at: late)
      try await house.store.noteUse(of: house.key.id, at: early)
      try await house.store.noteUse(of: house.ids.make(), at: late)
      #expect(try await house.store.keys(in: house.everywhere).map(\.lastUsedAt) == [late])
    }
  }
}
