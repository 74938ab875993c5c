/// Brings two orders of the same candidates together: by words and by meaning.
enum Fusion {
  /// Each relevance on a scale from 0 to 1, added up by weight. Words in common have a natural zero; cosines do not, so
  /// theirs is the farthest candidate.
  static func weighted(_ candidates: [Candidate], weights: (semantic: Double, keyword: Double)) -> [Fused] {
    let best = candidates.reduce(0) { max($0, $1.keyword) }
    let cosines = candidates.compactMap(\.cosine)
    let (low, high) = (cosines.min() ?? 0, cosines.max() ?? 0)
    return candidates.map { candidate in
      let keyword = best > 0 ? candidate.keyword / best : 0
      let semantic = candidate.cosine.map { high > low ? ($0 - low) / (high - low) : 1 }
      return Fused(
        semantic: semantic, keyword: keyword,
        value: weights.semantic * (semantic ?? 0) + weights.keyword * keyword)
    }
  }

  /// Adds up the reciprocals of the places (RRF), by weight, so that 1 is first on both sides. Does not look at how far
  /// apart two neighbours are, which helps where the scores of a side mean little.
  static func reciprocalRanks(
    _ candidates: [Candidate], weights: (semantic: Double, keyword: Double)
  ) -> [Fused] {
    var fused = weighted(candidates, weights: weights)
    for index in fused.indices { fused[index].value = 0 }
    func add(_ weight: Double, _ score: (Candidate) -> Double?) {
      guard weight > 0 else { return }
      let order = candidates.indices.filter { score(candidates[$0]) != nil }.sorted {
        (score(candidates[$0]) ?? 0, candidates[$1].number) > (
          score(candidates[$1]) ?? 0, candidates[$0].number
        )
      }
      for (place, index) in order.enumerated() {
        fused[index].value += weight * (damping + 1) / (damping + 1 + Double(place))
      }
    }
    add(weights.semantic, \.cosine)
    add(weights.keyword) { $0.keyword > 0 ? $0.keyword : nil }
    return fused
  }

  /// How slowly places lose worth; 60 is what everybody takes.
  private static let damping = 60.0
}

/// The relevance of a candidate by both sides.
struct Fused: Sendable, Hashable {
  /// 0 to 1; nil without a vector.
  var semantic: Double?
  /// 0 to 1.
  var keyword: Double
  /// 0 to 1.
  var value: Double
}
