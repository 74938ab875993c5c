/// What speaks for a memory as an answer, each from 0 to 1. One that has nothing to say is nil, and then neither lifts nor
/// sinks anything.
public struct Signals: Sendable, Hashable {
  /// The cosine to the question, on a scale from the farthest candidate to the nearest.
  public var semantic: Double?
  /// The words in common (BM25), on a scale from none to the best candidate's.
  public var keyword: Double?
  /// Both together, by weights or by ranks.
  public var fused = 0.0
  /// Whether it is about somebody whom the question names; nil when it names nobody whom the context knows.
  public var participant: Double?
  /// How many of the identifiers in the question it has: `getUserById`, `E4012`, `src/main.c`; nil when there are none.
  public var entities: Double?
  /// The relevance of what was written just before and after, and of what stands beside it in its source.
  public var neighbourhood = 0.0
  /// How well its words, each with its meaning in the sentence, cover those of the question (late interaction); nil when
  /// it was not looked at a second time.
  public var interaction: Double?
  /// All of the above in one number: how well it answers, before anything else is considered.
  public var relevance = 0.0
  /// How strongly the graph leads to it from the best hits; nil when no graph was asked.
  public var graph: Double?
  /// How near it is to a time that the question names; nil when it names none.
  public var moment: Double?
  /// 1 for what was written now, a half after ninety days.
  public var recency = 0.0
  /// How far its source is trusted: 1 for a member of the workspace.
  public var trust = 1.0
  /// What its writer said.
  public var importance = 0.5
  /// How often it was used, flattening out; nil when it never was.
  public var usage: Double?
  /// A half when as many found it helpful as not; nil when nobody said.
  public var feedback: Double?
  /// 1 for a summary of up to fifty words or so, less for longer ones: they match more by chance.
  public var length = 1.0

  public init() {}

  /// Closeness to the time that the question names, or else recency.
  public var temporal: Double { moment ?? recency }

  /// All that have something to say, by name, in a fixed order.
  public var named: [(name: String, value: Double)] {
    let all: [(String, Double?)] = [
      ("semantic", semantic), ("keyword", keyword), ("fused", fused), ("participant", participant),
      ("entities", entities), ("neighbourhood", neighbourhood), ("interaction", interaction),
      ("relevance", relevance), ("graph", graph), ("moment", moment), ("recency", recency),
      ("trust", trust), ("importance", importance), ("usage", usage), ("feedback", feedback),
      ("length", length),
    ]
    return all.compactMap { name, value in value.map { (name, $0) } }
  }
}
