import Testing

@testable import Vectors

@Suite struct ChangeTests {
  let folder = TemporaryFolder()

  /// Random writes, searches, snapshots and restarts, beside a dictionary. The seed is the argument.
  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func `an index answers as a dictionary would, whatever has happened to it`(_ seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var samples = Samples(dimension: 64, seed: seed)
    let space = VectorSpace(dimension: 64)
    var index = try VectorIndex(opening: folder.path, space: space)
    var reference = Reference()
    var saved = (reference: reference, sequence: UInt64(0))
    for step in 1...UInt64(120) {
      switch random.next() % 12 {
      case 0..<8:
        var changes: [VectorChange] = []
        for _ in 0..<(1 + random.next() % 60) {
          let id = VectorID(Int(random.next() % 400))
          if random.next() % 3 == 0 {
            changes.append(.delete(id))
            reference.vectors[id] = nil
          } else {
            let vector = samples.next()
            changes.append(.upsert(id, vector))
            reference.vectors[id] = vector
          }
        }
        try index.apply(changes, sequence: step)
        #expect(index.sequence == step)
      case 8..<10:
        try index.snapshot()
        try index.verify()
        saved = (reference, index.sequence)
      default:
        // What the last snapshot doesn't know is gone, and the sequence says so.
        index = try VectorIndex(opening: folder.path, space: space)
        reference = saved.reference
        #expect(index.sequence == saved.sequence)
      }
      #expect(index.count == reference.vectors.count)
      let query = samples.next()
      let hits = try index.search(query, k: 8)
      #expect(hits.map(\.id) == reference.search(query, k: 8).map(\.id), "step \(step)")
      let id = VectorID(Int(random.next() % 400))
      #expect(index.view.vector(of: id) == reference.vectors[id])
    }
  }

  @Test func `the last of several changes to one id counts`() throws {
    let index = try VectorIndex(opening: folder.path, space: VectorSpace(dimension: 64))
    var samples = Samples(dimension: 64, seed: 9)
    let (first, second, third) = (samples.next(), samples.next(), samples.next())
    try index.apply(
      [
        .upsert(VectorID(1), first), .upsert(VectorID(2), second), .upsert(VectorID(1), third),
        .delete(VectorID(2)), .delete(VectorID(9)),
      ], sequence: 1)
    #expect(index.count == 1)
    #expect(index.view.vector(of: VectorID(1)) == third)
    #expect(!index.view.contains(VectorID(2)))
  }

  @Test func `a view keeps what it saw`() throws {
    let index = try VectorIndex(opening: folder.path, space: VectorSpace(dimension: 64))
    var samples = Samples(dimension: 64, seed: 10)
    try index.apply((0..<600).map { .upsert(VectorID($0), samples.next()) }, sequence: 1)
    let view = index.view
    let query = samples.next()
    let before = try view.search(query, k: 20)
    try index.apply((0..<600).map { .delete(VectorID($0)) }, sequence: 2)
    try index.apply((600..<6_000).map { .upsert(VectorID($0), samples.next()) }, sequence: 3)
    try index.snapshot()
    #expect(try view.search(query, k: 20) == before)
    #expect(view.count == 600)
    #expect(index.count == 5_400)
  }

  @Test func `compaction closes the gaps and loses nothing`() throws {
    let space = VectorSpace(dimension: 64)
    let index = try VectorIndex(opening: folder.path, space: space)
    var samples = Samples(dimension: 64, seed: 11)
    var reference = Reference()
    for number in 0..<2_000 { reference.vectors[VectorID(number)] = samples.next() }
    try index.apply(reference.vectors.map { .upsert($0, $1) }, sequence: 1)
    try index.snapshot()
    for number in 0..<900 { reference.vectors[VectorID(number)] = nil }
    try index.apply((0..<900).map { .delete(VectorID($0)) }, sequence: 2)
    try index.snapshot()
    #expect(index.view.slots == 1_120)
    try index.verify()
    let reopened = try VectorIndex(opening: folder.path, space: space)
    for index in [index, reopened] {
      let query = samples.next()
      #expect(try index.search(query, k: 20).map(\.id) == reference.search(query, k: 20).map(\.id))
      #expect(index.sequence == 2)
    }
    #expect(folder.files == ["vectors-2.floats", "vectors-2.ids", "vectors.snapshot"])
  }
}
