@_spi(ScopeMaking) internal import Identity
internal import Inference
internal import Model
internal import Storage
internal import StorageReference
internal import TestSupport
internal import Testing

@testable import Engine

/// An engine over an empty store that was just founded, and short words for what tests do with it.
struct Workshop: Sendable {
  let store: MeddledStore
  let clock: TestClock
  let engine: MemoryEngine
  let owner: Caller

  init(
    quotas: Quotas = Quotas(), models: EmbeddingModels = EmbeddingModels(), scratch: String = "",
    hooks: (any Hooks)? = nil
  ) async throws {
    store = MeddledStore(ReferenceStore())
    clock = TestClock()
    engine = MemoryEngine(
      store: store, clock: clock, identifiers: IdentifierSource(clock: clock, random: SeededRandom(seed: 1)),
      quotas: quotas, models: models, scratch: scratch, hooks: hooks)
    var random = SeededRandom(seed: 2)
    let secret = KeySecret.make(from: &random)
    #expect(try await engine.found(with: secret))
    owner = try await engine.authenticate(bearer: secret.text, door: .cli)
  }

  /// Another store, with nothing in it.
  func freshStore() -> any Store { ReferenceStore() }

  func reading(_ context: String = "default", as caller: Caller? = nil) async throws -> ReadAccess {
    try await engine.reading(context, as: caller ?? owner)
  }

  func writing(_ context: String = "default", as caller: Caller? = nil) async throws -> WriteAccess {
    try await engine.writing(context, as: caller ?? owner)
  }

  /// Stores a memory, a second after what was done before.
  @discardableResult
  func remember(
    _ summary: String, in context: String = "default", _ adjust: (inout MemoryDraft) -> Void = { _ in }
  ) async throws -> Remembered {
    clock.advance()
    var draft = MemoryDraft(summary: summary, content: summary, type: "note")
    adjust(&draft)
    return try await engine.remember(draft, in: try await writing(context))
  }

  /// The summaries that a question finds.
  func recall(
    _ query: String, in context: String = "default", _ adjust: (inout RecallRequest) -> Void = { _ in }
  ) async throws -> [String] {
    var request = RecallRequest(query)
    adjust(&request)
    return try await engine.recall(request, in: [try await reading(context)]).items.map(\.memory.summary)
  }

  /// A member of the workspace, and their key.
  func addMember(_ name: String, as role: Role) async throws -> Caller {
    let made = try await engine.addMember(named: name, to: owner.workspace, as: role)
    return try await engine.authenticate(bearer: made.secret.text, door: .rest)
  }

  /// Links two memories directly in the store, as no use case does yet.
  func link(_ source: Memory, _ type: String, _ target: Memory) async throws {
    let edge = Edge(
      id: engine.identifiers.make(), source: source.id, target: target.id, type: type, createdAt: clock.now())
    try await engine.commit([.link(edge)], in: try await writing())
  }
}

/// Expects that `body` fails with the error of that stable name.
@discardableResult
func expectError(
  _ code: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async -> EngineError? {
  let error = await #expect(throws: EngineError.self, sourceLocation: sourceLocation) { try await body() }
  if let error { #expect(error.face.code == code, "\(error)", sourceLocation: sourceLocation) }
  return error
}

extension WriteAccess {
  /// What the store is asked with: a test that meddles needs it.
  var testScope: Scope { scope }
}

extension MemoryEngine {
  /// An identifier that nothing has yet.
  func newIdentifier<Kind>() -> Identifier<Kind> { identifiers.make() }
}

extension ReadAccess {
  /// What the store is asked with about contexts.
  var testWorkspaceScope: WorkspaceScope { WorkspaceScope(of: scope) }
}

extension Workshop {
  /// The same user with a key that may do less.
  func restricted(_ caller: Caller, to role: Role) async throws -> Caller {
    let made = try await engine.createKey(KeyDraft(name: "less", role: role), as: caller)
    return try await engine.authenticate(bearer: made.secret.text, door: .rest)
  }
}
