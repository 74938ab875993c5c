internal import Model

/// Weighs candidates: relevance by words and by meaning, who is meant, and what stands beside them.
///
/// Every part is made to be without effect where it has nothing to say: a context without names, memories without
/// neighbours, a query that no word matches.
struct Ranking {
  let search: Search
  let plan: SearchPlan
  let traits: QueryTraits
  /// Names that the query mentions and the context knows.
  let names: Set<String>
  let view: IndexView
  let hasVector: Bool

  /// How much a memory gains that is about somebody whom the query names.
  private static let participantWeight = 0.3
  /// How much it gains when it has the identifiers of the query.
  private static let entityWeight = 0.2
  /// How much of their relevance memories lend to those that were written just before or after, by distance.
  private static let neighbourWeights = [0.2, 0.1]

  /// A candidate with its signals.
  struct Entry: Sendable {
    let number: UInt32
    let memory: IndexedMemory
    var signals = Signals()
  }

  /// Every candidate with its signals, the most relevant first.
  func entries(_ candidates: [Candidate]) -> [Entry] {
    let weights = plan.weights(hasVector: hasVector)
    let fused =
      plan.fusion == .rrf
      ? Fusion.reciprocalRanks(candidates, weights: weights) : Fusion.weighted(candidates, weights: weights)
    var base: [UInt32: Double] = [:]
    var entries: [Entry] = []
    entries.reserveCapacity(candidates.count)
    for (candidate, fused) in zip(candidates, fused) {
      guard let memory = view.table[candidate.number] else { continue }
      var entry = Entry(number: candidate.number, memory: memory)
      entry.signals = signals(of: memory.memory)
      entry.signals.semantic = weights.semantic > 0 ? fused.semantic : nil
      entry.signals.keyword = weights.keyword > 0 ? fused.keyword : nil
      entry.signals.fused = fused.value
      entry.signals.participant = names.isEmpty ? nil : memory.names.isDisjoint(with: names) ? 0 : 1
      entry.signals.entities = entities(in: memory.memory)
      base[entry.number] =
        fused.value + Self.participantWeight * (entry.signals.participant ?? 0)
        + Self.entityWeight * (entry.signals.entities ?? 0)
      entries.append(entry)
    }
    // The scale is the same for all, so it changes no order; it keeps relevance between 0 and 1.
    let lent = 2 * Self.neighbourWeights.reduce(0, +)
    let own =
      1 + (names.isEmpty ? 0 : Self.participantWeight) + (traits.identifiers.isEmpty ? 0 : Self.entityWeight)
    for index in entries.indices {
      let around = neighbourhood(of: entries[index].number, base)
      entries[index].signals.neighbourhood = min(1, around / (lent * own))
      entries[index].signals.relevance = min(
        1, ((base[entries[index].number] ?? 0) + around) / (own * (1 + lent)))
    }
    return entries.sorted {
      ($0.signals.relevance, $1.memory.id) > ($1.signals.relevance, $0.memory.id)
    }
  }

  /// What the memory alone tells.
  private func signals(of memory: Memory) -> Signals {
    var signals = Signals()
    signals.importance = min(1, max(0, memory.importance))
    signals.trust =
      switch memory.provenance.trust {
      case .member: 1
      case .external: 0.6
      case .untrusted: 0.2
      }
    let age = Double((search.askedAt - memory.createdAt).microseconds) / Double(Duration.days(1).microseconds)
    signals.recency = 1 / (1 + max(0, age) / 90)
    if memory.accessCount > 0 { signals.usage = 1 - 1 / (1 + Double(memory.accessCount) / 8) }
    let size = Double(memory.summary.utf8.count)
    signals.length = size <= 300 ? 1 : 300 / size
    if let period = traits.period {
      let expressions = TimeExpressions(now: memory.createdAt)
      let written = period.closeness(to: memory.createdAt)
      signals.moment = expressions.firstDate(in: memory.summary).map { period.closeness(to: $0) } ?? written
    }
    return signals
  }

  /// How many of the query's identifiers the memory has.
  private func entities(in memory: Memory) -> Double? {
    guard !traits.identifiers.isEmpty else { return nil }
    let text = memory.summary.lowercased()
    let present = traits.identifiers.count { text.contains($0) }
    return Double(present) / Double(traits.identifiers.count)
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
