internal import Model

/// The built-in judgement: relevance, lifted or lowered a little by what else is known of a memory.
///
/// `score = relevance · (1 + 0.3 graph + 0.2 moment + 0.1 (trust − 1) + 0.1 (importance − ½) + 0.1 (feedback − ½)
/// + 0.02 recency + 0.02 usage)`, divided by what is the most that it can be. Each of them scales relevance instead of
/// being added to it, so that nothing rises that does not answer, and a signal that is missing changes nothing: a
/// cold graph, memories without dates, and a question without names cost no memory its place.
public struct DefaultJudgement: Judgement {
  public static let formula = "default/1"

  /// How far each signal moves a score, as a part of the relevance.
  public enum Weight {
    public static let graph = 0.3
    public static let moment = 0.2
    public static let trust = 0.1
    public static let importance = 0.1
    public static let feedback = 0.1
    public static let recency = 0.02
    public static let usage = 0.02
  }

  public init() {}

  public func plan(for question: Question, proposed: SearchPlan) async -> PlanVerdict {
    PlanVerdict(proposed)
  }

  public func scores(of candidates: [JudgedMemory], for question: Question) async -> ScoreVerdict {
    // The scale is the same for all, so it changes no order; it keeps scores between 0 and 1.
    var most = 1 + Weight.importance / 2 + Weight.feedback / 2 + Weight.recency + Weight.usage
    if candidates.contains(where: { $0.signals.graph != nil }) { most += Weight.graph }
    if candidates.contains(where: { $0.signals.moment != nil }) { most += Weight.moment }
    return ScoreVerdict(candidates.map { Self.score($0.signals) / most }, formula: Self.formula)
  }

  /// The score before it is scaled.
  static func score(_ signals: Signals) -> Double {
    var factor = 1.0
    factor += Weight.graph * (signals.graph ?? 0)
    factor += Weight.moment * (signals.moment ?? 0)
    factor += Weight.trust * (signals.trust - 1)
    factor += Weight.importance * (signals.importance - 0.5)
    factor += Weight.feedback * ((signals.feedback ?? 0.5) - 0.5)
    factor += Weight.recency * signals.recency
    factor += Weight.usage * (signals.usage ?? 0)
    return signals.relevance * factor
  }
}
