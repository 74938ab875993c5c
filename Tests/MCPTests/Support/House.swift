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
  let endpoint = Endpoint(server: .init(version: "1.2.3"))

  init() async throws {
    engine = MemoryEngine(store: ReferenceStore(), clock: TestClock())
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

  func router(_ settings: MCPDoor.Settings = MCPDoor.Settings()) -> Router {
    var router = Router()
    MCPDoor(endpoint, engine: engine, settings: settings).mount(on: &router)
    return router
  }
}
