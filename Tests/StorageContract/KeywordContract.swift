internal import Model
internal import Storage
internal import Testing

@Suite struct KeywordContract {
  @Test(arguments: StorageBackend.configured)
  func `one word of the query is enough, in any of the three texts`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let a = try await house.remember("green tea")
      let b = try await house.remember("black coffee") { $0.contextSummary = "not tea" }
      let c = try await house.remember("water") { $0.content = "one can make tea of it" }
      _ = try await house.remember("juice")
      let hits = try await house.store.search(KeywordQuery("tea milk"), in: house.scope)
      #expect(Set(hits.map(\.memory)) == [a.id, b.id, c.id])
      #expect(hits.allSatisfy { $0.score > 0 })
      #expect(hits.map(\.score) == hits.map(\.score).sorted(by: >))
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `case and accents do not matter`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let memory = try await house.remember("Un CAFÉ à Zürich, na\u{69}\u{308}ve Ångström")
      for word in ["cafe", "Café", "CAFE\u{301}", "zurich", "ZÜRICH", "naïve", "naive", "angstrom"] {
        let hits = try await house.store.search(KeywordQuery(word), in: house.scope)
        #expect(hits.map(\.memory) == [memory.id], "\(word)")
      }
      #expect(try await house.store.search(KeywordQuery("caf"), in: house.scope).isEmpty)
    }
  }

  @Test(
    arguments: StorageBackend.configured,
    [
      "", " ", "\"", "\"\"", "*", "NEAR(", "a AND", "OR", "-tea", "summary:", "{a b}:c", "^a", "(((",
      "'; DROP TABLE",
      "\u{0}", "tea\u{0}", "c1", "scope", "🫖", "\u{301}", "\u{FFFD}", "。", "²", "\\", "%",
      String(repeating: "(", count: 5_000),
    ])
  func `any text is a legal query`(_ backend: StorageBackend, _ text: String) async throws {
    try await backend.withHouse { house in
      let memory = try await house.remember("a memory of something else entirely, with tea")
      let hits = try await house.store.search(KeywordQuery(text), in: house.scope)
      #expect(
        hits.isEmpty || hits.map(\.memory) == [memory.id] && (text.contains("tea") || text.contains("a")))
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a query of a megabyte is answered`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let memory = try await house.remember("about tea")
      let words = "tea " + (0..<150_000).map { "w\($0)" }.joined(separator: " ")
      #expect(words.utf8.count > 1_000_000)
      #expect(try await house.store.search(KeywordQuery(words), in: house.scope).map(\.memory) == [memory.id])
      let one = String(repeating: "x", count: 1_000_000)
      #expect(try await house.store.search(KeywordQuery(one), in: house.scope).isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `the filter is part of the question, not applied to the best few`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      for number in 0..<30 { _ = try await house.remember("tea tea tea \(number)") }
      let rare = try await house.remember("a long text in which tea is mentioned but once") {
        ($0.type, $0.tags, $0.sourceURI) = ("rare", ["t", "u"], "https://example.org/")
      }
      var query = KeywordQuery("tea")
      query.limit = 1
      query.filter.types = ["rare"]
      query.filter.tags = [["t"], ["u"]]
      query.filter.sourceURIPrefix = "https://"
      #expect(try await house.store.search(query, in: house.scope).map(\.memory) == [rare.id])
      query.filter = MemoryFilter()
      #expect(try await house.store.search(query, in: house.scope).count == 1)
      query.limit = 0
      #expect(try await house.store.search(query, in: house.scope).isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `the same question gets the same answer, and a changed memory is found by its new words`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      for number in 0..<40 { _ = try await house.remember("tea and milk \(number % 3)") }
      let first = try await house.store.search(KeywordQuery("milk 2"), in: house.scope)
      #expect(first.count == 40)
      for _ in 0..<3 {
        #expect(try await house.store.search(KeywordQuery("milk 2"), in: house.scope) == first)
      }
      var memory = try await house.remember("about lemons")
      memory.summary = "about limes"
      memory.content = "green"
      try await house.commit(.update(memory))
      #expect(try await house.store.search(KeywordQuery("lemons"), in: house.scope).isEmpty)
      #expect(
        try await house.store.search(KeywordQuery("green"), in: house.scope).map(\.memory) == [memory.id])
    }
  }
}
