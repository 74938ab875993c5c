@testable import Engine
internal import JSON
internal import Model
internal import Storage
internal import TestSupport
internal import Testing

@Suite struct ErrorFaceTests {
  /// One of each, and of what they carry.
  static let all: [EngineError] = [
    .invalid([
      SchemaFault(path: "summary", "3 characters", allowed: "10 to 500"),
      SchemaFault(path: "filters.tags[2]", "a number"),
    ]),
    .unauthenticated(.missing), .unauthenticated(.unknown), .unauthenticated(.expired),
    .unauthenticated(.revoked),
    .roleRequired(.admin, has: .member),
    .permissionRequired(.write, has: .read),
    .unknownOperation("remmeber"),
    .contextNotFound("my-project"), .memoryNotFound("01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f"),
    .keyNotFound("01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f"),
    .edgeNotFound(from: "01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f", to: "01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e70"),
    .edgeExists(
      Edge(
        id: EdgeID(high: 0, low: 1), source: MemoryID(high: 0, low: 2), target: MemoryID(high: 0, low: 3),
        type: "depends_on",
        createdAt: Timestamp(microseconds: 0))),
    .taskNotFound("01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f"),
    .policyNotFound("my-ranking@3"), .pluginNotFound("auto-tager"),
    .refused(by: "duplicate-guard", reason: "This is known already."),
    .contextLocked("my-project"), .contextNameTaken("my-project"),
    EngineError(StorageError(.conflict, "two writers")),
    .quotaExceeded(.init(quota: "memories", current: 10, limit: 10)),
    EngineError(StorageError(.unavailable, "busy")), EngineError(StorageError(.full, "no room")),
    .cancelled,
    EngineError(StorageError(.corrupted, "secret detail")),
    EngineError(StorageError(.notFound, "secret detail")),
  ]

  @Test func `each error has its name, its numbers and a sentence that says what to do`() throws {
    let table = Self.all.map { error in
      let face = error.face
      let details = error.details.isEmpty ? "" : "\n  \(JSONValue.object(error.details).text)"
      let message = error.message.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
      return "\(face.code) http \(face.status) rpc \(face.rpc) exit \(face.exit)\n\(message)\(details)\n"
    }
    try expectSnapshot(table.joined(separator: "\n"), "errors.txt")
  }

  @Test func `no name stands for two numbers`() {
    let faces = Dictionary(grouping: Self.all.map(\.face), by: \.code)
    for (code, faces) in faces { #expect(Set(faces).count == 1, "\(code)") }
  }

  @Test func `what storage says of itself reaches no caller`() {
    for error in Self.all { #expect(!error.message.contains("secret detail")) }
  }
}
