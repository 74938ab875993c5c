internal import Engine
internal import Model
internal import Storage
internal import TestSupport
internal import Testing

/// Questions are kept where a context says so, for as long as it says, and nowhere else.
@Suite struct QueryLogTests {
  private func set(_ workshop: Workshop, _ adjust: (inout SearchRevision) -> Void) async throws {
    var (revision, search) = (ContextRevision(), SearchRevision())
    adjust(&search)
    revision.search = search
    _ = try await workshop.engine.updateContext("default", with: revision, as: workshop.owner)
  }

  @Test func `a context keeps no question unless it was asked to`() async throws {
    let workshop = try await Workshop()
    _ = try await workshop.remember("The harbour opens at nine")
    _ = try await workshop.recall("harbour")
    await workshop.engine.settle()
    #expect(try await workshop.engine.loggedQueries(limit: 9, before: nil, in: workshop.reading()).isEmpty)
  }

  @Test func `a question is kept with what it found, until its days are over`() async throws {
    let workshop = try await Workshop()
    let memory = try await workshop.remember("The harbour opens at nine").memory
    try await set(workshop) {
      $0.logsQueries = true
      $0.queryRetentionDays = 2
    }
    _ = try await workshop.recall("when does the harbour open") { $0.limit = 7 }
    await workshop.engine.settle()
    let kept = try await workshop.engine.loggedQueries(limit: 9, before: nil, in: workshop.reading())
    #expect(kept.map(\.text) == ["when does the harbour open"])
    #expect(kept.first?.results.map(\.memory) == [memory.id])
    #expect(kept.first?.limit == 7)
    #expect(kept.first?.formula == "default/1")
    workshop.clock.advance(by: .days(2))
    #expect(try await workshop.engine.loggedQueries(limit: 9, before: nil, in: workshop.reading()).isEmpty)
  }

  @Test func `one weight is completed by the other, and two must add up`() async throws {
    let workshop = try await Workshop()
    try await set(workshop) { $0.semanticWeight = 0.75 }
    #expect(try await workshop.reading().context.search.keywordWeight == 0.25)
    try await set(workshop) { $0.keywordWeight = 1 }
    #expect(try await workshop.reading().context.search.semanticWeight == 0)
    await expectError("validation_error") {
      try await set(workshop) { ($0.semanticWeight, $0.keywordWeight) = (0.5, 0.6) }
    }
    try await set(workshop) { ($0.semanticWeight, $0.keywordWeight) = (0.5, 0.5) }
    #expect(try await workshop.reading().context.search.keywordWeight == 0.5)
  }
}
