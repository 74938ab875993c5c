import Glibc
import Testing

@testable import Vectors

@Suite struct DamageTests {
  let folder = TemporaryFolder()
  let space = VectorSpace(dimension: 64)
  private let snapshot = "vectors.snapshot"

  private func save(_ count: Int, options: VectorIndex.Options = .init()) throws {
    let index = try VectorIndex(opening: folder.path, space: space, options: options)
    var samples = Samples(dimension: 64, seed: 15)
    try index.apply((0..<count).map { .upsert(VectorID($0), samples.next()) }, sequence: 5)
    try index.snapshot()
  }

  /// Opens, searches and verifies. Damage may be found by any of these but by none must the process die.
  private func findDamage() throws -> Bool {
    do {
      let index = try VectorIndex(opening: folder.path, space: space)
      var samples = Samples(dimension: 64, seed: 16)
      _ = try index.search(samples.next(), k: 10)
      _ = try index.search(samples.next(), k: 10, filter: .only((0..<50).map { VectorID($0) }))
      try index.verify()
      return false
    } catch {
      if case .damaged = error { return true }
      // The fingerprint of the space lies in the header, behind its checksum.
      throw error
    }
  }

  @Test(arguments: [(150, false), (8_500, true)])
  func `a flipped bit anywhere is found`(_ count: Int, _ inLists: Bool) throws {
    var options = VectorIndex.Options()
    options.listsFrom = inLists ? 8_000 : .max
    try save(count, options: options)
    #expect(try findDamage() == false)
    let header = try #require(try VectorIndex(opening: folder.path, space: space).view.base?.header)
    var random = SplitMix(seed: 17)
    let whole = folder.read(snapshot)
    #expect(whole.count == header.fileSize)
    var places = Array(stride(from: 0, to: SnapshotHeader.size, by: inLists ? 40 : 3))
    for section in header.sections where section.length > 0 {
      for _ in 0..<(inLists ? 3 : 12) {
        places.append(section.offset + Int(random.next() % UInt64(section.length)))
      }
      places.append(section.offset + section.length - 1)
    }
    for place in places {
      var bytes = whole
      bytes[place] ^= 1 << UInt8(random.next() % 8)
      folder.write(bytes, to: snapshot)
      #expect(try findDamage(), "byte \(place)")
    }
    folder.write(whole, to: snapshot)
    for name in ["vectors-1.ids", "vectors-1.floats"] {
      let whole = folder.read(name)
      for _ in 0..<6 {
        var bytes = whole
        bytes[Int(random.next() % UInt64(bytes.count))] ^= 1 << UInt8(random.next() % 8)
        folder.write(bytes, to: name)
        #expect(try findDamage(), "\(name)")
      }
      folder.write(whole, to: name)
    }
    #expect(try findDamage() == false)
  }

  @Test func `a file that is cut short or missing is found`() throws {
    try save(100)
    for name in [snapshot, "vectors-1.ids", "vectors-1.floats"] {
      let whole = folder.read(name)
      for length in [0, 1, 100, 511, 512, whole.count / 2, whole.count - 1] where length < whole.count {
        folder.write(Array(whole.prefix(length)), to: name)
        #expect(try findDamage(), "\(name) of \(length) bytes")
      }
      folder.write(whole, to: name)
    }
    #expect(try findDamage() == false)
    unlink("\(folder.path)/vectors-1.floats")
    #expect(try findDamage())
  }

  @Test func `after damage an index can be made anew in the same folder`() throws {
    try save(100)
    folder.write([1, 2, 3], to: snapshot)
    #expect(try findDamage())
    let index = try VectorIndex(creating: folder.path, space: space)
    #expect(index.count == 0)
    #expect(index.sequence == 0)
    #expect(folder.files == ["vectors-1.floats", "vectors-1.ids"])
  }

  @Test func `another model's index is not mistaken for this one's`() throws {
    try save(10)
    for other in [
      VectorSpace(dimension: 128), VectorSpace(dimension: 64, mean: [Float](repeating: 0.1, count: 64)),
    ] {
      #expect(throws: VectorIndexError.differentSpace) { try VectorIndex(opening: folder.path, space: other) }
    }
  }

  @Test func `what was written after the snapshot, or left unfinished, is forgotten`() throws {
    try save(100)
    let index = try VectorIndex(opening: folder.path, space: space)
    var samples = Samples(dimension: 64, seed: 18)
    try index.apply((100..<300).map { .upsert(VectorID($0), samples.next()) }, sequence: 6)
    folder.write([1, 2, 3], to: "vectors.unfinished")
    folder.write([1, 2, 3], to: "vectors-7.floats")
    let reopened = try VectorIndex(opening: folder.path, space: space)
    #expect(reopened.count == 100)
    #expect(reopened.sequence == 5)
    #expect(folder.files == ["vectors-1.floats", "vectors-1.ids", snapshot])
    try reopened.apply([.upsert(VectorID(100), samples.next())], sequence: 6)
    try reopened.snapshot()
    #expect(try findDamage() == false)
  }

  @Test func `when the snapshot cannot be written the index goes on, and so does the last snapshot`() throws {
    try save(100)
    let index = try VectorIndex(opening: folder.path, space: space)
    var samples = Samples(dimension: 64, seed: 19)
    try index.apply((100..<300).map { .upsert(VectorID($0), samples.next()) }, sequence: 6)
    // A folder in the place of the file.
    mkdir("\(folder.path)/vectors.unfinished", 0o700)
    #expect(throws: VectorIndexError.self) { try index.snapshot() }
    #expect(index.count == 300)
    rmdir("\(folder.path)/vectors.unfinished")
    try index.snapshot()
    #expect(try VectorIndex(opening: folder.path, space: space).count == 300)
  }
}
