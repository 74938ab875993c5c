internal import Graph
public import Model
public import Storage

/// What the graph of a context looks like as a whole.
public struct GraphPortrait: Sendable {
  public var counts: EdgeCounts
  public var memories: Int
  /// How many memories each group that hangs together has, the largest first; nil where the graph is too large to tell.
  public var components: [Int]?
  /// The memories that most leads to, with the share of random walks that are there.
  public var central: [(memory: Memory, rank: Double)]
}

/// A part of a graph, to be shown elsewhere.
public struct GraphPage: Sendable {
  public var memories: [Memory]
  public var edges: [Edge]
  /// Where the next page begins; nil after the last one.
  public var next: EdgeID?

  /// The page as a GraphML document.
  public var graphML: String {
    var graph = GraphML()
    for memory in memories { graph.add(memory.id, summary: memory.summary) }
    for edge in edges { graph.add(edge) }
    return graph.document
  }
}

extension MemoryEngine {
  /// Graphs with more edges are sampled only: groups are not counted in them.
  private static let countedEdges: Int64 = 200_000

  public func graphPortrait(
    central limit: Int, in access: ReadAccess
  ) async throws(EngineError) -> GraphPortrait {
    let counts = try await stored { () async throws(StorageError) in
      try await store.edgeCounts(in: access.scope)
    }
    let memories = Int(try await statistics(of: access).total)
    var components: [Int]?
    if counts.total <= Self.countedEdges {
      var found = Components()
      var last: EdgeID?
      while true {
        let page = try await page(of: 2_000, after: last, in: access)
        for edge in page { found.add(edge) }
        guard page.count == 2_000 else { break }
        last = page.last?.id
      }
      components = found.sizes()
    }
    return GraphPortrait(
      counts: counts, memories: memories, components: components,
      central: try await central(atMost: limit, in: access))
  }

  /// A page of edges with their ends.
  public func graphPage(
    after edge: EdgeID?, limit: Int, in access: ReadAccess
  ) async throws(EngineError) -> GraphPage {
    let edges = try await page(of: limit, after: edge, in: access)
    let ends = Set(edges.flatMap { [$0.source, $0.target] }).sorted()
    let memories = try await living(ends, in: access)
    return GraphPage(
      memories: memories, edges: faded(edges, in: access.context),
      next: edges.count == limit ? edges.last?.id : nil)
  }

  private func page(
    of limit: Int, after edge: EdgeID?, in access: ReadAccess
  ) async throws(EngineError) -> [Edge] {
    try await stored { () async throws(StorageError) in
      try await store.edges(after: edge, limit: limit, in: access.scope)
    }
  }

  /// Sends walkers from a sample of memories and sees where they gather. The same graph gives the same answer.
  private func central(
    atMost limit: Int, in access: ReadAccess
  ) async throws(EngineError) -> [(memory: Memory, rank: Double)] {
    let sample = try await stored { () async throws(StorageError) in
      try await store.sampleEdges(256, seed: 1, in: access.scope)
    }
    let starts = Set(sample.flatMap { [$0.source, $0.target] }).sorted()
    guard !starts.isEmpty else { return [] }
    var random = WalkRandom(state: UInt64(starts.count))
    var walks = RandomWalks(from: starts, count: 1_000, using: &random)
    for _ in 0..<12 {
      let places = walks.places
      let edges = try await stored { () async throws(StorageError) in
        try await store.edges(at: places, matching: EdgeFilter(limit: 32), in: access.scope)
      }
      walks.step(over: faded(edges, in: access.context), using: &random)
    }
    let ranks = walks.ranks(atMost: limit)
    let memories = try await living(ranks.map(\.memory), in: access)
    let byID = Dictionary(memories.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return ranks.compactMap { place in byID[place.memory].map { ($0, place.rank) } }
  }
}

/// A repeatable source, so that a portrait does not change while the graph does not.
private struct WalkRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let shifted = ((state >> 18) ^ state) >> 27
    return shifted &* 0x9E37_79B9_7F4A_7C15 ^ state
  }
}
