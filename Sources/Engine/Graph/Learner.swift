internal import Graph
internal import Model
internal import Storage
internal import Threads

/// Learns which memories belong together from what sessions use, out of the caller's way.
///
/// Uses are queued while the previous ones are being worked on, so a busy server learns in few, large batches. The queue is
/// bounded: where more is used than can be learned, the oldest uses teach nothing. A crash may lose the last moments.
final class Learner: Sendable {
  /// One call's use of memories.
  struct Lecture: Sendable {
    var session: String
    var scope: Scope
    var fading: EdgeFading
    /// What labels the vectors of the context.
    var model: String?
    var activations: [Activation]
    var at: Timestamp
  }

  private struct State {
    var waiting: [Lecture] = []
    var windows: [String: SessionWindow] = [:]
    /// Works until nothing waits; nil when nothing does.
    var worker: Task<Void, Never>?
  }

  private static let queueLimit = 1_024
  private static let sessionLimit = 10_000

  private let store: any Store
  private let identifiers: IdentifierSource
  private let rule: HebbianRule
  private let scales: SimilarityScales
  private let state = Lock(State())

  init(store: any Store, identifiers: IdentifierSource, rule: HebbianRule = HebbianRule()) {
    self.store = store
    self.identifiers = identifiers
    self.rule = rule
    scales = SimilarityScales(store: store)
  }

  func note(_ lecture: Lecture) {
    guard !lecture.activations.isEmpty else { return }
    state.withLock { state in
      state.waiting.append(lecture)
      if state.waiting.count > Self.queueLimit { state.waiting.removeFirst() }
      if state.worker == nil { state.worker = Task { await self.work() } }
    }
  }

  /// Returns when everything that was noted before this call was learned.
  func settle() async {
    while let worker = state.withLock({ $0.worker }) { await worker.value }
  }

  private func work() async {
    while let lectures = next() {
      var byScope: [Scope: [(lecture: Lecture, pairings: [SessionWindow.Pairing])]] = [:]
      for lecture in lectures {
        let pairings = pairings(of: lecture)
        if !pairings.isEmpty { byScope[lecture.scope, default: []].append((lecture, pairings)) }
      }
      for (_, group) in byScope { await learn(group) }
    }
  }

  private func next() -> [Lecture]? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.worker = nil
        return nil
      }
      defer { state.waiting = [] }
      return state.waiting
    }
  }

  private func pairings(of lecture: Lecture) -> [SessionWindow.Pairing] {
    state.withLock { state in
      if state.windows.count >= Self.sessionLimit {
        state.windows = state.windows.filter { !$0.value.hasEnded(by: lecture.at) }
        if state.windows.count >= Self.sessionLimit { state.windows = [:] }
      }
      var window = state.windows[lecture.session] ?? SessionWindow(at: lecture.at)
      if window.hasEnded(by: lecture.at) { window = SessionWindow(at: lecture.at) }
      let pairings = window.use(lecture.activations, at: lecture.at, by: rule)
      state.windows[lecture.session] = window
      return pairings
    }
  }

  /// Puts what a batch says about each pair of one context into one lesson.
  private func learn(_ group: [(lecture: Lecture, pairings: [SessionWindow.Pairing])]) async {
    guard let last = group.last?.lecture else { return }
    var sums: [MemoryPair: (gain: Double, confidence: Double, evidence: Int64)] = [:]
    for pairing in group.flatMap(\.pairings) {
      var sum = sums[pairing.pair] ?? (0, 0, 0)
      sum.gain += pairing.gain
      sum.confidence = max(sum.confidence, pairing.confidence)
      sum.evidence += pairing.isNew ? 1 : 0
      sums[pairing.pair] = sum
    }
    let pairs = sums.keys.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    guard let known = try? await store.acquaintance(of: pairs, in: last.scope) else { return }
    let closeness = await scales.closeness(of: pairs, by: last.model, in: last.scope, at: last.at)
    var strands: [Lesson.Strand] = []
    for (index, pair) in pairs.enumerated() {
      guard let sum = sums[pair] else { continue }
      strands.append(
        Lesson.Strand(
          pair, edge: identifiers.make(), gain: sum.gain, confidence: sum.confidence,
          forms: rule.forms(evidence: known[index] + sum.evidence, closeness: closeness[pair])))
    }
    let lesson = Lesson(
      key: identifiers.make(Edge.self).description, strands: strands, leak: rule.leak, fading: last.fading,
      at: last.at)
    for _ in 0..<3 {
      // The key makes trying again safe.
      do {
        _ = try await store.learn(lesson, in: last.scope)
        return
      } catch { guard error.code == .unavailable else { return } }
    }
  }
}

/// What closeness means in each context, drawn from its own vectors and kept for a while.
private actor SimilarityScales {
  private struct Key: Hashable {
    var context: ContextID
    var model: String
  }

  private let store: any Store
  private var scales: [Key: (scale: SimilarityScale?, at: Timestamp)] = [:]

  init(store: any Store) { self.store = store }

  /// How close the pairs are whose vectors are there.
  func closeness(
    of pairs: [MemoryPair], by model: String?, in scope: Scope, at instant: Timestamp
  ) async -> [MemoryPair: Double] {
    guard let model, let scale = await scale(by: model, in: scope, at: instant) else { return [:] }
    let ids = Set(pairs.flatMap { [$0.first, $0.second] }).sorted()
    guard let vectors = try? await store.embeddings(of: ids, by: model, in: scope) else { return [:] }
    var result: [MemoryPair: Double] = [:]
    for pair in pairs {
      guard let one = vectors[pair.first], let other = vectors[pair.second] else { continue }
      result[pair] = scale.closeness(one, other)
    }
    return result
  }

  private func scale(by model: String, in scope: Scope, at instant: Timestamp) async -> SimilarityScale? {
    let key = Key(context: scope.context, model: model)
    if let known = scales[key], instant - known.at < .seconds(known.scale == nil ? 60 : 3_600) {
      return known.scale
    }
    var listing = MemoryListing()
    listing.limit = 64
    let asked = listing
    let ids = (try? await store.list(asked, in: scope))?.memories.map(\.id) ?? []
    let vectors = (try? await store.embeddings(of: ids, by: model, in: scope)) ?? [:]
    let scale = SimilarityScale(sample: ids.compactMap { vectors[$0] })
    if scales.count > 1_000 { scales = [:] }
    scales[key] = (scale, instant)
    return scale
  }
}
