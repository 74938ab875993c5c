public import Model

/// How to search: where to look, how to weigh, how far to fetch.
public struct SearchPlan: Sendable, Hashable {
  public var mode = Search.Mode.hybrid
  /// What each side counts. Only their ratio matters.
  public var semanticWeight = 0.6
  public var keywordWeight = 0.4
  public var fusion = SearchSettings.Fusion.weighted
  /// How many times `k` candidates are fetched from each side, at least a hundred.
  public var fetchFactor = 3
  /// Whether the best are looked at a second time, word by word.
  public var usesSecondLook = true
  public var usesGraph = true
  /// 0 to 1: how much an answer gives way that says what a better one says already.
  public var diversity = 0.0

  public init() {}

  /// What follows from a context's settings and from what the question looks like.
  ///
  /// Identifiers and quotations are meant as they are written, and a vector of one or two words says little: there
  /// words count more than meaning.
  public init(settings: SearchSettings, mode: Search.Mode, traits: QueryTraits) {
    self.mode = mode
    semanticWeight = settings.semanticWeight
    keywordWeight = settings.keywordWeight
    fusion = settings.fusion
    fetchFactor = settings.fetchFactor
    usesSecondLook = settings.usesSecondLook
    usesGraph = settings.usesGraph
    diversity = settings.diversity
    let shift = traits.isIdentifierLike || traits.isQuoted ? 0.5 : traits.isVeryShort ? 0.25 : 0
    keywordWeight += shift * semanticWeight
    semanticWeight -= shift * semanticWeight
  }

  /// The weights as they apply in a mode, adding up to 1.
  func weights(hasVector: Bool) -> (semantic: Double, keyword: Double) {
    switch mode {
    case _ where !hasVector: return (0, 1)
    case .keyword: return (0, 1)
    case .semantic: return (1, 0)
    case .hybrid:
      let (semantic, keyword) = (max(0, semanticWeight), max(0, keywordWeight))
      let sum = semantic + keyword
      return sum > 0 && sum.isFinite ? (semantic / sum, keyword / sum) : (0.5, 0.5)
    }
  }

  /// How many candidates to ask of each side for `limit` answers.
  func fetch(for limit: Int) -> Int { min(1_000, max(100, limit * max(1, fetchFactor))) }
}
