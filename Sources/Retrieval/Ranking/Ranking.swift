internal import Model

/// Weighs candidates: relevance by words and by meaning, who is meant, and what stands beside them.
///
/// Every part is made to be without effect where it has nothing to say: a context without names, memories without
/// neighbours, a query that no word matches.
struct Ranking {
  let search: Search
  /// Names that the query mentions and the context knows.
  let names: Set<String>
  let view: IndexView
  let isSemantic: Bool

  /// How much a memory gains that is about somebody whom the query names.
  private static let participantWeight = 0.3
  /// How much of their relevance memories lend to those that were written just before or after, by distance.
  private static let neighbourWeights = [0.2, 0.1]
  /// How much importance moves a score, at most.
  private static let importanceWeight = 0.05

  private struct Scored {
    let memory: IndexedMemory
    var semantic: Double
    var keyword: Double
    var fused: Double
    var participant = 0.0
    var neighbourhood = 0.0
    var score = 0.0
  }

  func rank(_ candidates: [Candidate]) -> [Findings.Hit] {
    var scored = fuse(candidates)
    for number in scored.keys {
      guard let entry = scored[number] else { continue }
      scored[number]?.participant = entry.memory.names.isDisjoint(with: names) ? 0 : 1
    }
    let base = scored.mapValues { $0.fused + Self.participantWeight * $0.participant }
    for (number, entry) in scored {
      let around = neighbourhood(of: number, base)
      scored[number]?.neighbourhood = min(1, around / 0.6)
      let importance = Self.importanceWeight * (entry.memory.memory.importance - 0.5)
      scored[number]?.score = (base[number] ?? 0) + around + importance
    }
    // The scale is the same for all, so it changes no order; it keeps scores between 0 and 1.
    let full = 1 + (names.isEmpty ? 0 : Self.participantWeight) + 2 * Self.neighbourWeights.reduce(0, +)
    return scored.values.sorted { ($0.score, $1.memory.id) > ($1.score, $0.memory.id) }.prefix(search.limit)
      .map { entry in
        Findings.Hit(
          memory: entry.memory.id, score: min(1, max(0, entry.score / full)),
          signals: [
            ("semantic", entry.semantic), ("keyword", entry.keyword), ("fused", entry.fused),
            ("participant", entry.participant), ("neighbourhood", entry.neighbourhood),
            ("importance", entry.memory.memory.importance),
          ])
      }
  }

  /// Weighted sum of both relevances, each on a scale from the worst candidate to the best.
  private func fuse(_ candidates: [Candidate]) -> [UInt32: Scored] {
    let best = candidates.map(\.keyword).max() ?? 0
    let cosines = candidates.compactMap(\.cosine)
    let (low, high) = (cosines.min() ?? 0, cosines.max() ?? 0)
    let weights = weights
    var scored: [UInt32: Scored] = [:]
    for candidate in candidates {
      guard let memory = view.table[candidate.number] else { continue }
      let keyword = best > 0 ? candidate.keyword / best : 0
      let semantic = candidate.cosine.map { high > low ? ($0 - low) / (high - low) : 1 } ?? 0
      scored[candidate.number] = Scored(
        memory: memory, semantic: semantic, keyword: keyword,
        fused: weights.semantic * semantic + weights.keyword * keyword)
    }
    return scored
  }

  private var weights: (semantic: Double, keyword: Double) {
    switch search.mode {
    case _ where !isSemantic: (0, 1)
    case .keyword: (0, 1)
    case .semantic: (1, 0)
    case .hybrid: (search.settings.semanticWeight, search.settings.keywordWeight)
    }
  }

  /// What the memories just before and after lend.
  private func neighbourhood(of number: UInt32, _ base: [UInt32: Double]) -> Double {
    var sum = 0.0
    for (index, weight) in Self.neighbourWeights.enumerated() {
      let distance = UInt32(index + 1)
      if number >= distance { sum += weight * (base[number - distance] ?? 0) }
      sum += weight * (base[number + distance] ?? 0)
    }
    return sum
  }
}
