internal import Model
internal import Storage
internal import Testing

@Suite struct MemoryContract {
  @Test(arguments: StorageBackend.configured)
  func `memories come in the order in which they were asked for`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let a = try await house.remember("memory a")
      let b = try await house.remember("memory b")
      let gone = try await house.remember("memory c")
      try await house.commit(.forget(gone.id))
      let asked = [b.id, house.ids.make(), gone.id, a.id, b.id]
      #expect(try await house.store.memories(asked, in: house.scope) == [b, a, b])
      #expect(try await house.store.forgotten(asked, in: house.scope).map(\.id) == [gone.id])
      #expect(try await house.store.memories([], in: house.scope).isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `the use of memories is counted, and is no change`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let memory = try await house.remember("used")
      let gone = try await house.remember("gone")
      try await house.commit(.forget(gone.id))
      let sequence = try await house.store.sequence(in: house.scope)
      let (early, late) = (house.now, house.now)
      try await house.store.noteUse(
        of: [memory.id, gone.id, house.ids.make(), memory.id], at: late, in: house.scope)
      try await house.store.noteUse(of: [memory.id], at: early, in: house.scope)
      var expected = memory
      expected.accessCount = 3
      expected.lastUsedAt = late
      #expect(try await house.stored(memory) == expected)
      #expect(try await house.store.forgotten([gone.id], in: house.scope).map(\.accessCount) == [0])
      #expect(try await house.store.sequence(in: house.scope) == sequence)
      #expect(try await house.store.history(of: memory.id, in: house.scope).count == 1)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `feedback is about a living memory, oldest first`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let memory = try await house.remember("judged")
      let (early, late) = (house.now, house.now)
      let first = Feedback(
        memory: memory.id, author: house.owner.id, isHelpful: true, query: "q\u{0}", note: "n", at: late)
      let second = Feedback(memory: memory.id, author: house.ids.make(), isHelpful: false, at: late)
      let oldest = Feedback(memory: memory.id, author: house.owner.id, isHelpful: true, note: "", at: early)
      for feedback in [first, second, oldest] { try await house.store.add(feedback, in: house.scope) }
      #expect(try await house.store.feedback(on: memory.id, in: house.scope) == [oldest, first, second])
      try await house.commit(.forget(memory.id))
      await expect(.notFound) { try await house.store.add(first, in: house.scope) }
      #expect(try await house.store.feedback(on: memory.id, in: house.scope).isEmpty)
      try await house.commit(.restore(memory.id))
      #expect(try await house.store.feedback(on: memory.id, in: house.scope).count == 3)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `edges join living memories of one context`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let a = try await house.remember("memory a")
      let b = try await house.remember("memory b")
      let other = try await house.addContext("other")
      let far = try await house.remember("far away", in: house.scope(in: other))
      for edge in [house.edge(a, far), house.edge(far, a), house.edge(a, house.memory("never stored"))] {
        await expect(.notFound) { try await house.commit(.link(edge)) }
      }
      var edge = house.edge(a, b)
      edge.weight = 2.5
      edge.confidence = 0.25
      edge.origin = .hebbian
      edge.lastUsedAt = house.now
      let receipt = try await house.commit(.link(edge))
      #expect(receipt == WriteReceipt(changed: [], sequence: 2))
      #expect(try await house.store.edges(touching: [b.id], types: nil, in: house.scope) == [edge])
      #expect(try await house.store.edges(touching: [a.id], types: nil, in: house.scope(in: other)).isEmpty)

      // An end that is forgotten takes the edge out of sight, and back.
      try await house.commit(.forget(b.id))
      #expect(try await house.store.edges(touching: [a.id, b.id], types: nil, in: house.scope).isEmpty)
      await expect(.notFound) { try await house.commit(.link(house.edge(a, b, "new"))) }
      try await house.commit(.restore(b.id))
      #expect(try await house.store.edges(touching: [a.id], types: nil, in: house.scope) == [edge])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `there is one edge of a source, a target and a type, and the first one stays`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let a = try await house.remember("memory a")
      let b = try await house.remember("memory b")
      let edge = house.edge(a, b)
      var again = house.edge(a, b)
      again.weight = 3
      try await house.commit(.link(edge), .link(again), .link(house.edge(a, b, "Related_to")))
      let edges = try await house.store.edges(touching: [a.id], types: [edge.type], in: house.scope)
      #expect(edges == [edge])
      var taken = house.edge(b, a)
      taken.id = edge.id
      await expect(.conflict) { try await house.commit(.link(taken)) }
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `edges come by source, target and type, each once`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let a = try await house.remember("memory a")
      let b = try await house.remember("memory b")
      let c = try await house.remember("memory c")
      let edges = [
        house.edge(a, a, "self"), house.edge(a, b, "é"), house.edge(a, b, "z"), house.edge(a, c),
        house.edge(b, c),
        house.edge(c, a),
      ]
      for edge in edges.shuffled() { try await house.commit(.link(edge)) }
      let sorted = [edges[0], edges[2], edges[1], edges[3], edges[4], edges[5]]
      let all = try await house.store.edges(touching: [c.id, a.id, b.id, a.id], types: nil, in: house.scope)
      #expect(all == sorted)
      #expect(
        try await house.store.edges(touching: [b.id], types: ["é", "x"], in: house.scope) == [edges[1]])
      #expect(try await house.store.edges(touching: [b.id], types: [], in: house.scope).isEmpty)
      #expect(try await house.store.edges(touching: [], types: nil, in: house.scope).isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `an edge is removed by its ends and its type`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let a = try await house.remember("memory a")
      let b = try await house.remember("memory b")
      let kept = house.edge(b, a)
      try await house.commit(.link(house.edge(a, b)), .link(kept))
      let neighbour = try await house.addNeighbour()
      let unlink = MemoryWrite.Change.unlink(source: a.id, target: b.id, type: Edge.KnownType.relatedTo)
      try await house.commit(unlink, in: neighbour)
      #expect(try await house.store.edges(touching: [a.id], types: nil, in: house.scope).count == 2)
      try await house.commit(unlink, unlink)
      #expect(try await house.store.edges(touching: [a.id], types: nil, in: house.scope) == [kept])
    }
  }
}
