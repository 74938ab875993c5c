public import Model

/// Decides how to search, and how good what was found is. Scripts implement it (`search` and `scoring` policies);
/// ``DefaultJudgement`` is the reference that they are compared with.
///
/// A judgement never fails a search: what goes wrong in it is said in its answer, which then holds what
/// ``DefaultJudgement`` would have said.
public protocol Judgement: Sendable {
  /// How to search for `question`. `proposed` follows from the context's settings and what the question looks like.
  func plan(for question: Question, proposed: SearchPlan) async -> PlanVerdict

  /// The score of each candidate, in their order. All of a search come in one call.
  func scores(of candidates: [JudgedMemory], for question: Question) async -> ScoreVerdict
}

/// What was asked, as far as judging needs it.
public struct Question: Sendable {
  public var text: String
  public var traits: QueryTraits
  public var askedAt: Timestamp
  /// Where, and for whom.
  public var scope: Scope

  public init(text: String, traits: QueryTraits, askedAt: Timestamp, scope: Scope) {
    self.text = text
    self.traits = traits
    self.askedAt = askedAt
    self.scope = scope
  }
}

/// A candidate as it is judged.
public struct JudgedMemory: Sendable {
  /// Without content, details and metadata.
  public var memory: Memory
  public var signals: Signals

  public init(memory: Memory, signals: Signals) {
    self.memory = memory
    self.signals = signals
  }
}

/// How to search, in a judgement's opinion.
public struct PlanVerdict: Sendable {
  public var plan: SearchPlan
  /// What went wrong, if the plan is not what the script wanted.
  public var fault: String?

  public init(_ plan: SearchPlan, fault: String? = nil) {
    self.plan = plan
    self.fault = fault
  }
}

/// How good candidates are, in a judgement's opinion.
public struct ScoreVerdict: Sendable {
  /// One for each candidate, in their order; what is not finite counts as 0.
  public var scores: [Double]
  /// The name of the formula, with its version: it stands in explanations.
  public var formula: String
  /// What went wrong, if these are not the scores that the script wanted to give.
  public var fault: String?

  public init(_ scores: [Double], formula: String, fault: String? = nil) {
    self.scores = scores
    self.formula = formula
    self.fault = fault
  }
}
