/// A directed link between two memories of one context.
public struct Edge: Sendable, Hashable {
  public var id: EdgeID
  public var source: MemoryID
  public var target: MemoryID
  /// An open vocabulary: `related_to`, `supersedes`, `contradicts`, …
  public var type: String
  /// 0 to 3.
  public var weight: Double
  /// 0 to 1.
  public var confidence: Double
  public var origin: Origin
  public var createdAt: Timestamp
  public var lastUsedAt: Timestamp
  /// How often something spoke for it: one for what was declared, and each time that its ends were used together.
  public var evidence: Int64
  /// When the weight was what it says. A hebbian edge has faded since.
  public var weighedAt: Timestamp

  /// How an edge came to be. Only hebbian edges decay.
  public enum Origin: String, Sendable, Hashable, CaseIterable {
    case hebbian, semantic, declared
  }

  public init(
    id: EdgeID, source: MemoryID, target: MemoryID, type: String, weight: Double = 1, confidence: Double = 1,
    origin: Origin = .declared, createdAt: Timestamp
  ) {
    self.id = id
    self.source = source
    self.target = target
    self.type = type
    self.weight = weight
    self.confidence = confidence
    self.origin = origin
    self.createdAt = createdAt
    lastUsedAt = createdAt
    weighedAt = createdAt
    evidence = 1
  }
}

extension Edge {
  /// Types that the server itself gives a meaning to.
  public enum KnownType {
    public static let relatedTo = "related_to"
    /// The source replaces the target, which recall leaves out unless asked.
    public static let supersedes = "supersedes"
    /// Both sides are shown with a warning.
    public static let contradicts = "contradicts"
    /// The ends were used together. Made by learning, in one direction, and walked in both.
    public static let neuralAssociation = "neural_association"
    /// The texts are close.
    public static let semanticSimilarity = "semantic_similarity"
    public static let dependsOn = "depends_on"
    public static let learnedFrom = "learned_from"
    public static let continuesFrom = "continues_from"
    public static let referencesFile = "references_file"
  }
}
