import Testing

@testable import Vectors

@Suite struct SearchTests {
  @Test func `the nearest vectors come first, with their cosines`() throws {
    let folder = TemporaryFolder()
    let index = try VectorIndex(opening: folder.path, space: VectorSpace(dimension: 384))
    var samples = Samples(dimension: 384, seed: 1)
    var reference = Reference()
    for number in 0..<500 { reference.vectors[VectorID(number)] = samples.next() }
    try index.apply(reference.vectors.map { .upsert($0, $1) }, sequence: 7)
    for _ in 0..<20 {
      let query = samples.next()
      let hits = try index.search(query, k: 10)
      let truth = reference.search(query, k: 10)
      #expect(hits.map(\.id) == truth.map(\.id))
      for (hit, expected) in zip(hits, truth) { #expect(abs(hit.score - expected.score) < 1e-5) }
    }
    #expect(index.sequence == 7)
    #expect(index.count == 500)
  }
}
