internal import JSON
@_spi(ScopeMaking) internal import Model
internal import Storage
internal import TestSupport
internal import Testing

/// No question in one scope ever returns a row from another.
@Suite struct IsolationContract {
  /// A scope and what was stored in it, marked with a word of its own.
  private struct Room: Sendable {
    let scope: Scope
    let mark: String
    var memories: [MemoryID] = []
  }

  @Test(arguments: StorageBackend.configured, 1...3 as ClosedRange<UInt64>)
  func `no question crosses the walls between workspaces, users and contexts`(
    _ backend: StorageBackend, _ seed: UInt64
  ) async throws {
    try await backend.withHouse { house in
      var random = SeededRandom(seed: seed)
      let other = try await house.addMember("Bob")
      let next = try await house.addNeighbour()
      var rooms = [
        Room(scope: house.scope, mark: "alpha"),
        Room(scope: house.scope(in: try await house.addContext("second")), mark: "beta"),
        Room(scope: house.scope(in: try await house.addContext("own", by: other), of: other), mark: "gamma"),
        Room(scope: next, mark: "delta"),
      ]
      for index in rooms.indices { try await Self.fill(&rooms[index], house, &random) }
      let all = rooms.flatMap(\.memories).shuffled(using: &random)

      for room in rooms {
        try await Self.expect(only: room, among: all, house)
        for stranger in rooms where stranger.scope.context != room.scope.context {
          // The right context with somebody else's credentials, in every combination, is an empty place.
          for scope in [
            Scope(
              workspace: stranger.scope.workspace, context: room.scope.context, user: stranger.scope.user),
            Scope(workspace: room.scope.workspace, context: room.scope.context, user: stranger.scope.user),
            Scope(workspace: stranger.scope.workspace, context: room.scope.context, user: room.scope.user),
          ] where !(scope == room.scope) {
            try await Self.expectNothing(in: scope, of: room, house)
          }
        }
      }
    }
  }

  private static func fill(_ room: inout Room, _ house: House, _ random: inout SeededRandom) async throws {
    for number in 0..<12 {
      let memory = try await house.remember("tea \(room.mark) \(number)", in: room.scope) { memory in
        MemoryMaker.decorate(&memory, number, &random)
        memory.type = room.mark
        memory.tags.append(room.mark)
        memory.externalID = "same-\(number)"
      }
      if let last = room.memories.last {
        let edge = Edge(
          id: house.ids.make(), source: last, target: memory.id, type: room.mark, createdAt: house.now)
        try await house.commit(.link(edge), in: room.scope, key: "key-\(number)")
      }
      room.memories.append(memory.id)
    }
    try await house.store.set(
      StateEntry(key: "k", value: .string(room.mark), updatedAt: house.now), in: room.scope)
  }

  /// Asks every question in the room, for everybody's memories.
  private static func expect(only room: Room, among all: [MemoryID], _ house: House) async throws {
    let (store, scope) = (house.store, room.scope)
    let own = Set(room.memories)
    #expect(Set(try await store.memories(all, in: scope).map(\.id)) == own)
    var listing = MemoryListing()
    listing.limit = 1_000
    let page = try await store.list(listing, in: scope)
    #expect(Set(page.memories.map(\.id)) == own)
    #expect(page.memories.allSatisfy { $0.context == scope.context })
    #expect(page.total == Int64(own.count))
    var query = KeywordQuery("tea alpha beta gamma delta")
    query.limit = 1_000
    #expect(Set(try await store.search(query, in: scope).map(\.memory)) == own)
    #expect(try await store.edges(touching: all, types: nil, in: scope).allSatisfy { $0.type == room.mark })
    #expect(try await store.edges(touching: all, types: nil, in: scope).count == own.count - 1)
    #expect(try await store.tags(TagListing(), in: scope).tags.first?.name == room.mark)
    #expect(try await store.statistics(in: scope).byType == [room.mark: Int64(own.count)])
    #expect(Set(try await store.changes(after: 0, limit: 1_000, in: scope).map(\.memory)) == own)
    #expect(try await store.states(at: house.now, in: scope).map(\.value) == [.string(room.mark)])
    let named = try #require(try await store.memory(externalID: "same-3", in: scope))
    #expect(own.contains(named.id))
    for memory in all where !own.contains(memory) {
      #expect(try await store.history(of: memory, in: scope).isEmpty)
      #expect(try await store.feedback(on: memory, in: scope).isEmpty)
    }
  }

  private static func expectNothing(in scope: Scope, of room: Room, _ house: House) async throws {
    let store = house.store
    #expect(try await store.memories(room.memories, in: scope).isEmpty)
    #expect(try await store.list(MemoryListing(), in: scope) == MemoryPage(memories: [], total: 0))
    #expect(try await store.search(KeywordQuery("tea"), in: scope).isEmpty)
    #expect(try await store.edges(touching: room.memories, types: nil, in: scope).isEmpty)
    #expect(try await store.tags(TagListing(), in: scope) == TagPage(tags: [], total: 0))
    #expect(try await store.statistics(in: scope).total == 0)
    #expect(try await store.changes(after: 0, limit: 10, in: scope).isEmpty)
    #expect(try await store.sequence(in: scope) == 0)
    #expect(try await store.states(at: house.now, in: scope).isEmpty)
    #expect(try await store.context(scope.context, in: scope.inWorkspace) == nil)
    let before = try await store.memories(room.memories, in: room.scope)
    await StorageContract.expect(.notFound) {
      try await house.commit(.forget(room.memories[0]), in: scope, key: "key-3")
    }
    try await store.noteUse(of: room.memories, at: house.now, in: scope)
    #expect(try await !store.removeState("k", at: house.now, in: scope))
    #expect(try await store.memories(room.memories, in: room.scope) == before)
  }
}
