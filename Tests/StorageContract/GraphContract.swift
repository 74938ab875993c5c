internal import Model
internal import Storage
internal import Testing

@Suite struct GraphContract {
  @Test(arguments: StorageBackend.configured)
  func `an edge is found by its id and by its ends`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let (a, b) = (try await house.remember("a"), try await house.remember("b"))
      let edge = house.edge(a, b, "depends_on")
      #expect(try await house.store.save([edge], in: house.scope) == [edge])
      #expect(try await house.store.edge(edge.id, in: house.scope) == edge)
      let found = try await house.store.edge(from: a.id, to: b.id, type: "depends_on", in: house.scope)
      #expect(found == edge)
      #expect(
        try await house.store.edge(from: b.id, to: a.id, type: "depends_on", in: house.scope) == nil)
      let neighbour = try await house.addNeighbour()
      #expect(try await house.store.edge(edge.id, in: neighbour) == nil)
      #expect(try await !house.store.removeEdge(edge.id, in: neighbour))
      #expect(try await house.store.removeEdge(edge.id, in: house.scope))
      #expect(try await !house.store.removeEdge(edge.id, in: house.scope))
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `the heaviest edges at a memory come first, so many in each direction`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let hub = try await house.remember("hub")
      var edges: [Edge] = []
      for (number, weight) in [0.5, 2, 1, 3].enumerated() {
        let other = try await house.remember("leaf \(number)")
        var (out, back) = (house.edge(hub, other), house.edge(other, hub, "contradicts"))
        (out.weight, back.weight) = (weight, weight / 10)
        edges += [out, back]
      }
      _ = try await house.store.save(edges, in: house.scope)
      func weights(_ filter: EdgeFilter) async throws -> [Double] {
        try await house.store.edges(at: [hub.id], matching: filter, in: house.scope).map(\.weight)
      }
      #expect(try await weights(EdgeFilter()) == [3, 2, 1, 0.5, 0.3, 0.2, 0.1, 0.05])
      #expect(try await weights(EdgeFilter(limit: 1)) == [3, 0.3])
      #expect(try await weights(EdgeFilter(minimumWeight: 0.2)) == [3, 2, 1, 0.5, 0.3, 0.2])
      #expect(try await weights(EdgeFilter(types: ["contradicts"], limit: 2)) == [0.3, 0.2])
      #expect(try await weights(EdgeFilter(types: [])) == [])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `what is written again keeps its id, its creation and an origin that is not learned`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let (a, b) = (try await house.remember("a"), try await house.remember("b"))
      let first = house.edge(a, b)
      var again = house.edge(a, b)
      (again.weight, again.origin, again.evidence) = (2.5, .hebbian, 7)
      _ = try await house.store.save([first], in: house.scope)
      let saved = try #require(try await house.store.save([again], in: house.scope).first)
      #expect((saved.id, saved.createdAt, saved.origin) == (first.id, first.createdAt, .declared))
      #expect((saved.weight, saved.evidence) == (2.5, 7))
      #expect(try await house.store.edge(first.id, in: house.scope) == saved)

      let gone = try await house.remember("gone")
      try await house.commit(.forget(gone.id))
      #expect(try await house.store.save([house.edge(a, gone)], in: house.scope) == [])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `the edges of a forgotten memory vanish and come back with it`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let (a, b) = (try await house.remember("a"), try await house.remember("b"))
      let edge = house.edge(a, b)
      _ = try await house.store.save([edge], in: house.scope)
      try await house.commit(.forget(b.id))
      #expect(try await house.store.edge(edge.id, in: house.scope) == nil)
      #expect(try await house.store.edges(at: [a.id], matching: EdgeFilter(), in: house.scope).isEmpty)
      #expect(try await house.store.edges(after: nil, limit: 9, in: house.scope).isEmpty)
      #expect(try await house.store.edgeCounts(in: house.scope).total == 0)
      #expect(try await house.store.edgeCounts(in: house.scope).connected == 0)
      try await house.commit(.restore(b.id))
      #expect(try await house.store.edges(at: [a.id], matching: EdgeFilter(), in: house.scope) == [edge])
      let counts = try await house.store.edgeCounts(in: house.scope)
      #expect(
        counts
          == EdgeCounts(total: 1, byType: ["related_to": 1], byOrigin: [.declared: 1], connected: 2))
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `all edges come page by page`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      var memories: [Memory] = []
      for number in 0..<6 { memories.append(try await house.remember("memory \(number)")) }
      let edges = memories.indices.flatMap { from in
        memories.indices.filter { $0 != from }.map { house.edge(memories[from], memories[$0]) }
      }
      _ = try await house.store.save(edges, in: house.scope)
      var seen: [Edge] = []
      while true {
        let page = try await house.store.edges(after: seen.last?.id, limit: 7, in: house.scope)
        if page.isEmpty { break }
        seen += page
      }
      #expect(seen.count == 30)
      #expect(Set(seen) == Set(edges))
      let sample = try await house.store.sampleEdges(5, seed: 1, in: house.scope)
      #expect((1...5).contains(sample.count))
      #expect(Set(sample).isSubset(of: Set(edges)))
    }
  }
}

@Suite struct LearningContract {
  private static let fading = EdgeFading(halfLifeDays: 14)

  private static func lesson(
    _ key: String, _ house: House, _ strands: [(Memory, Memory, gain: Double, forms: Bool)]
  ) -> Lesson {
    Lesson(
      key: key,
      strands: strands.map {
        Lesson.Strand(
          MemoryPair($0.0.id, $0.1.id), edge: house.ids.make(), gain: $0.gain, confidence: 0.8,
          forms: $0.forms)
      },
      leak: 0.1, fading: fading, at: house.now)
  }

  @Test(arguments: StorageBackend.configured)
  func `a pair is an acquaintance until it forms an edge, which then grows`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let (a, b) = (try await house.remember("a"), try await house.remember("b"))
      let pair = MemoryPair(b.id, a.id)
      for key in ["1", "2"] {
        let lesson = Self.lesson(key, house, [(a, b, gain: 0.2, forms: false)])
        #expect(try await house.store.learn(lesson, in: house.scope) == 0)
      }
      #expect(try await house.store.acquaintance(of: [pair], in: house.scope) == [2])
      let forming = Self.lesson("3", house, [(b, a, gain: 0.2, forms: true)])
      #expect(try await house.store.learn(forming, in: house.scope) == 1)
      #expect(try await house.store.acquaintance(of: [pair], in: house.scope) == [0])
      let edge = try #require(
        try await house.store.edges(at: [a.id], matching: EdgeFilter(), in: house.scope).first)
      #expect((edge.source, edge.target, edge.origin) == (a.id, b.id, .hebbian))
      #expect((edge.weight, edge.confidence, edge.evidence) == (0.2, 0.8, 3))

      let more = Self.lesson("4", house, [(a, b, gain: 0.2, forms: false)])
      #expect(try await house.store.learn(more, in: house.scope) == 1)
      let grown = try #require(try await house.store.edge(edge.id, in: house.scope))
      #expect(
        grown
          == edge.strengthened(by: 0.2, leak: 0.1, at: more.at, fading: Self.fading))
      #expect(grown.evidence == 4)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `the same lesson teaches once`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let (a, b) = (try await house.remember("a"), try await house.remember("b"))
      let lesson = Self.lesson("once", house, [(a, b, gain: 0.2, forms: true)])
      #expect(try await house.store.learn(lesson, in: house.scope) == 1)
      #expect(try await house.store.learn(lesson, in: house.scope) == 0)
      let edges = try await house.store.edges(at: [a.id], matching: EdgeFilter(), in: house.scope)
      #expect(edges.map(\.weight) == [0.2])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `what was declared is not learned over, and what is gone teaches nothing`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let (a, b) = (try await house.remember("a"), try await house.remember("b"))
      let gone = try await house.remember("gone")
      try await house.commit(.forget(gone.id))
      let declared = house.edge(b, a, Edge.KnownType.neuralAssociation)
      _ = try await house.store.save([declared], in: house.scope)
      let lesson = Self.lesson(
        "x", house, [(a, b, gain: 1, forms: true), (a, gone, gain: 1, forms: true)])
      #expect(try await house.store.learn(lesson, in: house.scope) == 0)
      #expect(
        try await house.store.edges(at: [a.id], matching: EdgeFilter(), in: house.scope) == [declared])
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `learned edges fade at night and end below the threshold`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let memories = [
        try await house.remember("a"), try await house.remember("b"), try await house.remember("c"),
      ]
      let lesson = Self.lesson(
        "x", house,
        [
          (memories[0], memories[1], gain: 2, forms: true),
          (memories[1], memories[2], gain: 0.015, forms: true),
        ])
      #expect(try await house.store.learn(lesson, in: house.scope) == 2)
      let declared = house.edge(memories[0], memories[2])
      _ = try await house.store.save([declared], in: house.scope)
      let later = lesson.at + .days(14)
      let first = try await house.store.fadeEdges(at: later, limit: 10)
      #expect((first.faded, first.removed) == (2, 1))
      let second = try await house.store.fadeEdges(at: later, limit: 10)
      #expect((second.faded, second.removed) == (0, 0))
      let left = try await house.store.edges(
        at: memories.map(\.id), matching: EdgeFilter(), in: house.scope)
      #expect(left.count == 2)
      #expect(left.contains(declared))
      let faded = try #require(left.first { $0.origin == .hebbian })
      #expect(abs(faded.weight - 1) < 1e-9)
      #expect(faded.weighedAt == later)
    }
  }
}
