import Testing

@testable import Vectors

@Suite struct ListTests {
  let folder = TemporaryFolder()
  let space = VectorSpace(dimension: 64)

  private var options: VectorIndex.Options {
    var options = VectorIndex.Options()
    options.listsFrom = 9_000
    return options
  }

  @Test func `lists find what they promise, and go on to when vectors come and go`() throws {
    let index = try VectorIndex(opening: folder.path, space: space, options: options)
    var samples = Samples(dimension: 64, topics: 300, seed: 12)
    var reference = Reference()
    for number in 0..<10_000 { reference.vectors[VectorID(number)] = samples.next() }
    for batch in reference.vectors.sorted(by: { $0.key < $1.key }).chunks(of: 2_500) {
      try index.apply(batch.map { .upsert($0.key, $0.value) }, sequence: 1)
    }
    #expect(index.wantsSnapshot == false)
    for _ in 0..<100 { _ = try index.search(samples.next(), k: 10) }
    try index.snapshot()
    try index.verify()
    let header = try #require(index.view.base?.header)
    #expect(header.lists == 256)
    #expect(header.probesForFew < header.lists, "vectors in clusters need not be searched everywhere")
    try expectRecall(index, reference, &samples)

    // More, fewer, and others: they are found at once, and sorted in by the next snapshot.
    for number in 5_000..<5_800 { reference.vectors[VectorID(number)] = nil }
    try index.apply((5_000..<5_800).map { .delete(VectorID($0)) }, sequence: 2)
    let added = (9_500..<10_500).map { (VectorID($0), samples.next()) }
    for (id, vector) in added { reference.vectors[id] = vector }
    try index.apply(added.map { .upsert($0.0, $0.1) }, sequence: 3)
    try expectRecall(index, reference, &samples)
    for (id, vector) in added.prefix(20) { #expect(try index.search(vector, k: 1).map(\.id) == [id]) }
    try index.snapshot()
    #expect(index.view.base?.header.trainedOn == 10_000, "the lists are kept until there are twice as many")
    try index.verify()
    try expectRecall(index, reference, &samples)
    let reopened = try VectorIndex(opening: folder.path, space: space, options: options)
    try expectRecall(reopened, reference, &samples)
    #expect(reopened.count == reference.vectors.count)
  }

  private func expectRecall(_ index: VectorIndex, _ reference: Reference, _ samples: inout Samples) throws {
    var found = 0.0
    for _ in 0..<30 {
      let query = samples.next()
      found += recall(try index.search(query, k: 10), reference.search(query, k: 10))
    }
    #expect(found / 30 >= 0.97)
  }

  @Test func `vectors that form no lists are searched everywhere`() throws {
    let index = try VectorIndex(opening: folder.path, space: space, options: options)
    var random = SplitMix(seed: 13)
    func noise() -> [Float] { (0..<64).map { _ in Float.random(in: -0.2...0.2, using: &random) } }
    var reference = Reference()
    for number in 0..<9_500 { reference.vectors[VectorID(number)] = noise() }
    try index.apply(reference.vectors.map { .upsert($0, $1) }, sequence: 1)
    try index.snapshot()
    let header = try #require(index.view.base?.header)
    #expect(header.probesForMany == header.lists)
    for _ in 0..<10 {
      let query = noise()
      #expect(try index.search(query, k: 100).map(\.id) == reference.search(query, k: 100).map(\.id))
    }
  }

  @Test func `the queries that lists are measured with survive a restart`() throws {
    let index = try VectorIndex(opening: folder.path, space: space)
    var samples = Samples(dimension: 64, seed: 14)
    try index.apply((0..<50).map { .upsert(VectorID($0), samples.next()) }, sequence: 1)
    for _ in 0..<2_000 { _ = try index.search(samples.next(), k: 1) }
    try index.snapshot()
    let kept = try #require(index.view.base?.section(.queries).count)
    #expect(kept == QuerySample.capacity * 4 * 64)
    try VectorIndex(opening: folder.path, space: space).snapshot()
    let reopened = try VectorIndex(opening: folder.path, space: space)
    #expect(reopened.view.base?.section(.queries).count == kept)
  }
}
