public import Model

/// What to look for.
public struct RecallRequest: Sendable {
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    case hybrid, semantic, keyword
  }

  public var query: String
  public var limit = 5
  public var filter = MemoryFilter()
  public var mode: Mode?
  public var includesSuperseded = false
  public var explains = false
  /// Whether tags that differ in case and separators only count as one.
  public var normalizesTags = false
  /// Whether the workspace's plugins hear of it. What a plugin asks for itself is no question of anybody's.
  public var runsHooks = true

  public init(_ query: String) { self.query = query }
}

/// What was found.
public struct Recollection: Sendable {
  /// One memory, and why it is here.
  public struct Item: Sendable {
    public var memory: Memory
    /// The context that it is from.
    public var context: Context
    /// 0 to 1.
    public var score: Double
    public var supersededBy: MemoryID?
    /// Living memories that contradict it, or that it contradicts.
    public var contradicts: [MemoryID] = []
    /// The signals that made the score, when they were asked for.
    public var signals: [(name: String, value: Double)] = []
  }

  public var items: [Item]
  public var confidence: Confidence
  /// Why the answer is less than it could be, when it is.
  public var degradedReason: String?
  /// What went wrong in a script that judges; the built-in judgement answered instead.
  public var policyError: String?
}

/// How sure one can be that the answer is in the result.
public struct Confidence: Sendable, Hashable {
  public enum Level: String, Sendable, Hashable, CaseIterable {
    case high, moderate, low, none
  }

  public var level: Level
  public var topScore: Double
  /// How far the first stands out from the second, 0 to 1.
  public var prominence: Double

  init(scores: [Double]) {
    let top = scores.first ?? 0
    topScore = top
    prominence = top > 0 ? (top - (scores.count > 1 ? scores[1] : 0)) / top : 0
    level =
      switch top {
      case 0: .none
      case ..<0.25: .low
      case ..<0.6: .moderate
      default: .high
      }
  }
}
