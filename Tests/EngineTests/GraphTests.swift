import Graph
import Model
import Storage
import TestSupport
import Testing

@testable import Engine

@Suite struct EdgeTests {
  static func pair() async throws -> (Workshop, Memory, Memory) {
    let workshop = try await Workshop()
    let first = try await workshop.remember("Alice drinks green tea").memory
    let second = try await workshop.remember("Bob drinks coffee").memory
    return (workshop, first, second)
  }

  static func draft(_ source: Memory, _ target: Memory, _ weight: Double = 1) -> EdgeDraft {
    var draft = EdgeDraft(from: source.id.description, to: target.id.description)
    draft.weight = weight
    return draft
  }

  @Test func `a link is created once, unchanged by the same, and refused to another`() async throws {
    let (workshop, a, b) = try await Self.pair()
    let access = try await workshop.writing()
    guard case .created(let edge) = try await workshop.engine.link(Self.draft(a, b), in: access) else {
      Issue.record("it was there already")
      return
    }
    #expect(try await workshop.engine.link(Self.draft(a, b), in: access) == .unchanged(edge))
    let error = await expectError("edge_exists") {
      _ = try await workshop.engine.link(Self.draft(a, b, 2), in: access)
    }
    #expect(error?.message.contains("overwrite") == true)
    var forced = Self.draft(a, b, 2)
    forced.overwrites = true
    guard case .updated(let changed, let previous) = try await workshop.engine.link(forced, in: access) else {
      Issue.record("it was not updated")
      return
    }
    #expect((changed.id, changed.weight, previous) == (edge.id, 2, edge))
  }

  @Test func `a learned link becomes a declared one, and what follows from texts stays that`() async throws {
    let (workshop, a, b) = try await Self.pair()
    let access = try await workshop.writing()
    for origin in [Edge.Origin.hebbian, .semantic] {
      let learned = Edge(
        id: workshop.engine.identifiers.make(), source: a.id, target: b.id, type: "t-\(origin)", weight: 0.4,
        origin: origin, createdAt: workshop.clock.now())
      _ = try await workshop.store.save([learned], in: access.scope)
      var draft = Self.draft(a, b)
      draft.type = learned.type
      guard case .updated(let edge, let previous) = try await workshop.engine.link(draft, in: access) else {
        Issue.record("it was not updated")
        return
      }
      #expect((edge.origin, edge.weight) == (origin == .hebbian ? .declared : .semantic, 1))
      #expect(previous == learned)
    }
  }

  @Test func `a link is changed and removed by its ends`() async throws {
    let (workshop, a, b) = try await Self.pair()
    let (from, to) = (a.id.description, b.id.description)
    let access = try await workshop.writing()
    await expectError("edge_not_found") {
      _ = try await workshop.engine.updateEdge(from: from, to: to, weight: 2, in: access)
    }
    _ = try await workshop.engine.link(Self.draft(a, b), in: access)
    let changed = try await workshop.engine.updateEdge(
      from: from, to: to, weight: 2, newType: "depends_on", in: access)
    #expect(
      (changed.edge.weight, changed.edge.type, changed.previous.type) == (2, "depends_on", "related_to"))
    _ = try await workshop.engine.link(Self.draft(a, b), in: access)
    let error = await expectError("validation_error") {
      _ = try await workshop.engine.updateEdge(from: from, to: to, weight: 1, in: access)
    }
    #expect(error?.message.contains("depends_on, related_to") == true)
    await expectError("edge_not_found") {
      _ = try await workshop.engine.unlink(from: to, to: from, in: access)
    }
    #expect(try await workshop.engine.unlink(from: from, to: to, in: access) == 2)
    await expectError("validation_error") { _ = try await workshop.engine.link(Self.draft(a, a), in: access) }
    await expectError("memory_not_found") {
      _ = try await workshop.engine.link(EdgeDraft(from: from, to: "nowhere"), in: access)
    }
  }

  @Test func `a memory that is replaced comes back when the link is removed`() async throws {
    let (workshop, a, b) = try await Self.pair()
    let access = try await workshop.writing()
    var draft = Self.draft(b, a)
    draft.type = Edge.KnownType.supersedes
    _ = try await workshop.engine.link(draft, in: access)
    #expect(try await workshop.recall("drinks") == [b.summary])
    _ = try await workshop.engine.unlink(from: b.id.description, to: a.id.description, in: access)
    #expect(Set(try await workshop.recall("drinks")) == [a.summary, b.summary])
  }
}

@Suite struct ExploringTests {
  /// Five memories in a row, each linked to the next.
  static func row() async throws -> (Workshop, [Memory]) {
    let workshop = try await Workshop()
    var memories: [Memory] = []
    for name in ["one", "two", "three", "four", "five"] {
      memories.append(try await workshop.remember("Station \(name) of the line").memory)
    }
    for (from, to) in zip(memories, memories.dropFirst()) {
      _ = try await workshop.engine.link(EdgeTests.draft(from, to), in: try await workshop.writing())
    }
    return (workshop, memories)
  }

  @Test func `a walk goes as deep as it may, and tells the way`() async throws {
    let (workshop, memories) = try await Self.row()
    var exploration = Exploration()
    let near = try await workshop.engine.explore(
      from: memories[0].id.description, exploration, in: try await workshop.reading())
    #expect(near.items.map(\.memory.id) == [memories[1].id, memories[2].id])
    #expect(near.items[1].reached.path == [memories[0].id, memories[1].id, memories[2].id])
    exploration.depth = 5
    let far = try await workshop.engine.explore(
      from: memories[0].id.description, exploration, in: try await workshop.reading())
    #expect(far.items.map(\.memory.id) == memories.dropFirst().map(\.id))
    #expect(!far.isTruncated)
  }

  @Test func `what was forgotten is not walked through, and comes back`() async throws {
    let (workshop, memories) = try await Self.row()
    let access = try await workshop.writing()
    _ = try await workshop.engine.forget([memories[1].id.description], in: access)
    let found = try await workshop.engine.explore(
      from: memories[0].id.description, Exploration(), in: access.reading)
    #expect(found.items.isEmpty)
    _ = try await workshop.engine.restore(memories[1].id.description, in: access)
    let again = try await workshop.engine.explore(
      from: memories[0].id.description, Exploration(), in: access.reading)
    #expect(again.items.count == 2)
  }

  @Test func `weights and types narrow the walk`() async throws {
    let (workshop, memories) = try await Self.row()
    var exploration = Exploration()
    exploration.minimumWeight = 1.5
    let access = try await workshop.reading()
    #expect(
      try await workshop.engine.explore(from: memories[2].id.description, exploration, in: access).items
        .isEmpty)
    exploration.minimumWeight = 0.05
    exploration.types = ["depends_on"]
    #expect(
      try await workshop.engine.explore(from: memories[2].id.description, exploration, in: access).items
        .isEmpty)
    exploration.types = ["related_to", "depends_on"]
    #expect(
      try await workshop.engine.explore(from: memories[2].id.description, exploration, in: access).items.count
        == 4)
  }
}

@Suite struct HubTests {
  @Test func `a walk says whether a memory had more links than it follows`() async throws {
    let workshop = try await Workshop()
    let hub = try await workshop.remember("The hub of it all").memory
    let access = try await workshop.writing()
    var exploration = Exploration()
    exploration.depth = 1
    exploration.budget.edgesPerMemory = 3
    for number in 1...4 {
      let other = try await workshop.remember("The end of spoke \(number)").memory
      _ = try await workshop.engine.link(EdgeTests.draft(hub, other), in: access)
      let found = try await workshop.engine.explore(
        from: hub.id.description, exploration, in: access.reading)
      #expect(found.isTruncated == (number > 3))
    }
  }
}

@Suite struct ExploreHintTests {
  private static func hints(_ workshop: Workshop) async throws -> [MemoryID] {
    let access = try await workshop.reading()
    var request = RecallRequest("drinks")
    request.limit = 10
    let found = try await workshop.engine.recall(request, in: [access])
    return try await workshop.engine.exploreHints(of: found, in: [access]).map(\.id)
  }

  @Test func `what answers and is linked is worth exploring from, the more strongly the sooner`() async throws
  {
    let (workshop, a, b) = try await EdgeTests.pair()
    let c = try await workshop.remember("Carol drinks water").memory
    let beside = try await workshop.remember("A place beside the lake").memory
    #expect(try await Self.hints(workshop) == [])
    let access = try await workshop.writing()
    _ = try await workshop.engine.link(EdgeTests.draft(b, beside, 0.1), in: access)
    _ = try await workshop.engine.link(EdgeTests.draft(beside, c, 3), in: access)
    #expect(try await Self.hints(workshop) == [c.id, b.id])
    _ = try await workshop.engine.unlink(
      from: beside.id.description, to: c.id.description, in: access)
    #expect(try await Self.hints(workshop) == [b.id])
    _ = a
  }
}

@Suite struct SessionLearningTests {
  private static func weight(_ workshop: Workshop, _ memory: Memory) async throws -> [Double] {
    await workshop.engine.settle()
    return try await workshop.engine.edges(
      at: memory.id.description, matching: EdgeFilter(), in: try await workshop.reading()
    ).map(\.weight)
  }

  /// Opens both, in a session of its own.
  private static func use(_ memories: [Memory], _ workshop: Workshop) async throws {
    workshop.clock.advance(by: .seconds(3_600))
    for memory in memories {
      _ = try await workshop.engine.reference(memory.id.description, in: try await workshop.reading())
    }
    await workshop.engine.settle()
  }

  @Test func `memories that are used together again and again become linked, and the link grows and fades`()
    async throws
  {
    let (workshop, a, b) = try await EdgeTests.pair()
    try await Self.use([a, b], workshop)
    #expect(try await Self.weight(workshop, a) == [])
    for _ in 0..<5 { try await Self.use([a, b], workshop) }
    let formed = try #require(try await Self.weight(workshop, a).first)
    for _ in 0..<3 { try await Self.use([b, a], workshop) }
    let grown = try #require(try await Self.weight(workshop, b).first)
    #expect(grown > formed)
    workshop.clock.advance(by: .days(14))
    let faded = try #require(try await Self.weight(workshop, a).first)
    #expect(abs(faded - grown / 2) < 0.01)
  }

  @Test func `what is used together once is not linked, and other contexts are not touched`() async throws {
    let (workshop, a, b) = try await EdgeTests.pair()
    try await Self.use([a, b], workshop)
    try await Self.use([a], workshop)
    try await Self.use([b], workshop)
    #expect(try await Self.weight(workshop, a) == [])
  }

  @Test func `a locked context learns nothing`() async throws {
    let (workshop, a, b) = try await EdgeTests.pair()
    var revision = ContextRevision()
    revision.isLocked = true
    _ = try await workshop.engine.updateContext("default", with: revision, as: workshop.owner)
    for _ in 0..<8 { try await Self.use([a, b], workshop) }
    #expect(try await Self.weight(workshop, a) == [])
  }
}
