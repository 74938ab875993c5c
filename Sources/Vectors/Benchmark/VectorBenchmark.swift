import Glibc

/// Measures the index on data made for it, with the times of one thread's processor, and leaves the data behind for
/// others to be measured on (`Benchmarks/vector_peers.py`).
package struct VectorBenchmark {
  package var count = 100_000
  package var dimension = 384
  package var queryCount = 200
  /// Where the index and the data go.
  package var folder: String
  package var instructions = InstructionSet.best

  package init(folder: String) { self.folder = folder }

  /// One measurement: what, how much, and in which unit.
  package struct Figure: Sendable {
    package let name: String
    package let value: Double
    package let unit: String
  }

  /// Runs everything. Every figure is also given to `report` as soon as it is known.
  package func run(report: (Figure) -> Void) throws(VectorIndexError) {
    var data = BenchmarkData(dimension: dimension, count: count)
    var options = VectorIndex.Options()
    options.instructions = instructions
    let index = try VectorIndex(
      creating: "\(folder)/index", space: VectorSpace(dimension: dimension), options: options)
    try Folder(path: folder).create()
    let insertion = try fill(index, from: &data)
    report(Figure(name: "insert", value: insertion / Double(count) * 1e6, unit: "µs/vector"))
    let queries = try questions(&data)

    let truth = queries.map { exact(index.view, $0, k: 50) }
    try measure(index.view, queries, truth, "codes", .all, report)
    let cost = try seconds { () throws(VectorIndexError) in try index.snapshot() }
    report(Figure(name: "snapshot", value: cost, unit: "s"))
    if let base = index.view.base, base.isListed {
      try measure(index.view, queries, truth, "all lists", .all, report)
      for probes in [64, 128, 256, 512, 1_024] where probes < base.header.lists {
        try measure(index.view, queries, truth, "\(probes) lists", .exactly(probes), report)
      }
      try measure(
        index.view, queries, truth, "\(base.header.probesForFew)/\(base.header.probesForMany) lists, chosen",
        .chosen, report)
    }
    try measureFilters(index.view, queries, report)
    try measureFiles(index, report)
  }

  // MARK: - Parts

  private func fill(_ index: VectorIndex, from data: inout BenchmarkData) throws(VectorIndexError) -> Double {
    let file = try DiskFile(opening: "\(folder)/vectors.f32", O_RDWR | O_CREAT | O_TRUNC)
    var spent = 0.0
    for first in stride(from: 0, to: count, by: 1_000) {
      let changes = (first..<min(first + 1_000, count)).map { number in
        VectorChange.upsert(VectorID(high: 1, low: UInt64(number)), data.next())
      }
      var offset = 4 * dimension * first
      for case .upsert(_, let vector) in changes {
        try write(vector, to: file, at: offset)
        offset += 4 * dimension
      }
      spent += try seconds { () throws(VectorIndexError) in
        try index.apply(changes, sequence: UInt64(first + 1))
      }
    }
    return spent
  }

  private func questions(_ data: inout BenchmarkData) throws(VectorIndexError) -> [[Float]] {
    let file = try DiskFile(opening: "\(folder)/queries.f32", O_RDWR | O_CREAT | O_TRUNC)
    var queries: [[Float]] = []
    for number in 0..<queryCount {
      let query = data.nextQuery()
      try write(query, to: file, at: 4 * dimension * number)
      queries.append(query)
    }
    return queries
  }

  private func write(_ vector: [Float], to file: DiskFile, at offset: Int) throws(VectorIndexError) {
    try vector.withUnsafeBytes { bytes in
      Result { () throws(VectorIndexError) in try file.write(bytes, at: offset) }
    }.get()
  }

  private func measure(
    _ view: VectorView, _ queries: [[Float]], _ truth: [[VectorHit]], _ name: String,
    _ probing: VectorView.Probing, _ report: (Figure) -> Void
  ) throws(VectorIndexError) {
    for k in [10, 50] {
      var times: [Double] = []
      var found = 0
      for (query, truth) in zip(queries, truth) {
        var hits: [VectorHit] = []
        // The first is for the processor's caches, which a server's are too.
        times.append(
          try seconds { () throws(VectorIndexError) in hits = try ask(view, query, k: k, nil, probing) })
        found += Set(hits.map(\.id)).intersection(truth.prefix(k).map(\.id)).count
      }
      let recall = Double(found) / Double(queries.count * min(k, view.count))
      report(Figure(name: "\(name), k \(k), p50", value: median(times) * 1e3, unit: "ms"))
      report(Figure(name: "\(name), k \(k), p99", value: percentile(times, 0.99) * 1e3, unit: "ms"))
      report(Figure(name: "\(name), recall@\(k)", value: recall, unit: ""))
    }
  }

  private func measureFilters(
    _ view: VectorView, _ queries: [[Float]], _ report: (Figure) -> Void
  ) throws(VectorIndexError) {
    for percent in [1, 10, 50] {
      let rows = view.rows { id in SplitMix.scrambled(id.low) % 100 < percent }
      var times: [Double] = []
      var found = 0
      for query in queries {
        var hits: [VectorHit] = []
        times.append(
          try seconds { () throws(VectorIndexError) in
            hits = try ask(view, query, k: 10, .rows(rows), .chosen)
          })
        let truth = exact(view, query, k: 10) { rows.words.has($0) }
        found += Set(hits.map(\.id)).intersection(truth.map(\.id)).count
      }
      report(Figure(name: "filter \(percent) %, k 10, p50", value: median(times) * 1e3, unit: "ms"))
      report(
        Figure(
          name: "filter \(percent) %, recall@10", value: Double(found) / Double(10 * queries.count), unit: "")
      )
    }
  }

  private func measureFiles(_ index: VectorIndex, _ report: (Figure) -> Void) throws(VectorIndexError) {
    guard let header = index.view.base?.header else { return }
    report(Figure(name: "snapshot size", value: Double(header.fileSize) / Double(count), unit: "B/vector"))
    var times: [Double] = []
    for _ in 0..<5 {
      let path = "\(folder)/index"
      let space = index.space
      times.append(
        try seconds { () throws(VectorIndexError) in _ = try VectorIndex(opening: path, space: space) })
    }
    report(Figure(name: "open", value: median(times) * 1e3, unit: "ms"))
    report(
      Figure(
        name: "verify", value: try seconds { () throws(VectorIndexError) in try index.verify() }, unit: "s"))
  }

  // MARK: - Measuring

  private func ask(
    _ view: VectorView, _ query: [Float], k: Int, _ filter: VectorFilter?, _ probing: VectorView.Probing
  ) throws(VectorIndexError) -> [VectorHit] {
    try query.withUnsafeBufferPointer { floats -> Result<[VectorHit], VectorIndexError> in
      guard let start = floats.baseAddress else { preconditionFailure("a query is not empty") }
      let prepared = PreparedQuery(start, in: view.space)
      return Result { () throws(VectorIndexError) in
        try view.search(prepared, k: k, filter: filter, probing: probing)
      }
    }.get()
  }

  /// The truth: every vector, in floats.
  private func exact(
    _ view: VectorView, _ query: [Float], k: Int, where isWanted: (Int) -> Bool = { _ in true }
  ) -> [VectorHit] {
    var list = Shortlist(wanted: k)
    for slot in 0..<view.slots where !view.dead.has(slot) && isWanted(slot) {
      list.add(view.kernels.dot(query, view.originals.vector(at: slot), dimension), at: UInt32(slot))
    }
    return list.sorted().map { VectorHit(id: view.originals.id(at: Int($0.place)), score: $0.score) }
  }

  private func seconds(_ body: () throws(VectorIndexError) -> Void) throws(VectorIndexError) -> Double {
    let before = Self.now()
    try body()
    return Self.now() - before
  }

  /// Time of this thread on the processor: other programs on the machine don't count.
  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private func median(_ times: [Double]) -> Double { percentile(times, 0.5) }

  private func percentile(_ times: [Double], _ share: Double) -> Double {
    let sorted = times.sorted()
    return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }
}

extension SplitMix {
  /// A random number that belongs to `word`.
  static func scrambled(_ word: UInt64) -> UInt64 {
    var random = SplitMix(seed: word)
    return random.next()
  }
}
