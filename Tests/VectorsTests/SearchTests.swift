import Testing

@testable import Vectors

/// The sets that this processor runs.
private let sets = InstructionSet.allCases.filter(\.isSupported)

@Suite struct SearchTests {
  let folder = TemporaryFolder()

  private func options(_ set: InstructionSet = .best) -> VectorIndex.Options {
    var options = VectorIndex.Options()
    options.instructions = set
    return options
  }

  @Test(arguments: sets, [4, 60, 256, 384, 768, 1_024, 1_536])
  func `the nearest vectors come first, with their cosines`(_ set: InstructionSet, _ dimension: Int) throws {
    let index = try VectorIndex(
      opening: folder.path, space: VectorSpace(dimension: dimension), options: options(set))
    var samples = Samples(dimension: dimension, seed: 1)
    var reference = Reference()
    for number in 0..<300 { reference.vectors[VectorID(number)] = samples.next() }
    try index.apply(reference.vectors.map { .upsert($0, $1) }, sequence: 7)
    #expect(index.sequence == 7)
    #expect(index.count == 300)
    for _ in 0..<10 {
      let query = samples.next()
      let hits = try index.search(query, k: 10)
      let truth = reference.search(query, k: 10)
      if dimension > 4 { #expect(hits.map(\.id) == truth.map(\.id)) }
      for (hit, expected) in zip(hits, truth) { #expect(abs(hit.score - expected.score) < 1e-5) }
    }
  }

  @Test(arguments: sets)
  func `codes lose none of the nearest`(_ set: InstructionSet) throws {
    let index = try VectorIndex(
      opening: folder.path, space: VectorSpace(dimension: 384), options: options(set))
    var samples = Samples(dimension: 384, topics: 400, seed: 2)
    let count = VectorView.rowScanLimit + 1_805
    let reference = Reference(
      vectors: .init(uniqueKeysWithValues: (0..<count).map { (VectorID($0), samples.next()) }))
    for batch in reference.vectors.sorted(by: { $0.key < $1.key }).chunks(of: 1_000) {
      try index.apply(batch.map { .upsert($0.key, $0.value) }, sequence: 1)
    }
    for snapshotted in [false, true] {
      var found = 0.0
      for _ in 0..<8 {
        let query = samples.next()
        found += recall(try index.search(query, k: 10), reference.search(query, k: 10))
      }
      #expect(found / 8 >= 0.999, "\(snapshotted ? "from the snapshot" : "from memory")")
      if !snapshotted { try index.snapshot() }
    }
  }

  @Test func `all kernels give the same answers`() throws {
    var answers: [[[VectorID]]] = []
    for set in sets {
      let folder = TemporaryFolder()
      let index = try VectorIndex(
        opening: folder.path, space: VectorSpace(dimension: 128), options: options(set))
      var samples = Samples(dimension: 128, seed: 3)
      for start in stride(from: 0, to: 9_000, by: 1_000) {
        try index.apply((start..<(start + 1_000)).map { .upsert(VectorID($0), samples.next()) }, sequence: 1)
      }
      answers.append(try (0..<20).map { _ in try index.search(samples.next(), k: 20).map(\.id) })
    }
    for answer in answers.dropFirst() { #expect(answer == answers.first) }
  }

  @Test func `equal scores are in order of ids, and asking again gives the same`() throws {
    let index = try VectorIndex(opening: folder.path, space: VectorSpace(dimension: 64))
    var samples = Samples(dimension: 64, seed: 4)
    let vector = samples.next()
    let numbers = [5, 3, 9, 1, 7, 2]
    try index.apply(numbers.map { .upsert(VectorID($0), vector) }, sequence: 1)
    try index.apply((10..<200).map { .upsert(VectorID($0), samples.next()) }, sequence: 2)
    let hits = try index.search(vector, k: 6)
    #expect(hits.map(\.id) == numbers.sorted().map { VectorID($0) })
    for _ in 0..<5 { #expect(try index.search(vector, k: 6) == hits) }
  }

  @Test func `a good mean makes codes tell more`() throws {
    let dimension = 64
    var samples = Samples(dimension: dimension, topics: 1, seed: 5)
    let vectors = samples.vectors(10_000)
    var mean = [Float](repeating: 0, count: dimension)
    for vector in vectors { for index in mean.indices { mean[index] += vector[index] / 10_000 } }
    let queries = samples.vectors(10)
    var found: [Double] = []
    for mean in [nil, mean] {
      let folder = TemporaryFolder()
      let index = try VectorIndex(opening: folder.path, space: VectorSpace(dimension: dimension, mean: mean))
      try index.apply(vectors.enumerated().map { .upsert(VectorID($0.offset), $0.element) }, sequence: 1)
      let reference = Reference(
        vectors: .init(uniqueKeysWithValues: vectors.enumerated().map { (VectorID($0.offset), $0.element) }))
      found.append(
        try queries.reduce(0) { $0 + recall(try index.search($1, k: 100), reference.search($1, k: 100)) })
    }
    #expect(found[1] >= found[0])
    #expect(found[1] / 10 > 0.99)
  }

  @Test func `what is no vector is refused, and changes nothing`() throws {
    let index = try VectorIndex(opening: folder.path, space: VectorSpace(dimension: 8))
    let vector = [Float](repeating: 0.25, count: 8)
    try index.apply([.upsert(VectorID(1), vector)], sequence: 1)
    for (bad, error) in [
      ([1], VectorIndexError.wrongDimension(expected: 8, found: 1)),
      ([.nan, 0, 0, 0, 0, 0, 0, 0], .notAVector), ([.infinity, 0, 0, 0, 0, 0, 0, 0], .notAVector),
      ([1e20, 0, 0, 0, 0, 0, 0, 0], .notAVector),
    ] as [([Float], VectorIndexError)] {
      #expect(throws: error) { try index.search(bad, k: 1) }
      #expect(throws: error) {
        try index.apply(
          [.delete(VectorID(1)), .upsert(VectorID(2), vector), .upsert(VectorID(3), bad)], sequence: 2)
      }
    }
    #expect(index.count == 1)
    #expect(index.sequence == 1)
    #expect(try index.search(vector, k: 5).map(\.id) == [VectorID(1)])
  }

  @Test func `an empty index answers nothing`() throws {
    let index = try VectorIndex(opening: folder.path, space: VectorSpace(dimension: 8))
    #expect(try index.search([1, 0, 0, 0, 0, 0, 0, 0], k: 5).isEmpty)
    try index.apply([.delete(VectorID(1))], sequence: 1)
    try index.snapshot()
    #expect(try index.search([1, 0, 0, 0, 0, 0, 0, 0], k: 5).isEmpty)
    try index.apply([.upsert(VectorID(1), [Float](repeating: 0, count: 8))], sequence: 2)
    #expect(try index.search([1, 0, 0, 0, 0, 0, 0, 0], k: 5) == [VectorHit(id: VectorID(1), score: 0)])
  }
}

extension Array {
  func chunks(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
  }
}
