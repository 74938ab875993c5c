internal import Model
internal import Storage
internal import Testing

@Suite struct QueryLogContract {
  private static func query(_ text: String, of house: House, lasting life: Duration = .days(1)) -> LoggedQuery
  {
    let at = house.now
    return LoggedQuery(
      text: text, mode: "hybrid", limit: 5, isFiltered: true,
      results: [.init(memory: house.ids.make(), score: 0.75), .init(memory: house.ids.make(), score: 0.1)],
      confidence: "high", formula: "default/1", microseconds: 1_234, user: house.owner.id, at: at,
      expiresAt: at + life)
  }

  @Test(arguments: StorageBackend.configured)
  func `questions come back as they were asked, the latest first`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let queries = (0..<4).map { Self.query("q\($0)\u{0}é", of: house) }
      for query in queries { try await house.store.log(query, in: house.scope) }
      func found(_ limit: Int, before: Timestamp? = nil) async throws -> [LoggedQuery] {
        try await house.store.loggedQueries(limit: limit, before: before, at: house.now, in: house.scope)
      }
      #expect(try await found(10) == queries.reversed())
      #expect(try await found(2) == [queries[3], queries[2]])
      #expect(try await found(10, before: queries[2].at) == [queries[1], queries[0]])
      #expect(try await found(0).isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a question is seen until it expires, and then removed`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let query = Self.query("for a minute", of: house, lasting: .seconds(60))
      try await house.store.log(query, in: house.scope)
      let before = query.expiresAt - .microseconds(1)
      let store = house.store
      #expect(try await store.loggedQueries(limit: 9, before: nil, at: before, in: house.scope) == [query])
      #expect(
        try await store.loggedQueries(limit: 9, before: nil, at: query.expiresAt, in: house.scope).isEmpty)
      #expect(try await store.purgeQueries(expiredBy: before) == 0)
      #expect(try await store.purgeQueries(expiredBy: query.expiresAt) == 1)
      #expect(try await store.loggedQueries(limit: 9, before: nil, at: before, in: house.scope).isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `the questions of one context are not those of another`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let neighbour = try await house.addNeighbour()
      let other = try await house.addContext("other")
      let store = house.store
      try await store.log(Self.query("mine", of: house), in: house.scope)
      try await store.log(Self.query("theirs", of: house), in: neighbour)
      #expect(try await store.loggedQueries(limit: 9, before: nil, at: house.now, in: house.scope).count == 1)
      #expect(
        try await store.loggedQueries(limit: 9, before: nil, at: house.now, in: house.scope(in: other))
          .isEmpty)
      #expect(try await store.forgetQueries(in: house.scope(in: other)) == 0)
      #expect(try await store.forgetQueries(in: house.scope) == 1)
      #expect(try await store.loggedQueries(limit: 9, before: nil, at: house.now, in: neighbour).count == 1)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a context that is not there takes no question, and a purged one keeps none`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let other = try await house.addContext("other")
      let scope = house.scope(in: other)
      try await house.store.log(Self.query("soon gone", of: house), in: scope)
      try await house.store.delete(other.id, at: house.now, in: house.everywhere)
      await expect(.notFound) { () async throws(StorageError) in
        try await house.store.log(Self.query("too late", of: house), in: scope)
      }
      _ = try await house.store.purge(forgottenBefore: house.now)
      #expect(try await house.store.purgeQueries(expiredBy: house.now + .days(9)) == 0)
    }
  }
}
