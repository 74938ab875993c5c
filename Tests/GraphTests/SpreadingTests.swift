import Graph
import Model
import TestSupport
import Testing

@Suite struct SpreadingTests {
  private let ids = (0..<200).map { MemoryID(high: 0x0197_6C1E_8F9A_7000, low: 0x8000_0000_0000_0000 + $0) }

  private func edge(_ from: Int, _ to: Int, _ weight: Double = 1, _ type: String = "related_to") -> Edge {
    Edge(
      id: EdgeID(high: UInt64(from), low: UInt64(to)), source: ids[from], target: ids[to], type: type,
      weight: weight, createdAt: Timestamp(microseconds: 0))
  }

  private func walk(
    from seed: Int = 0, over edges: [Edge], steps: Int, within budget: WalkBudget = WalkBudget()
  ) -> SpreadingActivation {
    var walk = SpreadingActivation(from: [ids[seed]: 1], within: budget)
    for _ in 0..<steps where !walk.isExhausted { walk.spread(over: edges) }
    return walk
  }

  @Test func `what is nearer and more strongly linked is more active`() {
    let reached = walk(over: [edge(0, 1, 3), edge(0, 2, 1), edge(1, 3, 3)], steps: 2).reached
    #expect(
      reached.map(\.memory) == [ids[1], ids[3], ids[2]] || reached.map(\.memory) == [ids[1], ids[2], ids[3]])
    let byID = Dictionary(uniqueKeysWithValues: reached.map { ($0.memory, $0) })
    #expect(byID[ids[1]]!.activation > byID[ids[2]]!.activation)
    #expect(byID[ids[1]]!.activation > byID[ids[3]]!.activation)
    #expect(byID[ids[3]]!.path == [ids[0], ids[1], ids[3]])
    #expect(byID[ids[3]]!.depth == 2)
  }

  @Test func `edges are walked against their direction too`() {
    let reached = walk(over: [edge(1, 0), edge(2, 1)], steps: 2).reached
    #expect(Set(reached.map(\.memory)) == [ids[1], ids[2]])
  }

  @Test func `circles, self-loops and parallel edges end, and count once`() {
    let edges = [
      edge(0, 1), edge(1, 2), edge(2, 0), edge(1, 1), edge(0, 1, 2, "depends_on"), edge(1, 0, 0.5, "back"),
    ]
    let reached = walk(over: edges, steps: 5).reached
    #expect(Set(reached.map(\.memory)) == [ids[1], ids[2]])
    #expect(reached.first { $0.memory == ids[1] }?.relation == "depends_on")
    #expect(reached.allSatisfy { (0...1).contains($0.activation) })
  }

  @Test func `an edge of a hub carries less than the same edge of a memory with few`() {
    let hub = (10..<110).map { edge(1, $0) }
    let edges = [edge(0, 1), edge(0, 2), edge(2, 5)] + hub
    let reached = Dictionary(
      uniqueKeysWithValues: walk(over: edges, steps: 2).reached.map { ($0.memory, $0.activation) })
    #expect(reached[ids[5]]! > 3 * reached[ids[10]]!)
  }

  @Test func `the order of the edges does not matter`() {
    var random = SeededRandom(seed: 5)
    let edges = (0..<300).compactMap { _ -> Edge? in
      let (from, to) = (Int.random(in: 0..<60, using: &random), Int.random(in: 0..<60, using: &random))
      return edge(
        from, to, Double.random(in: 0...3, using: &random), "t\(Int.random(in: 0..<3, using: &random))")
    }
    let first = walk(over: edges, steps: 3).reached
    for _ in 0..<5 {
      #expect(
        walk(over: edges.shuffled(using: &random), steps: 3).reached.map(\.memory) == first.map(\.memory))
    }
  }

  @Test func `a budget ends the walk, and it says so`() {
    let star = (1..<150).map { edge(0, $0) }
    let narrow = walk(over: star, steps: 1, within: WalkBudget(memories: 20))
    #expect(narrow.reached.count == 19)
    #expect(narrow.isTruncated)
    let poor = walk(over: star, steps: 1, within: WalkBudget(edges: 10))
    #expect(poor.reached.isEmpty)
    #expect(poor.isTruncated)
    let wide = walk(over: star, steps: 1)
    #expect(wide.reached.count == 149)
    #expect(wide.isTruncated)  // the frontier
    #expect(!walk(over: [edge(0, 1)], steps: 4).isTruncated)
  }
}
