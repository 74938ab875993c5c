internal import Identity
internal import TestSupport
internal import Engine
internal import JSON
internal import Model
internal import Testing

@Suite struct StateTests {
  @Test func `a value is kept until it is replaced`() async throws {
    let workshop = try await Workshop()
    let writing = try await workshop.writing()
    for value: JSONValue in [["page": 3], nil, "text", [1, 2.5, false]] {
      _ = try await workshop.engine.setState("cursor", to: value, for: nil, in: writing)
      #expect(try await workshop.engine.state("cursor", in: writing.reading)?.value == value)
    }
    workshop.clock.advance(by: .days(10_000))
    #expect(try await workshop.engine.state("cursor", in: writing.reading) != nil)
    #expect(try await workshop.engine.state("other", in: writing.reading) == nil)
    #expect(try await workshop.recall("cursor page") == [])
  }

  @Test func `a value with a lifetime is gone when it is over, also from the list`() async throws {
    let workshop = try await Workshop()
    let writing = try await workshop.writing()
    _ = try await workshop.engine.setState("lock", to: 1, for: .seconds(60), in: writing)
    _ = try await workshop.engine.setState("plan", to: 2, for: nil, in: writing)
    workshop.clock.advance(by: .seconds(60) - .microseconds(1))
    #expect(try await workshop.engine.state("lock", in: writing.reading)?.value == 1)
    workshop.clock.advance(by: .microseconds(1))
    #expect(try await workshop.engine.state("lock", in: writing.reading) == nil)
    #expect(try await workshop.engine.states(in: writing.reading).map(\.key) == ["plan"])
  }

  @Test func `a value without a lifetime replaces one that had one`() async throws {
    let workshop = try await Workshop()
    let writing = try await workshop.writing()
    _ = try await workshop.engine.setState("plan", to: 1, for: .seconds(1), in: writing)
    _ = try await workshop.engine.setState("plan", to: 2, for: nil, in: writing)
    workshop.clock.advance(by: .seconds(2))
    #expect(try await workshop.engine.state("plan", in: writing.reading)?.value == 2)
  }

  @Test func `a value takes at most so many bytes of JSON`() async throws {
    let workshop = try await Workshop()
    let writing = try await workshop.writing()
    let full = JSONValue.string(String(repeating: "x", count: Limits.stateValueBytes - 2))
    _ = try await workshop.engine.setState("full", to: full, for: nil, in: writing)
    await expectError("validation_error") {
      _ = try await workshop.engine.setState("more", to: [full], for: nil, in: writing)
    }
  }
}

@Suite struct FeedbackTests {
  @Test func `feedback is about a living memory`() async throws {
    let workshop = try await Workshop()
    let tea = try await workshop.remember("Alice drinks green tea").memory
    let writing = try await workshop.writing()
    for isHelpful in [true, false, true] {
      let said = try await workshop.engine.add(
        feedback: isHelpful, on: tea.id.description, query: "tea", note: nil, in: writing)
      #expect((said.memory, said.author, said.isHelpful) == (tea.id, workshop.owner.user, isHelpful))
    }
    let stored = try await workshop.store.feedback(on: tea.id, in: writing.testScope)
    #expect(stored.map(\.isHelpful) == [true, false, true])
    _ = try await workshop.engine.forget([tea.id.description], in: writing)
    await expectError("memory_not_found") {
      _ = try await workshop.engine.add(
        feedback: true, on: tea.id.description, query: nil, note: nil, in: writing)
    }
  }
}
