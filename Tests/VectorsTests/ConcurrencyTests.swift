import Testing

@testable import Vectors

@Suite struct ConcurrencyTests {
  /// Writers move ids between vectors of two kinds while readers look; run it under the thread sanitizer.
  @Test func `readers see whole writes while vectors come and go and snapshots are made`() async throws {
    let folder = TemporaryFolder()
    let index = try VectorIndex(opening: folder.path, space: VectorSpace(dimension: 64))
    var samples = Samples(dimension: 64, seed: 20)
    let vectors = samples.vectors(64)
    // Every write replaces all of its ids at once, so a reader finds each of them, once, and all from one write.
    let ids = (0..<40).map { VectorID($0) }
    try index.apply(ids.map { .upsert($0, vectors[0]) }, sequence: 1)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for step in 2..<UInt64(200) {
          let vector = vectors[Int(step) % vectors.count]
          try index.apply(ids.map { .upsert($0, vector) }, sequence: step)
        }
      }
      group.addTask {
        for number in 0..<3_000 {
          let id = VectorID(1_000 + number % 500)
          try index.apply(number % 3 == 2 ? [.delete(id)] : [.upsert(id, vectors[number % 64])], sequence: 1)
        }
      }
      group.addTask { for _ in 0..<12 { try index.snapshot() } }
      for reader in 0..<3 {
        group.addTask {
          for round in 0..<300 {
            let view = index.view
            let query = vectors[(round * 7 + reader) % vectors.count]
            let hits = try view.search(query, k: 40, filter: .only(ids))
            #expect(hits.map(\.id) == ids, "equal scores, in order of ids")
            #expect(Set(hits.map(\.score)).count == 1)
            let all = try view.search(query, k: 30)
            #expect(all == all.sorted())
            #expect(Set(all.map(\.id)).count == all.count)
            #expect(view.sequence >= 1)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(index.sequence == 199)
    try index.snapshot()
    try index.verify()
    let reopened = try VectorIndex(opening: folder.path, space: index.space)
    #expect(reopened.count == index.count)
    #expect(reopened.view.vector(of: ids[0]) == vectors[199 % 64])
  }

  @Test func `writes during a snapshot that compacts are kept`() async throws {
    let folder = TemporaryFolder()
    let index = try VectorIndex(opening: folder.path, space: VectorSpace(dimension: 64))
    var samples = Samples(dimension: 64, seed: 21)
    let vectors = samples.vectors(50)
    var reference = Reference()
    for round in 0..<4 {
      // More than a quarter dies, so every snapshot compacts.
      try index.apply((0..<3_000).map { .upsert(VectorID($0), vectors[$0 % 50]) }, sequence: 1)
      for number in 0..<3_000 { reference.vectors[VectorID(number)] = vectors[number % 50] }
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try index.snapshot() }
        group.addTask {
          for number in 0..<300 {
            try index.apply(
              [.delete(VectorID(number)), .upsert(VectorID(5_000 + number), vectors[round])], sequence: 2)
          }
        }
        try await group.waitForAll()
      }
      for number in 0..<300 {
        reference.vectors[VectorID(number)] = nil
        reference.vectors[VectorID(5_000 + number)] = vectors[round]
      }
      #expect(index.count == reference.vectors.count)
      for (id, vector) in reference.vectors.prefix(400) { #expect(index.view.vector(of: id) == vector) }
      for number in 0..<300 { #expect(!index.view.contains(VectorID(number))) }
    }
    try index.snapshot()
    try index.verify()
    #expect(try VectorIndex(opening: folder.path, space: index.space).count == reference.vectors.count)
  }

  @Test func `two snapshots at a time are one too many`() throws {
    let folder = TemporaryFolder()
    var writer = try Writer(
      creating: Folder(path: folder.path), space: VectorSpace(dimension: 64), options: VectorIndex.Options())
    _ = try writer.beginSnapshot()
    #expect(throws: VectorIndexError.snapshotUnderWay) { _ = try writer.beginSnapshot() }
    writer.abandonSnapshot()
    _ = try writer.beginSnapshot()
  }
}
