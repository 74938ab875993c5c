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

  public init(memories: Int = 2_000, edges: Int = 20_000, edgesPerMemory: Int = 32, frontier: Int = 128) {
    self.memories = memories
    self.edges = edges
    self.edgesPerMemory = edgesPerMemory
    self.frontier = frontier
  }
}
