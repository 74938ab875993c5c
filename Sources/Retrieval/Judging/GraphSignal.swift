public import Model

/// What the graph of links says of candidates. Without one, or when it has nothing to say, ranking does without.
public protocol GraphSignal: Sendable {
  /// How strongly each of `candidates` is reached from `seeds`, the best hits with their relevance: 0 to 1. Those that are
  /// not reached may be left out. Empty means that the graph has nothing to say here. Must be quick: a caller waits.
  func activation(
    of candidates: [MemoryID], from seeds: [(memory: MemoryID, strength: Double)], in scope: Scope
  ) async -> [MemoryID: Double]
}
