internal import Identity
internal import TestSupport
internal import Engine
internal import JSON
internal import Model
internal import Storage
internal import Testing

@Suite struct ChangingTests {
  @Test func `what is left out stays`() async throws {
    let workshop = try await Workshop()
    let made = try await workshop.remember("Alice drinks green tea") { $0.tags = ["tea"] }
    workshop.clock.advance()
    var revision = MemoryRevision()
    revision.importance = 0.9
    let updated = try await workshop.engine.update(
      made.memory.id.description, with: revision, in: try await workshop.writing())
    #expect(updated.operation == .updated)
    #expect(!updated.changedText)
    var expected = made.memory
    expected.importance = 0.9
    expected.updatedAt = workshop.clock.now()
    expected.revision = 2
    #expect(updated.memory == expected)
    let stored = try await workshop.engine.memory(
      made.memory.id.description, in: try await workshop.reading())
    #expect(stored == expected)
  }

  @Test func `a change that meets another one is made on top of it`() async throws {
    let workshop = try await Workshop()
    let made = try await workshop.remember("Alice drinks green tea")
    let writing = try await workshop.writing()
    workshop.store.meddle { store in
      var theirs = made.memory
      theirs.importance = 1
      _ = try await store.commit(
        MemoryWrite([.update(theirs)], at: workshop.clock.now()), in: writing.testScope)
    }
    var revision = MemoryRevision()
    revision.tags = ["tea"]
    let updated = try await workshop.engine.update(made.memory.id.description, with: revision, in: writing)
    #expect((updated.memory.importance, updated.memory.tags, updated.memory.revision) == (1, ["tea"], 3))
  }

  @Test func `a change gives up when others are always faster`() async throws {
    let workshop = try await Workshop()
    let made = try await workshop.remember("Alice drinks green tea")
    let writing = try await workshop.writing()
    let scope = writing.testScope
    workshop.store.meddle(100) { store in
      guard let theirs = try await store.memories([made.memory.id], in: scope).first else { return }
      _ = try await store.commit(MemoryWrite([.update(theirs)], at: workshop.clock.now()), in: scope)
    }
    var revision = MemoryRevision()
    revision.tags = ["tea"]
    await expectError("conflict") {
      _ = try await workshop.engine.update(made.memory.id.description, with: revision, in: writing)
    }
  }

  @Test func `a memory that is forgotten during its change is not there`() async throws {
    let workshop = try await Workshop()
    let made = try await workshop.remember("Alice drinks green tea")
    let writing = try await workshop.writing()
    let scope = writing.testScope
    workshop.store.meddle { store in
      _ = try await store.commit(MemoryWrite([.forget(made.memory.id)], at: workshop.clock.now()), in: scope)
    }
    await expectError("memory_not_found") {
      _ = try await workshop.engine.update(
        made.memory.id.description, with: MemoryRevision(), in: writing)
    }
  }

  @Test func `an external id that another memory has is refused`() async throws {
    let workshop = try await Workshop()
    try await workshop.remember("Alice drinks green tea") { $0.details = ["resource_id": "tea-1"] }
    let other = try await workshop.remember("Bob drinks coffee")
    var revision = MemoryRevision()
    revision.details = ["resource_id": "tea-1"]
    let writing = try await workshop.writing()
    let error = await expectError("conflict") {
      _ = try await workshop.engine.update(other.memory.id.description, with: revision, in: writing)
    }
    #expect(error?.message.contains("tea-1") == true)
  }

}

@Suite struct ExternalIDTests {
  static func whole(_ summary: String) -> MemoryRevision {
    var revision = MemoryRevision()
    revision.summary = summary
    revision.content = summary
    revision.type = "note"
    return revision
  }

  @Test func `it creates what is new and replaces what is known`() async throws {
    let workshop = try await Workshop()
    let writing = try await workshop.writing()
    let created = try await workshop.engine.upsert(
      externalID: "tea-1", with: Self.whole("Alice drinks green tea"), in: writing)
    #expect(created.operation == .created)
    let replaced = try await workshop.engine.upsert(
      externalID: "tea-1", with: Self.whole("Alice drinks black tea"), in: writing)
    #expect(replaced.operation == .replaced)
    #expect(replaced.memory.id == created.memory.id)
    #expect(replaced.memory.details["resource_id"] == "tea-1")
    #expect(try await workshop.recall("alice") == ["Alice drinks black tea"])
  }

  @Test func `it needs the whole memory, and says all that is missing`() async throws {
    let workshop = try await Workshop()
    let writing = try await workshop.writing()
    var revision = MemoryRevision()
    revision.content = "Green tea"
    let error = await expectError("validation_error") { [revision] in
      _ = try await workshop.engine.upsert(externalID: "tea-1", with: revision, in: writing)
    }
    guard case .invalid(let faults) = error else { return }
    #expect(faults.map(\.path) == ["summary", "type"])
  }

  @Test func `when somebody else creates it first, theirs is replaced`() async throws {
    let workshop = try await Workshop()
    let writing = try await workshop.writing()
    var theirs = Memory(
      id: workshop.engine.newIdentifier(), context: writing.context.id, summary: "Theirs came first",
      content: "", type: "note", provenance: Provenance(author: workshop.owner.user, door: "rest"),
      createdAt: workshop.clock.now())
    theirs.externalID = "tea-1"
    workshop.store.meddle { [theirs] store in
      _ = try await store.commit(
        MemoryWrite([.insert(theirs)], at: workshop.clock.now()), in: writing.testScope)
    }
    let written = try await workshop.engine.upsert(
      externalID: "tea-1", with: Self.whole("Alice drinks green tea"), in: writing)
    #expect(written.operation == .replaced)
    #expect(written.memory.id == theirs.id)
  }
}

@Suite struct ForgettingTests {
  @Test func `what was forgotten is not found until it is restored, with its links and history`()
    async throws
  {
    let workshop = try await Workshop()
    let tea = try await workshop.remember("Alice drinks green tea").memory
    let pot = try await workshop.remember("The pot is on the shelf") { $0.linked = [tea.id.description] }
      .memory
    let writing = try await workshop.writing()
    #expect(try await workshop.engine.forget([tea.id.description], in: writing) == [tea.id])
    #expect(try await workshop.engine.forget([tea.id.description], in: writing) == [])
    #expect(try await workshop.recall("alice") == [])
    await expectError("memory_not_found") {
      _ = try await workshop.engine.reference(tea.id.description, in: writing.reading)
    }

    let restored = try await workshop.engine.restore(tea.id.description, in: writing)
    #expect(restored.summary == tea.summary)
    #expect(try await workshop.recall("alice") == [tea.summary])
    let opened = try await workshop.engine.reference(tea.id.description, in: writing.reading)
    #expect(opened.edges.map(\.source) == [pot.id])
    let history = try await workshop.engine.history(of: tea.id.description, in: writing.reading)
    #expect(history.map(\.kind) == [.created, .forgotten, .restored])
  }

  @Test func `unknown names are passed over, and restoring one says that it is not there`() async throws {
    let workshop = try await Workshop()
    let writing = try await workshop.writing()
    #expect(try await workshop.engine.forget(["no id", Self.unknown], in: writing) == [])
    for name in ["no id", Self.unknown] {
      await expectError("memory_not_found") { _ = try await workshop.engine.restore(name, in: writing) }
    }
  }

  @Test func `restoring what lives changes nothing`() async throws {
    let workshop = try await Workshop()
    let tea = try await workshop.remember("Alice drinks green tea").memory
    let restored = try await workshop.engine.restore(tea.id.description, in: try await workshop.writing())
    #expect(restored == tea)
  }

  static let unknown = "01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f"
}
