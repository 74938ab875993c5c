@testable import Engine
internal import Identity
internal import JSON
internal import Model
internal import Storage
internal import TestSupport
internal import Testing
internal import Threads

@Suite struct HookTests {
  @Test func `what is written is the draft as the hook left it`() async throws {
    let workshop = try await Workshop(hooks: Tagger())
    let memory = try await workshop.remember("Alice drinks green tea").memory
    #expect(memory.tags == ["seen"])
    #expect(try await workshop.recall("who drinks tea") == ["Alice drinks green tea"])
  }

  @Test func `a refusal reaches the writer, and nothing is written`() async throws {
    let workshop = try await Workshop(hooks: Tagger())
    let error = await expectError("refused") { try await workshop.remember("A secret of Alice's") }
    #expect(error?.message == "“tagger” refused this: no secrets")
    #expect(try await workshop.recall("secret").isEmpty)
  }

  @Test func `work that follows from a write is queued with it, and once`() async throws {
    let workshop = try await Workshop(hooks: Tagger())
    for _ in 0..<2 { try await workshop.remember("Alice drinks green tea") { $0.idempotencyKey = "once" } }
    let waiting = try await workshop.engine.tasks(.waiting, limit: 9, as: workshop.owner)
    #expect(waiting.map(\.kind) == ["written"])
  }

  @Test func `work that follows from an answer is queued after it`() async throws {
    let workshop = try await Workshop(hooks: Tagger())
    _ = try await workshop.recall("anything")
    await workshop.engine.settle()
    let waiting = try await workshop.engine.tasks(.waiting, limit: 9, as: workshop.owner)
    #expect(waiting.map(\.kind) == ["asked"])
    #expect(waiting.map(\.key) == ["anything at all"])
  }

  @Test
  func `a plugin sees what its user sees, does no more than a member, and ends with the user's membership`()
    async throws
  {
    let workshop = try await Workshop()
    let plugin = try await workshop.engine.plugin(
      "tagger", actingFor: workshop.owner.user, in: workshop.owner.workspace, after: ["clock"])
    #expect((plugin.role, plugin.door, plugin.client) == (.member, .plugin, "plugin/tagger"))
    #expect(plugin.plugins == ["clock", "tagger"])
    #expect(plugin.named("else").plugins == ["clock", "tagger"])
    let viewer = try await workshop.addMember("Vera", as: .viewer)
    let lesser = try await workshop.engine.plugin("tagger", actingFor: viewer.user, in: viewer.workspace)
    #expect(lesser.role == .viewer)
    let stranger = try await workshop.engine.foundWorkspace(named: "next door", owner: "Grace")
    await expectError("permission_denied") {
      _ = try await workshop.engine.plugin(
        "tagger", actingFor: viewer.user, in: stranger.workspace.id)
    }
  }
}

/// Adds a tag, refuses secrets, and queues a task for each write and answer.
private struct Tagger: Hooks {
  func beforeRemember(_ draft: MemoryDraft, _ occasion: Occasion) throws(EngineError) -> MemoryDraft {
    if draft.summary.contains("secret") { throw .refused(by: "tagger", reason: "no secrets") }
    var draft = draft
    draft.tags.append("seen")
    return draft
  }

  func afterRemember(_ memory: Memory, _ occasion: Occasion) -> [QueuedTask] {
    [occasion.task("written", key: memory.id.description)]
  }

  func beforeRecall(_ request: RecallRequest, _ occasion: Occasion) -> RecallRequest {
    var request = request
    if request.query == "anything" { request.query = "anything at all" }
    return request
  }

  func afterRecall(_ found: Recollection, to request: RecallRequest, _ occasion: Occasion) -> [QueuedTask] {
    found.items.isEmpty ? [occasion.task("asked", key: request.query)] : []
  }

  func examine(_ package: PluginPackage) throws(EngineError) -> PluginManifest {
    throw .unavailable("This one runs no plugins.")
  }

  func pluginChanged(_ plugin: InstalledPlugin, in engine: MemoryEngine) {}
}

extension Occasion {
  fileprivate func task(_ kind: String, key: String) -> QueuedTask {
    engine.task(kind, key: key, payload: nil, for: caller.user, in: caller.workspace)
  }
}
