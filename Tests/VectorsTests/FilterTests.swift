import Testing

@testable import Vectors

@Suite struct FilterTests {
  let folder = TemporaryFolder()

  /// Small enough to read rows, large enough for codes, and the same in lists: a filter is exact everywhere.
  @Test(arguments: [(700, false), (9_500, false), (9_500, true)])
  func `a filtered search finds the nearest of those that pass`(_ count: Int, _ inLists: Bool) throws {
    var options = VectorIndex.Options()
    options.listsFrom = inLists ? 1_000 : .max
    let index = try VectorIndex(opening: folder.path, space: VectorSpace(dimension: 128), options: options)
    var samples = Samples(dimension: 128, seed: 6)
    var reference = Reference()
    for number in 0..<count { reference.vectors[VectorID(number)] = samples.next() }
    try index.apply(reference.vectors.map { .upsert($0, $1) }, sequence: 1)
    if inLists { try index.snapshot() }
    // Some more behind the snapshot, and some gone.
    for number in count..<(count + 50) { reference.vectors[VectorID(number)] = samples.next() }
    try index.apply(
      (count..<(count + 50)).compactMap { number in
        reference.vectors[VectorID(number)].map { .upsert(VectorID(number), $0) }
      }, sequence: 2)
    for number in stride(from: 0, to: count, by: 11) {
      reference.vectors[VectorID(number)] = nil
      try index.apply([.delete(VectorID(number))], sequence: 3)
    }

    for share in [0, 1, 2, 30, 60, 100] {
      let passes = { (id: VectorID) in SplitMix.scrambled(id.low) % 100 < share }
      let ids = (0..<(count + 50)).map { VectorID($0) }.filter(passes)
      // Ids that were never there and ids named twice do no harm.
      let only = VectorFilter.only(ids + [VectorID(1 << 40)] + ids.prefix(3))
      let view = index.view
      for filter in [only, .rows(view.rows(where: passes)), .rows(view.rows(of: ids))] {
        for _ in 0..<3 {
          let query = samples.next()
          let hits = try view.search(query, k: 10, filter: filter)
          #expect(hits.allSatisfy { passes($0.id) })
          #expect(hits.map(\.id) == reference.search(query, k: 10, where: passes).map(\.id))
        }
      }
    }
  }

  @Test func `rows of a set that are deleted or added later are not found`() throws {
    let index = try VectorIndex(opening: folder.path, space: VectorSpace(dimension: 64))
    var samples = Samples(dimension: 64, seed: 7)
    try index.apply((0..<100).map { .upsert(VectorID($0), samples.next()) }, sequence: 1)
    let rows = index.view.rows { $0.low < 10 }
    #expect(rows.count == 10)
    try index.apply(
      [.delete(VectorID(3)), .upsert(VectorID(5), samples.next()), .upsert(VectorID(200), samples.next())],
      sequence: 2)
    let hits = try index.search(samples.next(), k: 100, filter: .rows(rows))
    #expect(Set(hits.map(\.id.low)) == [0, 1, 2, 4, 6, 7, 8, 9])
  }

  @Test func `a set from before a compaction is refused`() throws {
    let index = try VectorIndex(opening: folder.path, space: VectorSpace(dimension: 64))
    var samples = Samples(dimension: 64, seed: 8)
    try index.apply((0..<1_000).map { .upsert(VectorID($0), samples.next()) }, sequence: 1)
    let query = samples.next()
    let rows = index.view.rows { $0.low % 2 == 0 }
    try index.snapshot()
    #expect(try index.search(query, k: 3, filter: .rows(rows)).count == 3)
    try index.apply((0..<500).map { .delete(VectorID($0)) }, sequence: 2)
    try index.snapshot()
    #expect(throws: VectorIndexError.staleRows) { try index.search(query, k: 3, filter: .rows(rows)) }
  }
}
