import Model
import StorageContract
import TestSupport
import Testing

@testable import Retrieval

/// Conditions hold for every answer and keep none away, on both sides of a search.
@Suite struct FilterTests {
  @Test(arguments: 0..<6)
  func `a search finds exactly what its filter admits, by words and by meaning`(_ seed: Int) async throws {
    var random = SeededRandom(seed: UInt64(seed))
    let folder = try TemporaryFolder()
    let library = try await Library(folder: folder.path)
    var memories: [Memory] = []
    for number in 0..<60 {
      memories.append(
        try await library.remember("tea number \(number)") { memory in
          memory.type = random.pick(["note", "decision", "code"])
          memory.tags = random.some(of: ["a", "b", "c"], atMost: 3)
          memory.importance = Double(number % 5) / 4
          memory.sourceType = random.oneIn(2) ? nil : random.pick(["web", "file"])
        })
    }
    for _ in 0..<12 {
      let filter = Self.filter(&random, depth: 3)
      let expected = Set(memories.filter { filter.admits($0) }.map(\.id))
      for mode in Search.Mode.allCases {
        let found = try await library.find("tea") {
          $0.filter = filter
          $0.mode = mode
        }
        #expect(Set(found.hits.map(\.memory)) == expected, "\(mode) \(filter)")
      }
    }
  }

  private static func filter(_ random: inout SeededRandom, depth: Int) -> MemoryFilter {
    var filter = MemoryFilter()
    switch Int.random(in: 0..<4, using: &random) {
    case 0: filter.types = random.some(of: ["note", "decision", "code"], atMost: 2)
    case 1: filter.tags = [random.some(of: ["a", "b", "c"], atMost: 2)]
    case 2: filter.importance = 0.25...0.75
    default: filter.sourceType = random.pick(["web", "file"])
    }
    guard depth > 1, random.oneIn(2) else { return filter }
    var outer = MemoryFilter()
    let inner = [filter, Self.filter(&random, depth: depth - 1)]
    switch Int.random(in: 0..<3, using: &random) {
    case 0: outer.all = inner
    case 1: outer.any = inner
    default: outer.none = inner
    }
    return outer
  }

  @Test func `the same question with no write in between has the same answer`() async throws {
    let folder = try TemporaryFolder()
    let library = try await Library(folder: folder.path)
    var random = SeededRandom(seed: 9)
    let words = ["tea", "green", "house", "boat", "Ana", "river", "E4012", "snow"]
    for _ in 0..<80 {
      try await library.remember((0..<5).map { _ in random.pick(words) }.joined(separator: " "))
    }
    for query in ["green tea", "Ana on the river", "E4012", "snow house boat"] {
      let first = try await library.find(query)
      for _ in 0..<3 {
        let again = try await library.find(query)
        #expect(again.hits.map(\.memory) == first.hits.map(\.memory))
        #expect(again.hits.map(\.score) == first.hits.map(\.score))
      }
    }
  }

  @Test func `a search never leaves its context`() async throws {
    let folder = try TemporaryFolder()
    let library = try await Library(folder: folder.path)
    let other = library.house.scope(in: try await library.house.addContext("other"))
    let mine = try await library.remember("the harbour opens at nine")
    let theirs = try await library.remember("the harbour opens at ten", in: other)
    for mode in Search.Mode.allCases {
      #expect(try await library.find("harbour") { $0.mode = mode }.hits.map(\.memory) == [mine.id])
      #expect(
        try await library.find("harbour", in: other) { $0.mode = mode }.hits.map(\.memory) == [theirs.id])
    }
  }
}
