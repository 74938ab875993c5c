public import Model

/// How far a walk may go. Whatever graph it meets, it ends within this.
public struct WalkBudget: Sendable, Hashable {
  /// Memories that are reached.
  public var memories: Int
  /// Edges that are looked at.
  public var edges: Int
  /// The heaviest edges of a memory that are followed, in each direction.
  public var edgesPerMemory: Int
  /// Memories from which a step goes on.
  public var frontier: Int

  public init(memories: Int = 1_000, edges: Int = 8_000, edgesPerMemory: Int = 24, frontier: Int = 32) {
    self.memories = memories
    self.edges = edges
    self.edgesPerMemory = edgesPerMemory
    self.frontier = frontier
  }

  /// Whether one of `memories` has more of `edges`, in one direction, than are followed.
  public func cuts(_ edges: [Edge], at memories: [MemoryID]) -> Bool {
    var (leaving, arriving): ([MemoryID: Int], [MemoryID: Int]) = ([:], [:])
    for edge in edges {
      leaving[edge.source, default: 0] += 1
      arriving[edge.target, default: 0] += 1
    }
    return memories.contains { max(leaving[$0] ?? 0, arriving[$0] ?? 0) > edgesPerMemory }
  }
}
