public import Model

/// PageRank by sampling: walkers that follow edges by weight and now and then start anew, and where they are found.
///
/// Like spreading, it asks nobody: whoever drives it hands the edges at ``places`` to ``step(over:using:)``.
public struct RandomWalks: Sendable {
  /// The chance to go on rather than to start anew.
  public static let damping = 0.85

  private let starts: [MemoryID]
  private var walkers: [MemoryID]
  private var visits: [MemoryID: Int] = [:]
  private var steps = 0

  /// `count` walkers that start at random ones of `starts`.
  public init(from starts: [MemoryID], count: Int, using random: inout some RandomNumberGenerator) {
    self.starts = starts
    walkers =
      starts.isEmpty ? [] : (0..<count).map { _ in starts[Int.random(in: 0..<starts.count, using: &random)] }
    for walker in walkers { visits[walker, default: 0] += 1 }
    steps = walkers.count
  }

  /// Where walkers are.
  public var places: [MemoryID] { Set(walkers).sorted() }

  /// Moves every walker along one of the edges at its place, in either direction.
  public mutating func step(over edges: [Edge], using random: inout some RandomNumberGenerator) {
    var ways: [MemoryID: [(to: MemoryID, weight: Double)]] = [:]
    for edge in edges where edge.weight > 0 && edge.source != edge.target {
      ways[edge.source, default: []].append((edge.target, edge.weight))
      ways[edge.target, default: []].append((edge.source, edge.weight))
    }
    for index in walkers.indices {
      let goesOn = Double.random(in: 0..<1, using: &random) < Self.damping
      if goesOn, let next = Self.choose(ways[walkers[index]] ?? [], using: &random) {
        walkers[index] = next
      } else {
        walkers[index] = starts[Int.random(in: 0..<starts.count, using: &random)]
      }
      visits[walkers[index], default: 0] += 1
      steps += 1
    }
  }

  /// The share of time that is spent at the most visited memories.
  public func ranks(atMost limit: Int) -> [(memory: MemoryID, rank: Double)] {
    visits.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit)
      .map { ($0.key, Double($0.value) / Double(max(1, steps))) }
  }

  private static func choose(
    _ ways: [(to: MemoryID, weight: Double)], using random: inout some RandomNumberGenerator
  ) -> MemoryID? {
    let total = ways.reduce(0) { $0 + $1.weight }
    guard total > 0 else { return nil }
    var place = Double.random(in: 0..<total, using: &random)
    for way in ways {
      place -= way.weight
      if place < 0 { return way.to }
    }
    return ways.last?.to
  }
}
