internal import Identity
internal import TestSupport
internal import Engine
internal import Model
internal import Testing

@Suite struct UseTests {
  @Test func `what recall and reference return counts as used, and nothing else does`() async throws {
    let workshop = try await Workshop()
    let tea = try await workshop.remember("Alice drinks green tea").memory
    let coffee = try await workshop.remember("Bob drinks coffee").memory
    let used = workshop.clock.advance()
    _ = try await workshop.recall("alice")
    _ = try await workshop.engine.reference(tea.id.description, in: try await workshop.reading())
    await workshop.engine.settle()
    workshop.clock.advance()
    let reading = try await workshop.reading()
    let teaNow = try await workshop.engine.memory(tea.id.description, in: reading)
    #expect((teaNow.accessCount, teaNow.lastUsedAt) == (2, used))
    let coffeeNow = try await workshop.engine.memory(coffee.id.description, in: reading)
    #expect((coffeeNow.accessCount, coffeeNow.lastUsedAt) == (0, nil))
    #expect(reading.context.lastUsedAt == used)
    // A use is no change.
    #expect(teaNow.revision == 1)
    #expect(teaNow.updatedAt == tea.updatedAt)
  }

  @Test func `after settling no use is missing, however many there were at once`() async throws {
    let workshop = try await Workshop()
    let tea = try await workshop.remember("Alice drinks green tea").memory
    let reading = try await workshop.reading()
    for round in 1...50 {
      try await withThrowingTaskGroup { group in
        for _ in 0..<10 {
          group.addTask { _ = try await workshop.engine.reference(tea.id.description, in: reading) }
        }
        try await group.waitForAll()
      }
      await workshop.engine.settle()
      let now = try await workshop.engine.memory(tea.id.description, in: reading)
      #expect(now.accessCount == Int64(round * 10))
    }
  }

  @Test func `a key knows when it was used, to the minute`() async throws {
    let workshop = try await Workshop()
    let made = try await workshop.engine.createKey(KeyDraft(name: "laptop"), as: workshop.owner)
    func use() async throws -> Timestamp? {
      _ = try await workshop.engine.authenticate(bearer: made.secret.text, door: .rest)
      await workshop.engine.settle()
      return try await workshop.engine.keys(as: workshop.owner).first { $0.id == made.key.id }?.lastUsedAt
    }
    let first = workshop.clock.now()
    #expect(try await use() == first)
    workshop.clock.advance(by: .seconds(60))
    #expect(try await use() == first)
    let later = workshop.clock.advance()
    #expect(try await use() == later)
  }
}
