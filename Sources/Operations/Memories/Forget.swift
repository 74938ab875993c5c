public import Engine
public import JSON
import Model

/// Forgets memories.
public enum Forget: Operation {
  public static let name = "forget"
  public static let title = "Forget"
  public static let about = """
    Forgets one memory (memory_id), or the best matches of a query (at most k). Softly: restore_memory brings a memory back \
    within 30 days. Unknown ids are passed over. To replace a fact by a newer one, use remember with `supersedes` \
    instead.
    """
  public static let access = Access.destroys()
  public static let route = Route.post("/api/v1/memory/forget")
  public static let command = Command(
    "memory_id", example: "mneme forget 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f")

  public struct Input: Sendable {
    var context = ""
    var memory: String?
    var query: String?
    var limit = 10
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field("memory_id", \.memory, .memory, "The memory to forget.")
    Field(
      "query", \.query, .string(length: Limits.queryLength, pattern: .notBlank), "Forget what answers this.")
    Field("k", \.limit, .integer(1...100), "With query: at most how many.", required: false)
  }.checked { input in
    switch (input.memory, input.query) {
    case (nil, nil): [SchemaFault(path: "memory_id", "missing", allowed: "one of memory_id and query")]
    case (.some, .some):
      [SchemaFault(path: "query", "given beside memory_id", allowed: "one of memory_id and query")]
    default: []
    }
  }

  public struct Output: Sendable {
    var count = 0
    var memories: [MemoryID] = []
  }

  public static let output = Schema.record(Output()) {
    Field("deleted_count", \.count, .integer(), "How many were forgotten.")
    Field("memory_ids", \.memories, .array(of: .identifier()), "Which.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.writing(input.context, as: call.caller)
    var names = input.memory.map { [$0] } ?? []
    if let query = input.query {
      var request = RecallRequest(query)
      request.limit = input.limit
      request.includesSuperseded = true
      let found = try await call.engine.recall(request, in: [access.reading])
      names = found.items.map(\.memory.id.description)
    }
    let forgotten = try await call.engine.forget(names, in: access)
    return Output(count: forgotten.count, memories: forgotten)
  }
}

/// Brings a forgotten memory back.
public enum RestoreMemory: Operation {
  public static let name = "restore_memory"
  public static let title = "Restore a memory"
  public static let about = "Brings back a memory that was forgotten in the last 30 days, with its links."
  public static let access = Access.writes(idempotent: true)
  public static let route = Route.post("/api/v1/memory/restore")
  public static let command = Command(
    "memory_id", example: "mneme restore_memory 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f")

  public typealias Input = Reference.Input
  public static let input = Reference.input
  public typealias Output = Reference.Output
  public static let output = Reference.output

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.writing(input.context, as: call.caller)
    return Output(memory: MemoryView(try await call.engine.restore(input.memory, in: access)))
  }
}
