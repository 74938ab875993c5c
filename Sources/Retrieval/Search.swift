public import Model

/// What to look for in a context.
public struct Search: Sendable {
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    case hybrid, semantic, keyword
  }

  public var query: String
  public var limit = 5
  public var filter = MemoryFilter()
  public var mode = Mode.hybrid
  public var settings = SearchSettings()
  /// The present instant: what “last week” and the age of a memory are counted from.
  public var askedAt = Timestamp(microseconds: 0)

  public init(_ query: String) { self.query = query }
}

/// What a search found, best first.
public struct Findings: Sendable {
  /// A memory, how well it answers, and why.
  public struct Hit: Sendable {
    public var memory: MemoryID
    /// 0 to 1.
    public var score: Double
    public var signals: Signals
  }

  public var hits: [Hit]
  public var report = SearchReport()
  /// Why the answer is less than it could be, when it is.
  public var degradedReason: String?
}

/// How a search went: what `explain` tells.
public struct SearchReport: Sendable {
  public var plan = SearchPlan()
  public var traits = QueryTraits()
  /// How many memories were weighed.
  public var considered = 0
  /// The formula that made the scores, with its version.
  public var formula = ""
  /// What went wrong in a script that judges. The answer came from the built-in judgement then.
  public var policyError: String?
  /// How long each stage took, in the order in which they ran.
  public var stages: [(name: String, time: Duration)] = []
}
