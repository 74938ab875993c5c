public import Engine
public import JSON
import Model

/// Forgets memories.
public enum Forget: Operation {
  public static let name = "forget"
  public static let title = "Forget"
  public static let about = """
    Forgets one memory (memory_id), or the best matches of a query; restore_memory undoes it for 30 days. To replace a \
    fact by a newer one, use remember with `supersedes`.
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
    var isConfirmed = false
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field("memory_id", \.memory, .memory, "The memory to forget.")
    Field(
      "query", \.query, .string(length: Limits.queryLength, pattern: .notBlank), "Forget what answers this.")
    Field("k", \.limit, .integer(1...100), "At most how many.", required: false)
    Field("confirm", \.isConfirmed, .bool, "The user agreed (above 10).", required: false)
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
    if let memory = input.memory {
      let forgotten = try await call.engine.forget([memory], in: access)
      return Output(count: forgotten.count, memories: forgotten)
    }
    let found = try await targets(of: input, in: access, call)
    if found.count > freely, !input.isConfirmed {
      throw .invalid(
        "confirm", "this would forget \(found.count) memories at once",
        allowed: "true once the user has agreed, or a k of at most \(freely)")
    }
    let forgotten = try await call.engine.forget(found.map(\.id.description), in: access)
    return Output(count: forgotten.count, memories: forgotten)
  }

  /// How many a query may take away without a person's yes.
  private static let freely = 10

  public static func question(_ input: Input, _ call: Call) async throws(EngineError) -> String? {
    guard input.query != nil else { return nil }
    let access = try await call.engine.writing(input.context, as: call.caller)
    let found = try await targets(of: input, in: access, call)
    guard found.count > freely else { return nil }
    let examples = found.prefix(3).map { "“\($0.summary)”" }.joined(separator: ", ")
    return """
      Forget \(found.count) memories of \(access.context.name), among them \(examples)? They can be restored for 30 days.
      """
  }

  private static func targets(
    of input: Input, in access: WriteAccess, _ call: Call
  ) async throws(EngineError) -> [Memory] {
    guard let query = input.query else { return [] }
    var request = RecallRequest(query)
    request.limit = input.limit
    request.includesSuperseded = true
    return try await call.engine.recall(request, in: [access.reading]).items.map(\.memory)
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
