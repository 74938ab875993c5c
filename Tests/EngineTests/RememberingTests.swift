internal import Identity
internal import Engine
internal import JSON
internal import Model
internal import Testing

@Suite struct RememberingTests {
  @Test func `what was remembered is found by the next recall`() async throws {
    let workshop = try await Workshop()
    let made = try await workshop.remember("The deploy failed because the JWT had expired")
    #expect(!made.wasKnown)
    #expect(made.memory.provenance.author == workshop.owner.user)
    #expect(made.memory.provenance.door == "cli")
    #expect(try await workshop.recall("why did the deploy fail") == [made.memory.summary])
  }

  @Test func `the same idempotency key makes one memory, whatever the second text is`() async throws {
    let workshop = try await Workshop()
    let first = try await workshop.remember("Alice drinks green tea") { $0.idempotencyKey = "once" }
    let second = try await workshop.remember("Alice drinks coffee") { $0.idempotencyKey = "once" }
    #expect(second.wasKnown)
    #expect(second.memory == first.memory)
    #expect(try await workshop.recall("alice") == ["Alice drinks green tea"])
  }

  @Test func `a late retry returns its memory as it is now`() async throws {
    let workshop = try await Workshop()
    let first = try await workshop.remember("Alice drinks green tea") { $0.idempotencyKey = "once" }
    var revision = MemoryRevision()
    revision.summary = "Alice drinks black tea"
    _ = try await workshop.engine.update(
      first.memory.id.description, with: revision, in: try await workshop.writing())
    let retry = try await workshop.remember("Alice drinks green tea") { $0.idempotencyKey = "once" }
    #expect(retry.wasKnown)
    #expect(retry.memory.summary == "Alice drinks black tea")
  }

  @Test func `a late retry does not bring back what was forgotten meanwhile`() async throws {
    let workshop = try await Workshop()
    let first = try await workshop.remember("Alice drinks green tea") { $0.idempotencyKey = "once" }
    _ = try await workshop.engine.forget([first.memory.id.description], in: try await workshop.writing())
    for _ in 0..<2 {
      let retry = try await workshop.remember("Alice drinks green tea") { $0.idempotencyKey = "once" }
      #expect(retry.wasKnown)
      #expect(retry.memory.id == first.memory.id)
      #expect(try await workshop.recall("alice") == [])
    }
  }

  @Test func `an idempotency key is its context's own`() async throws {
    let workshop = try await Workshop()
    _ = try await workshop.engine.createContext(ContextDraft(name: "other"), as: workshop.owner)
    let here = try await workshop.remember("Alice drinks green tea") { $0.idempotencyKey = "once" }
    let there = try await workshop.remember("Alice drinks green tea", in: "other") {
      $0.idempotencyKey = "once"
    }
    #expect(!there.wasKnown)
    #expect(there.memory.id != here.memory.id)
  }

  @Test func `an external id is the details' resource_id and belongs to one memory`() async throws {
    let workshop = try await Workshop()
    let made = try await workshop.remember("Alice drinks green tea") { $0.details = ["resource_id": "tea-1"] }
    #expect(made.memory.externalID == "tea-1")
    let error = await expectError("conflict") {
      try await workshop.remember("Alice drinks coffee") { $0.details = ["resource_id": "tea-1"] }
    }
    #expect(error?.message.contains("update_memory") == true)
    for unusable: JSONValue in ["", 7, ["tea"], .string(String(repeating: "x", count: 513))] {
      await expectError("validation_error") {
        try await workshop.remember("Alice drinks coffee") { $0.details = ["resource_id": unusable] }
      }
    }
    let none = try await workshop.remember("Alice drinks coffee") { $0.details = ["resource_id": .null] }
    #expect(none.memory.externalID == nil)
  }

  @Test func `tags are kept once each, in their order`() async throws {
    let workshop = try await Workshop()
    let made = try await workshop.remember("Alice drinks green tea") { $0.tags = ["tea", "alice", "tea"] }
    #expect(made.memory.tags == ["tea", "alice"])
  }

  @Test func `links lead to memories by id and by where they are from, and each target is linked once`()
    async throws
  {
    let workshop = try await Workshop()
    let first = try await workshop.remember("Page one of the manual") {
      $0.sourceURI = "https://manual.example/1"
    }
    try await workshop.remember("Page eleven of the manual") { $0.sourceURI = "https://manual.example/11" }
    let made = try await workshop.remember("What the manual says about pages") {
      $0.linked = [first.memory.id.description]
      $0.linkedSourceURIs = ["https://manual.example/1", "https://manual.example/missing"]
    }
    let opened = try await workshop.engine.reference(
      made.memory.id.description, in: try await workshop.reading())
    #expect(opened.edges.map(\.target) == [first.memory.id])
    #expect(opened.edges.map(\.type) == [Edge.KnownType.relatedTo])
  }

  @Test(arguments: ["01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f", "no id at all"])
  func `a link to nothing is refused and nothing is stored`(name: String) async throws {
    let workshop = try await Workshop()
    await expectError("memory_not_found") {
      try await workshop.remember("Alice drinks green tea") { $0.linked = [name] }
    }
    await expectError("memory_not_found") {
      try await workshop.remember("Alice drinks green tea") { $0.supersedes = [name] }
    }
    #expect(try await workshop.recall("alice") == [])
  }

  @Test func `a retry is answered by a workspace that has become full`() async throws {
    var quotas = Quotas()
    quotas.memories = 1
    let workshop = try await Workshop(quotas: quotas)
    let first = try await workshop.remember("Alice drinks green tea") { $0.idempotencyKey = "tea" }
    let again = try await workshop.remember("Alice drinks green tea") { $0.idempotencyKey = "tea" }
    #expect((again.memory.id, again.wasKnown) == (first.memory.id, true))
    // What the same text was is forgotten: the next one is new, and there is room for it.
    _ = try await workshop.engine.forget([first.memory.id.description], in: try await workshop.writing())
    let second = try await workshop.remember("Bob drinks coffee") { $0.skipsDuplicate = true }
    await expectError("quota_exceeded") { try await workshop.remember("Alice drinks green tea") }
    #expect(
      try await workshop.remember("Bob drinks coffee") { $0.skipsDuplicate = true }.memory.id
        == second.memory.id)
  }

  @Test func `a workspace that is full takes no more until something is forgotten`() async throws {
    var quotas = Quotas()
    quotas.memories = 2
    quotas.contexts = 2
    let workshop = try await Workshop(quotas: quotas)
    try await workshop.remember("Alice drinks green tea")
    let second = try await workshop.remember("Bob drinks coffee")
    let error = await expectError("quota_exceeded") { try await workshop.remember("Carol drinks water") }
    #expect(
      error?.details == ["gate": "quota", "quota_type": "memories", "current": 2, "limit": 2])
    _ = try await workshop.engine.forget([second.memory.id.description], in: try await workshop.writing())
    try await workshop.remember("Carol drinks water")

    _ = try await workshop.engine.createContext(ContextDraft(name: "second"), as: workshop.owner)
    await expectError("quota_exceeded") {
      _ = try await workshop.engine.createContext(ContextDraft(name: "third"), as: workshop.owner)
    }
  }
}

@Suite struct DuplicateTests {
  static func same(_ draft: inout MemoryDraft) { draft.skipsDuplicate = true }

  @Test func `a living memory of the same text is returned, however it was written`() async throws {
    let workshop = try await Workshop()
    for first in [true, false] {
      let text = "Alice drinks tea, and that is \(first)"
      let made = try await workshop.remember(text) { $0.skipsDuplicate = first }
      #expect(!made.wasKnown)
      let again = try await workshop.remember(text, Self.same)
      #expect(again.wasKnown)
      #expect(again.memory.id == made.memory.id)
    }
  }

  @Test func `another type or content is another text`() async throws {
    let workshop = try await Workshop()
    try await workshop.remember("Alice drinks green tea", Self.same)
    for change: @Sendable (inout MemoryDraft) -> Void in [
      { $0.type = "decision" }, { $0.content = "In the morning" }, { $0.summary = "Alice drinks green TEA" },
    ] {
      let other = try await workshop.remember("Alice drinks green tea") {
        $0.skipsDuplicate = true
        change(&$0)
      }
      #expect(!other.wasKnown)
    }
  }

  @Test func `a text whose memory was forgotten or changed is new, once`() async throws {
    let workshop = try await Workshop()
    let text = "Alice drinks green tea"
    var last = try await workshop.remember(text, Self.same).memory
    for round in 0..<4 {
      let writing = try await workshop.writing()
      if round.isMultiple(of: 2) {
        _ = try await workshop.engine.forget([last.id.description], in: writing)
      } else {
        var revision = MemoryRevision()
        revision.summary = "Alice drank tea in round \(round)"
        _ = try await workshop.engine.update(last.id.description, with: revision, in: writing)
      }
      let anew = try await workshop.remember(text, Self.same)
      #expect(!anew.wasKnown)
      let again = try await workshop.remember(text, Self.same)
      #expect(again.wasKnown)
      #expect(again.memory.id == anew.memory.id)
      last = anew.memory
    }
  }

  @Test func `a text without a word for the search is still written once`() async throws {
    let workshop = try await Workshop()
    for expected in [false, true] {
      #expect(try await workshop.remember("!?!?!?!?!?", Self.same).wasKnown == expected)
    }
  }
}
