import Foundation
import Graph
import Model
import TestSupport
import Testing

@Suite struct StatisticsTests {
  private let ids = (0..<60).map { MemoryID(high: 0x0197_6C1E_8F9A_7000, low: 0x8000_0000_0000_0000 + $0) }

  private func edge(_ from: Int, _ to: Int) -> Edge {
    Edge(
      id: EdgeID(high: UInt64(from), low: UInt64(to)), source: ids[from], target: ids[to], type: "a<b&c>",
      createdAt: Timestamp(microseconds: 0))
  }

  @Test func `components are what hangs together`() {
    var components = Components()
    for (from, to) in [(0, 1), (1, 2), (3, 4), (2, 0), (5, 5)] { components.add(edge(from, to)) }
    #expect(components.count == 6)
    #expect(components.sizes() == [3, 2, 1])
  }

  @Test func `walkers gather where much leads`() {
    var random = SeededRandom(seed: 1)
    let edges = (1..<30).map { edge($0, 0) } + (30..<59).map { edge($0, $0 + 1) }
    var walks = RandomWalks(from: ids, count: 200, using: &random)
    for _ in 0..<20 { walks.step(over: edges, using: &random) }
    let ranks = walks.ranks(atMost: 3)
    #expect(ranks.first?.memory == ids[0])
    #expect(ranks.count == 3)
    #expect(ranks[0].rank > 3 * ranks[1].rank)
  }

  @Test func `a GraphML document holds nodes and edges whatever their texts are`() throws {
    var graph = GraphML()
    graph.add(ids[0], summary: "a < b & \"c\" \u{1}\u{FFFE} 日本")
    graph.add(ids[1], summary: "plain")
    graph.add(edge(0, 1))
    let parser = Counter()
    #expect(parser.read(graph.document))
    #expect(parser.counts["node"] == 2)
    #expect(parser.counts["edge"] == 1)
    #expect(parser.text.contains("a < b & \"c\" \u{FFFD}\u{FFFD} 日本"))
    #expect(parser.text.contains("a<b&c>"))
  }
}

/// Just enough of a reader to see that a document is well-formed: tags nest, and entities are known.
private final class Counter {
  var counts: [String: Int] = [:]
  var text = ""

  func read(_ document: String) -> Bool {
    var open: [Substring] = []
    var rest = document[...]
    while let start = rest.firstIndex(of: "<") {
      text += rest[..<start].replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing(
        "&amp;", with: "&")
      guard let end = rest[start...].firstIndex(of: ">") else { return false }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("?") { continue }
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else { return false }
        continue
      }
      let name = tag.prefix { $0 != " " && $0 != "/" }
      counts[String(name), default: 0] += 1
      if !tag.hasSuffix("/") { open.append(name) }
    }
    return open.isEmpty
  }
}
