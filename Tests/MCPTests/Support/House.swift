import Engine
import HTTPServer
import Identity
import JSON
import Model
import Operations
import StorageReference
import TestSupport

@testable import MCP

/// An engine over a store in memory, with its doors.
final class House: Sendable {
  let engine: MemoryEngine
  /// The owner's key.
  let secret: String
  let endpoint: Endpoint
  let clock = TestClock()

  /// A house that offers the catalogue, and `extras` as well.
  init(extras: [AnyOperation] = []) async throws {
    endpoint = Endpoint(server: .init(version: "1.2.3"), operations: Catalogue.all + extras)
    engine = MemoryEngine(store: ReferenceStore(), clock: clock)
    var random = SystemRandomNumberGenerator()
    let key = KeySecret.make(from: &random)
    secret = key.text
    _ = try await engine.found(with: key)
  }

  func caller(_ secret: String) async throws(EngineError) -> Caller {
    try await engine.authenticate(bearer: secret, door: .mcp)
  }

  /// A key of the owner's that may do less.
  func makeKey(as role: Role) async throws -> String {
    try await engine.createKey(KeyDraft(name: "test", role: role), as: try await caller(secret)).secret.text
  }

  /// Remembers something, and returns its id.
  @discardableResult
  func remember(
    _ summary: String, in context: String = "default", _ adjust: (inout MemoryDraft) -> Void = { _ in }
  ) async throws -> MemoryID {
    let access = try await engine.writing(context, as: try await caller(secret))
    var draft = MemoryDraft(summary: summary, content: summary, type: "note")
    adjust(&draft)
    return try await engine.remember(draft, in: access).memory.id
  }

  func makeContext(_ name: String, _ adjust: (inout ContextDraft) -> Void = { _ in }) async throws {
    var draft = ContextDraft(name: name)
    adjust(&draft)
    _ = try await engine.createContext(draft, as: try await caller(secret))
  }

  func router(_ settings: MCPDoor.Settings = MCPDoor.Settings()) -> Router {
    var router = Router()
    MCPDoor(endpoint, engine: engine, settings: settings).mount(on: &router)
    return router
  }
}
