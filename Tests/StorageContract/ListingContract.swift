internal import Model
internal import Storage
internal import TestSupport
internal import Testing

@Suite struct ListingContract {
  @Test(arguments: StorageBackend.configured)
  func `a listing comes in its order, ties by id`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let at = house.now
      let a = try await house.remember("memory a") { ($0.importance, $0.createdAt) = (0.2, at) }
      let b = try await house.remember("memory b") { ($0.importance, $0.createdAt) = (0.9, at) }
      let c = try await house.remember("memory c") { ($0.importance, $0.createdAt) = (0.9, at - .seconds(9)) }
      try await house.commit(.update(b))
      for (order, expected) in [
        (.newest, [b, a, c]), (.oldest, [c, a, b]), (.recentlyUpdated, [b, c, a]), (.important, [c, b, a]),
      ] as [(MemoryListing.Order, [Memory])] {
        var listing = MemoryListing()
        listing.order = order
        let page = try await house.store.list(listing, in: house.scope)
        #expect(page.memories.map(\.summary) == expected.map(\.summary), "\(order)")
        #expect(page.total == 3)
      }
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `pages follow each other, and each knows the total`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      for number in 0..<7 { _ = try await house.remember("memory \(number)") }
      var listing = MemoryListing()
      listing.order = .oldest
      var all: [String] = []
      for offset in stride(from: 0, to: 9, by: 3) {
        (listing.limit, listing.offset) = (3, offset)
        let page = try await house.store.list(listing, in: house.scope)
        #expect(page.total == 7)
        all += page.memories.map(\.summary)
      }
      #expect(all == (0..<7).map { "memory \($0)" })
      (listing.limit, listing.offset) = (0, 0)
      #expect(try await house.store.list(listing, in: house.scope).memories.isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a filter admits what it says, whatever is in its text`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      var random = SeededRandom(seed: 11)
      var memories: [Memory] = []
      for number in 0..<60 {
        memories.append(
          try await house.remember("memory \(number)") { MemoryMaker.decorate(&$0, number, &random) })
      }
      for _ in 0..<200 {
        let filter = MemoryMaker.filter(&random, around: house.clock.now())
        var listing = MemoryListing()
        (listing.filter, listing.limit, listing.order) = (filter, 100, .oldest)
        let page = try await house.store.list(listing, in: house.scope)
        #expect(page.memories.map(\.summary) == memories.filter(filter.admits).map(\.summary), "\(filter)")
      }
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `prefixes and names are text, not patterns`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let uris = [
        "a%b/1", "axb/2", "a_b/3", "A%b/4", "a%b", "a%", "a\u{10FFFF}/5", "a'b;--", "é", "e\u{301}",
      ]
      for (number, uri) in uris.enumerated() {
        _ = try await house.remember("memory \(number)") { ($0.sourceURI, $0.tags) = (uri, [uri]) }
      }
      for prefix in uris + ["", "a", "a\u{10FFFF}", "\u{C3}", "%", "_", "'"] {
        var listing = MemoryListing()
        listing.filter.sourceURIPrefix = prefix
        listing.order = .oldest
        let found = try await house.store.list(listing, in: house.scope).memories.compactMap(\.sourceURI)
        #expect(found == uris.filter { $0.utf8.starts(with: prefix.utf8) }, "\(prefix)")
        var tags = TagListing()
        tags.prefix = prefix
        let names = try await house.store.tags(tags, in: house.scope).tags.map(\.name)
        #expect(Set(names) == Set(found))
      }
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `tags come in their order with counts and last use`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let a = try await house.remember("memory a") { $0.tags = ["x", "y"] }
      let b = try await house.remember("memory b") { $0.tags = ["y", "z", "É"] }
      _ = try await house.remember("memory c") { $0.tags = ["z", "w"] }
      let used = house.now
      try await house.store.noteUse(of: [a.id], at: used, in: house.scope)
      var listing = TagListing()
      for (order, expected) in [
        (.count, ["y", "z", "w", "x", "É"]), (.recent, ["x", "y", "w", "z", "É"]),
        (.alpha, ["w", "x", "y", "z", "É"]),
      ] as [(TagListing.Order, [String])] {
        listing.order = order
        let page = try await house.store.tags(listing, in: house.scope)
        #expect(page.tags.map(\.name) == expected, "\(order)")
        #expect(page.total == 5)
        let y = try #require(page.tags.first { $0.name == "y" })
        #expect(y == TagPage.Tag(name: "y", count: 2, lastUsedAt: used))
        let cut = page.tags.first { $0.name == "É" }
        #expect(cut?.lastUsedAt == b.updatedAt)
      }
      (listing.order, listing.limit) = (.alpha, 2)
      #expect(try await house.store.tags(listing, in: house.scope).tags.map(\.name) == ["w", "x"])
      #expect(try await house.store.tags(listing, in: house.scope).total == 5)
      listing.minimumCount = 2
      #expect(try await house.store.tags(listing, in: house.scope).tags.map(\.name) == ["y", "z"])
      #expect(try await house.store.tags(listing, in: house.scope).total == 2)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `tags can be asked for beside others`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let a = try await house.remember("memory a") { $0.tags = ["x", "y", "v"] }
      _ = try await house.remember("memory b") { $0.tags = ["x", "y", "z"] }
      _ = try await house.remember("memory c") { $0.tags = ["z"] }
      var listing = TagListing()
      (listing.order, listing.with) = (.alpha, ["x", "y"])
      let page = try await house.store.tags(listing, in: house.scope)
      #expect(page.tags.map(\.name) == ["v", "z"])
      #expect(page.tags.map(\.count) == [1, 1])
      try await house.store.noteUse(of: [a.id], at: house.now, in: house.scope)
      listing.with = ["z", "nobody"]
      #expect(try await house.store.tags(listing, in: house.scope).tags.isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `statistics count the living by kind, and the forgotten`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      #expect(
        try await house.store.statistics(in: house.scope)
          == MemoryStatistics(total: 0, working: 0, persistent: 0, forgotten: 0, byType: [:]))
      _ = try await house.remember("a note")
      _ = try await house.remember("a decision") { ($0.type, $0.persistence) = ("decision", .working) }
      _ = try await house.remember("one more") { $0.type = "decision" }
      let gone = try await house.remember("gone") { $0.type = "gone" }
      try await house.commit(.forget(gone.id))
      #expect(
        try await house.store.statistics(in: house.scope)
          == MemoryStatistics(
            total: 3, working: 1, persistent: 2, forgotten: 1, byType: ["note": 1, "decision": 2]))
    }
  }
}
