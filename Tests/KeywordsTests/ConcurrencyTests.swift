import Testing
import Threads

@testable import Keywords

@Suite struct ConcurrencyTests {
  /// Each write moves a document from one text to another, so that at any moment exactly one of two words finds it.
  @Test func `readers see each write wholly or not at all, during writes and upkeep`() async throws {
    let index = KeywordIndex()
    let documents: UInt32 = 300
    index.apply((0..<documents).map { .upsert($0, fields: ["before \($0) filler"]) }, sequence: 1)
    let done = Lock(false)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { done.withLock { $0 = true } }
        var texts = RandomTexts(seed: 5)
        for round in 0..<40 {
          let word = round % 2 == 0 ? "after" : "before"
          let moved = (0..<documents).map {
            KeywordChange.upsert($0, fields: ["\(word) \($0) \(texts.word())"])
          }
          index.apply(moved, sequence: UInt64(round) + 2)
        }
      }
      group.addTask {
        while !done.withLock({ $0 }) {
          _ = try index.upkeep()
          await Task.yield()
        }
        while try index.upkeep() {}
      }
      for reader in 0..<2 {
        group.addTask {
          var texts = RandomTexts(seed: UInt64(reader))
          while !done.withLock({ $0 }) {
            let snapshot = index.snapshot()
            let counts = ["before", "after"].map { snapshot.search($0, limit: 1000).count }
            #expect(counts.sorted() == [0, Int(documents)])
            let query = texts.text(words: 1...4) + " before after"
            #expect(snapshot.search(query, limit: 20) == Exhaustive.search(query, in: snapshot, limit: 20))
            await Task.yield()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(index.snapshot().documentCount == Int(documents))
    #expect(index.search("before", limit: 1000).count == Int(documents))
  }

  @Test func `deletes during upkeep are not forgotten`() async throws {
    for round in 0..<6 {
      let index = KeywordIndex()
      let all: UInt32 = 13_000
      var texts = RandomTexts(seed: UInt64(round))
      index.apply((0..<all).map { .upsert($0, fields: ["word \(texts.word())"]) }, sequence: 1)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try index.compact() }
        group.addTask {
          for number in stride(from: 0, to: all, by: 3) { index.apply([.delete(number)], sequence: 2) }
        }
        try await group.waitForAll()
      }
      let left = Int(all) - Int((all + 2) / 3)
      #expect(index.snapshot().documentCount == left)
      #expect(index.search("word", limit: 1000, filter: .where { $0 % 3 == 0 }).isEmpty)
      try index.compact()
      #expect(index.snapshot().documentCount == left)
      #expect(index.snapshot().parts.allSatisfy { $0.deleted.count == 0 })
    }
  }
}
