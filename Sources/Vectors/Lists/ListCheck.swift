/// Measures how many lists a search must read to find what a search in all of them finds.
struct ListCheck {
  private static let sample = 64

  private let view: VectorView
  private let queries: [[Float]]
  private let target: Double

  /// Measures with `queries`, and with blends of stored vectors when those are too few.
  init(_ view: VectorView, queries: [[Float]], target: Double) {
    self.view = view
    self.target = target
    var random = SplitMix(seed: 0x7175_6572)
    var queries = queries
    while queries.count < Self.sample, let blend = Self.blend(of: view, &random) { queries.append(blend) }
    self.queries = queries
  }

  /// The smallest number of lists that reaches the target for `k` answers; all of them if not even a quarter does.
  func probes(k: Int) -> Int {
    guard let lists = view.base?.header.lists else { return 0 }
    // The further down an answer stands, the less it matters.
    let target = k > 10 ? target - 0.01 : target
    let prepared = queries.map { query in Asked(query, truth(for: query, k: k)) }
    var probes = 8
    while probes < lists / 4 {
      let hits = prepared.reduce(0) { $0 + found($1, k: k, probes: probes) }
      let wanted = prepared.reduce(0) { $0 + $1.truth.count }
      if Double(hits) >= target * Double(wanted) { return probes }
      probes += max(probes / 4, 1)
    }
    return lists
  }

  private struct Asked {
    let query: [Float]
    let truth: Set<VectorID>

    init(_ query: [Float], _ truth: Set<VectorID>) {
      self.query = query
      self.truth = truth
    }
  }

  private func truth(for query: [Float], k: Int) -> Set<VectorID> { answer(query, k: k, .all) }

  private func found(_ asked: Asked, k: Int, probes: Int) -> Int {
    answer(asked.query, k: k, .exactly(probes)).intersection(asked.truth).count
  }

  private func answer(_ query: [Float], k: Int, _ probing: VectorView.Probing) -> Set<VectorID> {
    let hits = query.withUnsafeBufferPointer { floats -> Result<[VectorHit], VectorIndexError> in
      guard let start = floats.baseAddress else { preconditionFailure("a vector is not empty") }
      let prepared = PreparedQuery(start, in: view.space)
      return Result { () throws(VectorIndexError) in
        try view.search(prepared, k: k, filter: nil, probing: probing)
      }
    }
    guard case .success(let hits) = hits else { preconditionFailure("without a filter nothing can be stale") }
    return Set(hits.map(\.id))
  }

  /// A stored vector with half of another mixed in: like a question, near to something but equal to nothing.
  private static func blend(of view: VectorView, _ random: inout SplitMix) -> [Float]? {
    guard let first = slot(in: view, &random), let second = slot(in: view, &random) else { return nil }
    let (near, far) = (view.originals.vector(at: first), view.originals.vector(at: second))
    return (0..<view.space.dimension).map { near[$0] + far[$0] / 2 }
  }

  private static func slot(in view: VectorView, _ random: inout SplitMix) -> Int? {
    guard view.count > 0 else { return nil }
    while true {
      let slot = Int(random.next() % UInt64(view.slots))
      if !view.dead.has(slot) { return slot }
    }
  }
}
