import Glibc
import Testing

@testable import Keywords

@Suite struct SavingTests {
  /// A folder that goes away with the test.
  private final class Folder {
    let path: String

    init() {
      var template = Array("/tmp/keywords-test-XXXXXX".utf8CString)
      path =
        mkdtemp(&template) == nil
        ? "" : String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
      precondition(!path.isEmpty, "tests may write to /tmp")
    }

    var names: [String] {
      guard let folder = opendir(path) else { return [] }
      defer { closedir(folder) }
      var names: [String] = []
      while let entry = readdir(folder) {
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { names.append(String(cString: $0)) }
        }
      }
      return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    func read(_ name: String) -> [UInt8] {
      guard let bytes = try? IndexFolder(path: path).read(name) else { return [] }
      return bytes
    }

    func write(_ bytes: [UInt8], _ name: String) throws {
      // In place, as damage is; the index would write a new file.
      let file = try #require(fopen("\(path)/\(name)", "w"))
      #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
      fclose(file)
    }

    deinit {
      for name in names { unlink("\(path)/\(name)") }
      rmdir(path)
    }
  }

  private func filled(_ documents: Int, seed: UInt64 = 3) throws -> (KeywordIndex, RandomTexts) {
    var texts = RandomTexts(seed: seed)
    let index = KeywordIndex()
    for number in 0..<UInt32(documents) {
      index.apply([.upsert(number, fields: [texts.text(words: 1...15)])], sequence: UInt64(number) + 1)
    }
    while try index.upkeep() {}
    return (index, texts)
  }

  @Test func `an index is found again as it was saved`() throws {
    let folder = Folder()
    var (index, texts) = try filled(9000)
    index.apply([.delete(3), .delete(4095), .delete(8999), .upsert(5, fields: ["kabba"])], sequence: 9004)
    #expect(try index.save(to: folder.path) == 9004)
    let opened = try KeywordIndex(opening: folder.path)
    try opened.verify()
    #expect(opened.snapshot().sequence == 9004)
    #expect(opened.snapshot().documentCount == index.snapshot().documentCount)
    for _ in 0..<50 {
      let query = texts.text(words: 1...6)
      #expect(opened.search(query, limit: 30) == index.search(query, limit: 30))
      #expect(opened.search(query, limit: 30) == Exhaustive.search(query, in: opened.snapshot(), limit: 30))
    }
    #expect(opened.memory.mapped > 0)
    #expect(index.memory.mapped > 0, "what was saved is mapped where it was saved from, too")
  }

  @Test func `saving again writes only what is new and removes what is old`() throws {
    let folder = Folder()
    let (index, _) = try filled(5000)
    try index.save(to: folder.path)
    let first = Set(folder.names)
    index.apply([.upsert(9000, fields: ["novelty"]), .delete(1)], sequence: 6000)
    try index.save(to: folder.path)
    #expect(first.isSubset(of: folder.names))
    #expect(folder.names.count == first.count + 1)
    try index.compact()
    try index.save(to: folder.path)
    #expect(folder.names.count == 2)
    let opened = try KeywordIndex(opening: folder.path)
    #expect(opened.search("novelty", limit: 3).map(\.number) == [9000])
    opened.apply([.upsert(9001, fields: ["novelty too"]), .delete(9000)], sequence: 6001)
    try opened.save(to: folder.path)
    #expect(try KeywordIndex(opening: folder.path).search("novelty", limit: 3).map(\.number) == [9001])
  }

  @Test func `an empty index is saved and opened`() throws {
    let folder = Folder()
    try KeywordIndex().save(to: folder.path)
    let opened = try KeywordIndex(opening: folder.path)
    #expect(opened.snapshot().documentCount == 0)
    opened.apply([.upsert(0, fields: ["word"])], sequence: 1)
    #expect(opened.search("word", limit: 1).count == 1)
  }

  @Test func `what was never saved is absent, and other settings are incompatible`() throws {
    let folder = Folder()
    #expect(throws: KeywordIndexError.absent) { try KeywordIndex(opening: folder.path) }
    #expect(throws: KeywordIndexError.absent) { try KeywordIndex(opening: folder.path + "/nowhere") }
    try filled(10).0.save(to: folder.path)
    var other = KeywordConfiguration()
    other.saturation = 0.9
    #expect(throws: KeywordIndexError.incompatible(file: "manifest.kwm")) {
      try KeywordIndex(opening: folder.path, other)
    }
    var synonyms = KeywordConfiguration()
    synonyms.synonyms = [["a", "b"]]
    _ = try KeywordIndex(opening: folder.path, synonyms)
  }

  /// Whether opening and verifying tell that something is wrong; searching meanwhile does no harm.
  private func isNoticed(_ folder: Folder) -> Bool {
    do {
      let index = try KeywordIndex(opening: folder.path)
      for query in ["kabba kokba", "\"kabba kokba\" kumba", "kabbax"] { _ = index.search(query, limit: 20) }
      index.apply([.delete(3), .upsert(4, fields: ["kabba"])], sequence: 1)
      _ = index.search("kabba", limit: 20)
      try index.verify()
      return false
    } catch {
      if case .damaged = error { return true }
      if case .incompatible = error { return true }
      return false
    }
  }

  @Test func `every changed byte is noticed, and none does harm`() throws {
    let folder = Folder()
    let (index, _) = try filled(600)
    index.apply([.delete(7)], sequence: 601)
    try index.save(to: folder.path)
    index.apply([.delete(9)], sequence: 602)
    try index.save(to: folder.path)
    #expect(!isNoticed(folder))
    var random = SeededRandom(99)
    for name in folder.names {
      let bytes = folder.read(name)
      let header = Array(0..<min(bytes.count, 700))
      let places = header + (0..<700).map { _ in Int.random(in: 0..<bytes.count, using: &random) }
      for place in places {
        var damaged = bytes
        damaged[place] ^= UInt8.random(in: 1...255, using: &random)
        try folder.write(damaged, name)
        #expect(isNoticed(folder), "byte \(place) of \(name)")
      }
      for length in [0, 1, 100, 511, 512, bytes.count / 2, bytes.count - 1] where length < bytes.count {
        try folder.write(Array(bytes[..<length]), name)
        #expect(isNoticed(folder), "\(name) cut to \(length)")
      }
      try folder.write(bytes + [0], name)
      #expect(isNoticed(folder), "\(name) with a byte more")
      try folder.write(bytes, name)
    }
    #expect(!isNoticed(folder))
    for name in folder.names where name.hasSuffix(".kws") {
      unlink("\(folder.path)/\(name)")
      #expect(isNoticed(folder), "\(name) is gone")
    }
  }

  @Test func `what a crash left behind is passed over and removed`() throws {
    let folder = Folder()
    let (index, _) = try filled(100)
    try index.save(to: folder.path)
    let names = folder.names
    try folder.write([1, 2, 3], "00000000deadbeef.kws")
    try folder.write([1, 2, 3], "manifest.kwm.part")
    #expect(!isNoticed(folder))
    try index.save(to: folder.path)
    #expect(folder.names == names)
  }

  @Test func `a save that cannot write leaves the former one`() throws {
    let folder = Folder()
    let (index, _) = try filled(100)
    try index.save(to: folder.path)
    index.apply([.upsert(200, fields: ["novelty"])], sequence: 200)
    #expect(throws: KeywordIndexError.self) { try index.save(to: folder.path + "/manifest.kwm/below") }
    #expect(try KeywordIndex(opening: folder.path).snapshot().sequence == 100)
    #expect(index.search("novelty", limit: 1).count == 1)
    #expect(try index.save(to: folder.path) == 200)
  }
}
