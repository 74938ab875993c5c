internal import Model
internal import Storage
internal import TestSupport

extension RandomHistory {
  mutating func saveEdges(_ scope: Scope) -> Step {
    let some = random.some(of: memories, atMost: 6)
    let at = instant()
    var new: [Edge] = []
    for (source, target) in zip(some, some.dropFirst()) where source != target {
      var edge = Edge(
        id: ids.make(), source: source, target: target,
        type: random.pick(["related_to", Edge.KnownType.neuralAssociation]),
        weight: Double.random(in: 0...3, using: &random), origin: random.pick(Edge.Origin.allCases),
        createdAt: at)
      edge.evidence = Int64.random(in: 1...9, using: &random)
      new.append(edge)
    }
    let edges = new
    return Step("save edges") { Set(try await $0.save(edges, in: scope)) }
  }

  mutating func learn(_ scope: Scope) -> Step {
    let some = random.some(of: memories, atMost: 6)
    var strands: [Lesson.Strand] = []
    for (one, other) in zip(some, some.dropFirst()) where one != other {
      strands.append(
        Lesson.Strand(
          MemoryPair(one, other), edge: ids.make(), gain: Double.random(in: 0...1, using: &random),
          forms: random.oneIn(2)))
    }
    let lesson = Lesson(
      key: "\(Int.random(in: 0..<40, using: &random))", strands: strands, leak: 0.1,
      fading: EdgeFading(halfLifeDays: 0.001), at: instant())
    return Step("learn") { try await $0.learn(lesson, in: scope) }
  }

  mutating func removeEdge(_ scope: Scope) -> Step {
    guard let edge = edges.isEmpty ? nil : random.pick(edges) else { return useEdges(scope) }
    return Step("remove edge") { try await $0.removeEdge(edge.id, in: scope) }
  }

  private mutating func useEdges(_ scope: Scope) -> Step {
    Step("no edge yet") { try await $0.edgeCounts(in: scope) }
  }

  mutating func fadeEdges() -> Step {
    let at = instant()
    return Step("fade edges") { store in
      let outcome = try await store.fadeEdges(at: at, limit: 100_000)
      return [outcome.faded, outcome.removed]
    }
  }
}
