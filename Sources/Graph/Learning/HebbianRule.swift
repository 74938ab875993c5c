public import Model

/// What is used together wires together: how much, and when a pair becomes an edge.
public struct HebbianRule: Sendable, Hashable {
  /// How fast weights grow (η).
  public var rate: Double
  /// The part of its weight that an edge loses when it learns (λ).
  public var leak: Double
  /// A pair whose texts are closer than this share of the context's pairs becomes an edge when it is used together: that
  /// two such memories answer one question is no accident.
  public var closeness: Double
  /// How much evidence times closeness makes an edge of any other pair.
  public var patience: Double
  /// The least number of sessions that used any other pair together before it becomes an edge.
  public var leastEvidence: Int64

  public init(
    rate: Double = 0.3, leak: Double = 0.05, closeness: Double = 0.8, patience: Double = 1.5,
    leastEvidence: Int64 = 2
  ) {
    self.rate = rate
    self.leak = leak
    self.closeness = closeness
    self.patience = patience
    self.leastEvidence = leastEvidence
  }

  /// How much two memories that are active together add to the weight between them.
  public func gain(_ one: Activation, _ other: Activation) -> Double {
    rate * (one.level * one.confidence) * (other.level * other.confidence)
  }

  /// Whether a pair becomes an edge, after it was used together `evidence` times, this one included.
  ///
  /// - Parameter closeness: The share of the context's pairs that are less alike, or nil when it is not known: then only
  ///   repetition counts. One accident makes no edge.
  public func forms(evidence: Int64, closeness: Double?) -> Bool {
    let isClose = closeness.map { $0 >= self.closeness } ?? false
    if isClose { return evidence > 0 }
    return evidence >= leastEvidence && Double(evidence) * max(0.25, closeness ?? 0.5) >= patience
  }
}

/// A memory that was used, and how much that says.
public struct Activation: Sendable, Hashable {
  public var memory: MemoryID
  /// 0 to 1: by rank, and by the kind of use.
  public var level: Double
  /// 0 to 1: by trust, so that what is not trusted teaches little.
  public var confidence: Double

  public init(_ memory: MemoryID, level: Double, confidence: Double) {
    self.memory = memory
    self.level = level
    self.confidence = confidence
  }
}

extension TrustTier {
  /// How far a memory of this origin may teach.
  public var learningConfidence: Double {
    switch self {
    case .member: 1
    case .external: 0.5
    case .untrusted: 0.1
    }
  }
}
