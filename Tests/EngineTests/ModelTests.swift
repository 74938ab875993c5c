internal import Identity
internal import Inference
internal import Model
internal import Storage
internal import TestSupport
internal import Testing

@testable import Engine

/// A workshop whose server has two models, of which `first` is the standard one.
private struct Studio {
  static let second = ModelIdentity(name: "other-model", version: "7", dimensions: 32)

  let folder: TemporaryFolder
  let first = TestEmbedder()
  let other = TestEmbedder(Studio.second)
  let shop: Workshop

  init() async throws {
    folder = try TemporaryFolder()
    let models = EmbeddingModels(
      [.init("test-model", .builtIn, first), .init("other", .remote, other)], standard: "test-model")
    shop = try await Workshop(models: models, scratch: folder.path)
  }

  /// What is found by meaning alone.
  func meant(_ query: String) async throws -> Recollection {
    var request = RecallRequest(query)
    request.mode = .semantic
    return try await shop.engine.recall(request, in: [try await shop.reading()])
  }

  func status() async throws -> EmbeddingStatus {
    try #require(try await shop.engine.embeddingStatus(of: "default", failures: 10, as: shop.owner).first)
  }

  func change(to model: String, waiting: Bool = false) async throws -> EmbeddingStatus {
    try await shop.engine.changeModel(of: "default", to: model, waiting: waiting, as: shop.owner)
  }
}

@Suite struct ModelTests {
  @Test func `a context has the standard model, or one that was chosen by name or identity`() async throws {
    let studio = try await Studio()
    let engine = studio.shop.engine
    #expect(try await studio.shop.reading().context.embeddingModel == "test-model@1/32")
    var draft = ContextDraft(name: "named")
    draft.embeddingModel = "other"
    #expect(try await engine.createContext(draft, as: studio.shop.owner).embeddingModel == "other-model@7/32")
    draft = ContextDraft(name: "identified")
    draft.embeddingModel = "other-model@7/32"
    #expect(try await engine.createContext(draft, as: studio.shop.owner).embeddingModel == "other-model@7/32")
    draft = ContextDraft(name: "mistaken")
    draft.embeddingModel = "text-embedding-9"
    let error = await expectError("validation_error") {
      _ = try await engine.createContext(draft, as: studio.shop.owner)
    }
    #expect(error?.message.contains("test-model, other") == true)
  }

  @Test func `each context is searched with the vectors of its own model`() async throws {
    let studio = try await Studio()
    var draft = ContextDraft(name: "elsewhere")
    draft.embeddingModel = "other"
    _ = try await studio.shop.engine.createContext(draft, as: studio.shop.owner)
    try await studio.shop.remember("Quiet quokkas quarrel")
    try await studio.shop.remember("Zebras zigzag", in: "elsewhere")
    #expect(studio.other.calls == 1)
    var request = RecallRequest("zoo")
    request.mode = .semantic
    let (here, there) = (try await studio.shop.reading(), try await studio.shop.reading("elsewhere"))
    let calls = studio.other.calls
    #expect(try await studio.shop.engine.recall(request, in: [here]).degradedReason == nil)
    #expect(studio.other.calls == calls)
    let found = try await studio.shop.engine.recall(request, in: [here, there])
    #expect(studio.other.calls == calls + 1)
    #expect(Set(found.items.map(\.memory.summary)) == ["Quiet quokkas quarrel", "Zebras zigzag"])
    #expect(found.degradedReason == nil)
  }

  @Test func `vectors of two models are never mixed`() async throws {
    let studio = try await Studio()
    let engine = studio.shop.engine
    var revision = ContextRevision()
    revision.embeddingModel = "other"
    // Nothing has vectors yet.
    #expect(
      try await engine.updateContext("default", with: revision, as: studio.shop.owner).embeddingModel
        == "other-model@7/32")
    try await studio.shop.remember("Quiet quokkas quarrel")
    revision.embeddingModel = "test-model"
    let error = await expectError("validation_error") {
      _ = try await engine.updateContext("default", with: revision, as: studio.shop.owner)
    }
    #expect(error?.message.contains("1 memories with vectors of other-model@7/32") == true)
    #expect(error?.message.contains("change_embedding_model") == true)
    revision.embeddingModel = "other"
    _ = try await engine.updateContext("default", with: revision, as: studio.shop.owner)
  }

  @Test func `a model that this server does not have leaves a context to its words, and says so`()
    async throws
  {
    let studio = try await Studio()
    try await studio.shop.remember("Quiet quokkas quarrel")
    var context = try await studio.shop.reading().context
    context.embeddingModel = "gone@1/8"
    let scope = try await studio.shop.reading().testWorkspaceScope
    _ = try await studio.shop.store.update(context, in: scope)
    try await studio.shop.remember("Quick quails quiver")
    let found = try await studio.shop.engine.recall(
      RecallRequest("quails"), in: [try await studio.shop.reading()])
    #expect(found.items.map(\.memory.summary) == ["Quick quails quiver"])
    #expect(found.degradedReason?.contains("of gone@1/8, which this server does not have") == true)
    #expect(try await studio.status().present?.isOffered == false)
    // It is embedded anew with a model that is there.
    let status = try await studio.change(to: "other", waiting: true)
    #expect(status.context.embeddingModel == "other-model@7/32" && status.present?.counts.embedded == 2)
    let undone = await expectError("unavailable") {
      _ = try await studio.shop.engine.undoModelChange(of: "default", as: studio.shop.owner)
    }
    #expect(undone?.message.contains("gone@1/8") == true)
  }

  @Test func `a newer version of the built-in model takes a context over by itself`() async throws {
    let studio = try await Studio()
    try await studio.shop.remember("Quiet quokkas quarrel")
    var context = try await studio.shop.reading().context
    context.embeddingModel = "test-model@0/32"
    _ = try await studio.shop.store.update(context, in: try await studio.shop.reading().testWorkspaceScope)
    #expect(try await studio.shop.recall("quokkas") == ["Quiet quokkas quarrel"])
    _ = await studio.shop.engine.catchUpEmbedding()
    let status = try await studio.status()
    #expect(status.present?.model == "test-model@1/32" && status.present?.counts.embedded == 1)
    #expect(try await studio.meant("q").degradedReason == nil)
  }

  @Test func `a writer is told whether the memory is found by meaning already`() async throws {
    let studio = try await Studio()
    #expect(try await studio.shop.remember("Quiet quokkas quarrel").embedding == .ready)
    studio.first.setAway(true)
    #expect(try await studio.shop.remember("Zebras zigzag").embedding == .pending)
    #expect(try await studio.shop.recall("zebras") == ["Zebras zigzag"])
    studio.first.setAway(false)
    #expect(await studio.shop.engine.catchUpEmbedding() == 1)
    #expect(try await studio.meant("zoo").items.first?.memory.summary == "Zebras zigzag")
    #expect(try await Workshop().remember("Nobody embeds this").embedding == nil)
  }

  @Test func `a change of the model serves with the old one until all is embedded, then swaps`() async throws
  {
    let studio = try await Studio()
    for word in ["Quiet quokkas", "Zebras zigzag", "Merry magpies"] { try await studio.shop.remember(word) }
    studio.other.setAway(true)
    var status = try await studio.change(to: "other")
    #expect(status.next?.model == "other-model@7/32" && status.next?.counts.pending == 3)
    #expect(await studio.shop.engine.catchUpEmbedding() == 0)
    #expect(try await studio.meant("zoo").items.first?.memory.summary == "Zebras zigzag")
    #expect(try await studio.status().next?.problem?.reason.contains("out for lunch") == true)
    // What is written meanwhile is found at once, and embedded by both.
    try await studio.shop.remember("Yaks yawn")
    #expect(try await studio.meant("yes").items.first?.memory.summary == "Yaks yawn")
    studio.other.setAway(false)
    #expect(await studio.shop.engine.catchUpEmbedding() == 4)
    status = try await studio.status()
    #expect(status.next == nil && status.present?.model == "other-model@7/32")
    #expect(status.present?.counts == EmbeddingCounts(memories: 4, embedded: 4, failed: 0))
    #expect(status.context.previousModel == "test-model@1/32")
    let calls = studio.first.calls
    #expect(try await studio.meant("yes").items.first?.memory.summary == "Yaks yawn")
    #expect(studio.first.calls == calls)
    #expect(await studio.shop.engine.catchUpEmbedding() == 0)
  }

  @Test func `a change can be stopped, which leaves nothing behind`() async throws {
    let studio = try await Studio()
    try await studio.shop.remember("Quiet quokkas")
    studio.other.setAway(true)
    _ = try await studio.change(to: "other")
    // Asking twice is asking once; asking for something else is not.
    _ = try await studio.change(to: "other")
    await expectError("conflict") { _ = try await studio.change(to: "test-model") }
    let status = try await studio.shop.engine.undoModelChange(of: "default", as: studio.shop.owner)
    #expect(status.next == nil && status.present?.model == "test-model@1/32")
    studio.other.setAway(false)
    #expect(await studio.shop.engine.catchUpEmbedding() == 0)
    let memory = try #require(try await studio.meant("q").items.first?.memory.id)
    let scope = try await studio.shop.writing().testScope
    #expect(
      try await studio.shop.store.embeddings(of: [memory], by: "other-model@7/32", in: scope).isEmpty)
  }

  @Test func `a completed change is taken back without embedding anew what has vectors`() async throws {
    let studio = try await Studio()
    try await studio.shop.remember("Quiet quokkas")
    _ = try await studio.change(to: "other", waiting: true)
    var calls = studio.first.calls
    var status = try await studio.shop.engine.undoModelChange(of: "default", as: studio.shop.owner)
    #expect(status.present?.model == "test-model@1/32" && status.next == nil)
    #expect(studio.first.calls == calls)
    // And forth again, after something was written: only that needs a vector.
    try await studio.shop.remember("Zebras zigzag")
    calls = studio.other.calls
    status = try await studio.shop.engine.undoModelChange(of: "default", as: studio.shop.owner)
    #expect(status.next?.counts == EmbeddingCounts(memories: 2, embedded: 1, failed: 0))
    #expect(await studio.shop.engine.catchUpEmbedding() == 1)
    #expect(studio.other.calls == calls + 1)
    #expect(try await studio.status().present?.model == "other-model@7/32")
    #expect(try await studio.meant("zoo").items.first?.memory.summary == "Zebras zigzag")
  }

  @Test func `refused texts are listed with the reason, and tried again when asked`() async throws {
    let studio = try await Studio()
    try await studio.shop.remember("Something unspeakable")
    try await studio.shop.remember("Quiet quokkas")
    #expect(await studio.shop.engine.catchUpEmbedding() == 0)
    var status = try await studio.status()
    #expect(status.present?.counts == EmbeddingCounts(memories: 2, embedded: 1, failed: 1))
    #expect(
      status.failures.map(\.reason) == ["the embedding model refused the text: a word is not to be said"])
    #expect(try await studio.shop.recall("unspeakable") == ["Something unspeakable"])
    #expect(try await studio.shop.engine.retryEmbeddings(in: try await studio.shop.writing()) == 1)
    status = try await studio.status()
    #expect(status.present?.counts.pending == 1)
    _ = await studio.shop.engine.catchUpEmbedding()
    #expect(try await studio.status().present?.counts.failed == 1)
  }

  @Test func `a model that refuses much of a context does not take it over`() async throws {
    let studio = try await Studio()
    try await studio.shop.remember("Something unspeakable")
    for word in ["Quiet quokkas", "Zebras zigzag"] { try await studio.shop.remember(word) }
    let status = try await studio.change(to: "other", waiting: true)
    #expect(status.next?.counts == EmbeddingCounts(memories: 3, embedded: 2, failed: 1))
    #expect(status.present?.model == "test-model@1/32")
  }

  @Test func `only who may change a context changes its model`() async throws {
    let studio = try await Studio()
    let engine = studio.shop.engine
    var draft = ContextDraft(name: "shared")
    draft.isPrivate = false
    _ = try await engine.createContext(draft, as: studio.shop.owner)
    let member = try await studio.shop.addMember("bo", as: .member)
    await expectError("permission_denied") {
      _ = try await engine.changeModel(of: "shared", to: "other", as: member)
    }
    await expectError("context_not_found") {
      _ = try await engine.changeModel(of: "default", to: "other", as: member)
    }
    #expect(
      try await engine.embeddingStatus(of: nil, failures: 0, as: member).map(\.context.name) == ["shared"])
  }
}
