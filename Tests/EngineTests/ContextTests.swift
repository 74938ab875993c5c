internal import JSON
internal import TestSupport
internal import Engine
internal import Identity
internal import Model
internal import Storage
internal import Testing

@Suite struct ContextTests {
  static func draft(_ name: String, isPrivate: Bool = true) -> ContextDraft {
    var draft = ContextDraft(name: name)
    draft.isPrivate = isPrivate
    return draft
  }

  static func rename(_ name: String) -> ContextRevision {
    var revision = ContextRevision()
    revision.name = name
    return revision
  }

  @Test func `a private context exists for its creator only`() async throws {
    let workshop = try await Workshop()
    let ada = try await workshop.addMember("Ada", as: .admin)
    let hidden = try await workshop.engine.createContext(Self.draft("diary"), as: ada)
    _ = try await workshop.engine.createContext(Self.draft("wiki", isPrivate: false), as: ada)
    #expect(try await workshop.engine.contexts(as: workshop.owner).map(\.name) == ["default", "wiki"])
    for name in ["diary", hidden.id.description] {
      await expectError("context_not_found") { _ = try await workshop.reading(name) }
      await expectError("context_not_found") {
        _ = try await workshop.engine.deleteContext(name, as: workshop.owner)
      }
      _ = try await workshop.reading(name, as: ada)
    }
  }

  @Test func `a viewer reads what is shared and writes nothing`() async throws {
    let workshop = try await Workshop()
    let viewer = try await workshop.addMember("Vera", as: .viewer)
    _ = try await workshop.engine.createContext(Self.draft("wiki", isPrivate: false), as: workshop.owner)
    _ = try await workshop.reading("wiki", as: viewer)
    await expectError("permission_denied") { _ = try await workshop.writing("wiki", as: viewer) }
  }

  @Test func `settings of a shared context are an admin's business, of a private one its creator's`()
    async throws
  {
    let workshop = try await Workshop()
    let admin = try await workshop.addMember("Ada", as: .admin)
    let mine = try await workshop.engine.createContext(Self.draft("mine"), as: admin)
    _ = try await workshop.engine.createContext(Self.draft("wiki", isPrivate: false), as: admin)
    let asMember = try await workshop.restricted(admin, to: .member)
    await expectError("permission_denied") {
      _ = try await workshop.engine.updateContext("wiki", with: Self.rename("wiki2"), as: asMember)
    }
    await expectError("permission_denied") {
      _ = try await workshop.engine.deleteContext("wiki", as: asMember)
    }
    let renamed = try await workshop.engine.updateContext(
      mine.id.description, with: Self.rename("still-mine"), as: asMember)
    #expect(renamed.name == "still-mine")
    let asViewer = try await workshop.restricted(admin, to: .viewer)
    await expectError("permission_denied") {
      _ = try await workshop.engine.deleteContext("still-mine", as: asViewer)
    }
  }

  @Test func `what is left out stays, and an empty text clears`() async throws {
    let workshop = try await Workshop()
    var revision = ContextRevision()
    revision.summary = ""
    revision.description = "All and sundry"
    workshop.clock.advance()
    let changed = try await workshop.engine.updateContext("default", with: revision, as: workshop.owner)
    #expect(changed.summary == nil)
    #expect(changed.description == "All and sundry")
    #expect(changed.name == "default")
    #expect(changed.updatedAt == workshop.clock.now())
  }

  @Test func `a name that is taken is refused, however it would come to be taken`() async throws {
    let workshop = try await Workshop()
    _ = try await workshop.engine.createContext(Self.draft("wiki", isPrivate: false), as: workshop.owner)
    await expectError("context_exists") {
      _ = try await workshop.engine.createContext(Self.draft("default"), as: workshop.owner)
    }
    await expectError("context_exists") {
      let revision = Self.rename("wiki")
      _ = try await workshop.engine.createContext(Self.draft("notes", isPrivate: false), as: workshop.owner)
      _ = try await workshop.engine.updateContext("notes", with: revision, as: workshop.owner)
    }
    // A private context may be called like a shared one, until it would be shared too.
    let mine = try await workshop.engine.createContext(Self.draft("wiki"), as: workshop.owner)
    var share = ContextRevision()
    share.isPrivate = false
    await expectError("context_exists") { [share] in
      _ = try await workshop.engine.updateContext(mine.id.description, with: share, as: workshop.owner)
    }
  }

  @Test func `a change that meets another one is made on top of it`() async throws {
    let workshop = try await Workshop()
    let context = try await workshop.reading().context
    let scope = try await workshop.reading().testWorkspaceScope
    workshop.store.meddle { store in
      var theirs = context
      theirs.summary = "Theirs"
      _ = try await store.update(theirs, in: scope)
    }
    let changed = try await workshop.engine.updateContext(
      "default", with: Self.rename("mine"), as: workshop.owner)
    #expect((changed.name, changed.summary) == ("mine", "Theirs"))
  }

  @Test func `only its creator makes a shared context private`() async throws {
    let workshop = try await Workshop()
    let ada = try await workshop.addMember("Ada", as: .admin)
    _ = try await workshop.engine.createContext(Self.draft("wiki", isPrivate: false), as: ada)
    var hide = ContextRevision()
    hide.isPrivate = true
    await expectError("validation_error") { [hide] in
      _ = try await workshop.engine.updateContext("wiki", with: hide, as: workshop.owner)
    }
    #expect(try await workshop.engine.updateContext("wiki", with: hide, as: ada).isPrivate)
  }

  @Test func `a locked context is read, not written and not deleted, until it is unlocked`() async throws {
    let workshop = try await Workshop()
    try await workshop.remember("Alice drinks green tea")
    var lock = ContextRevision()
    lock.isLocked = true
    _ = try await workshop.engine.updateContext("default", with: lock, as: workshop.owner)
    #expect(try await workshop.recall("alice") == ["Alice drinks green tea"])
    await expectError("context_locked") { try await workshop.remember("Bob drinks coffee") }
    await expectError("context_locked") {
      _ = try await workshop.engine.deleteContext("default", as: workshop.owner)
    }
    lock.isLocked = false
    _ = try await workshop.engine.updateContext("default", with: lock, as: workshop.owner)
    _ = try await workshop.engine.deleteContext("default", as: workshop.owner)
    await expectError("context_not_found") { _ = try await workshop.reading() }
  }
}

@Suite struct MergingTests {
  /// A workshop with a second context that holds two linked memories.
  static func prepared() async throws -> (Workshop, first: Memory, second: Memory) {
    let workshop = try await Workshop()
    _ = try await workshop.engine.createContext(ContextDraft(name: "draft"), as: workshop.owner)
    let first = try await workshop.remember("Alice drinks green tea", in: "draft") {
      $0.tags = ["tea"]
      $0.details = ["resource_id": "tea-1"]
    }.memory
    let second = try await workshop.remember("Alice drinks black tea", in: "draft") {
      $0.supersedes = [first.id.description]
    }.memory
    return (workshop, first, second)
  }

  @Test func `moved memories keep ids, history and links, and the source is gone`() async throws {
    let (workshop, first, second) = try await Self.prepared()
    let merge = try await workshop.engine.merge(
      try await workshop.writing("draft"), into: try await workshop.writing(), deletingSource: true)
    #expect((merge.count, merge.deletedSource) == (2, true))
    await expectError("context_not_found") { _ = try await workshop.reading("draft") }
    let opened = try await workshop.engine.reference(
      first.id.description, in: try await workshop.reading())
    #expect(opened.supersededBy == second.id)
    #expect(opened.memory.externalID == "tea-1")
    let history = try await workshop.engine.history(
      of: first.id.description, in: try await workshop.reading())
    #expect(history.map(\.kind) == [.created, .moved])
    #expect(try await workshop.recall("alice") == [second.summary])
  }

  @Test func `copies are new memories with links of their own, and the source stays`() async throws {
    let (workshop, first, second) = try await Self.prepared()
    try await workshop.remember("Bob drinks coffee") { $0.details = ["resource_id": "tea-1"] }
    let merge = try await workshop.engine.merge(
      try await workshop.writing("draft"), into: try await workshop.writing(), deletingSource: false)
    #expect((merge.count, merge.deletedSource) == (2, false))
    #expect(try await workshop.recall("alice", in: "draft") == [second.summary])

    var request = RecallRequest("alice")
    request.includesSuperseded = true
    let copies = try await workshop.engine.recall(request, in: [try await workshop.reading()]).items
    #expect(Set(copies.map(\.memory.summary)) == [first.summary, second.summary])
    #expect(Set(copies.map(\.memory.id)).isDisjoint(with: [first.id, second.id]))
    let old = try #require(copies.first { $0.memory.summary == first.summary })
    #expect(old.supersededBy == copies.first { $0.memory.summary == second.summary }?.memory.id)
    // The name is taken in the target.
    #expect(old.memory.externalID == nil)
    #expect((old.memory.tags, old.memory.createdAt) == (["tea"], first.createdAt))
  }

  @Test func `more memories than a page are copied once each`() async throws {
    let workshop = try await Workshop()
    _ = try await workshop.engine.createContext(ContextDraft(name: "draft"), as: workshop.owner)
    for number in 0..<450 { try await workshop.remember("Note number \(number)", in: "draft") }
    let merge = try await workshop.engine.merge(
      try await workshop.writing("draft"), into: try await workshop.writing(), deletingSource: false)
    #expect(merge.count == 450)
    var listing = MemoryListing()
    listing.limit = 1_000
    let page = try await workshop.engine.list(listing, in: try await workshop.reading())
    #expect(Set(page.memories.map(\.summary)).count == 450)
    #expect(page.total == 450)
  }

  @Test func `copies are refused whole when they would not fit`() async throws {
    var quotas = Quotas()
    quotas.memories = 3
    let workshop = try await Workshop(quotas: quotas)
    _ = try await workshop.engine.createContext(ContextDraft(name: "draft"), as: workshop.owner)
    for number in 0..<2 { try await workshop.remember("Note number \(number)", in: "draft") }
    await expectError("quota_exceeded") {
      _ = try await workshop.engine.merge(
        try await workshop.writing("draft"), into: try await workshop.writing(), deletingSource: false)
    }
    #expect(try await workshop.engine.statistics(of: try await workshop.reading()).total == 0)
    let moved = try await workshop.engine.merge(
      try await workshop.writing("draft"), into: try await workshop.writing(), deletingSource: true)
    #expect(moved.count == 2)
  }

  @Test func `a context is not merged into itself`() async throws {
    let workshop = try await Workshop()
    await expectError("validation_error") {
      _ = try await workshop.engine.merge(
        try await workshop.writing(), into: try await workshop.writing(), deletingSource: true)
    }
  }
}
