public import Engine
public import JSON
import Model

/// What happened to a memory.
public enum GetHistory: Operation {
  public static let name = "get_history"
  public static let title = "History of a memory"
  public static let about = """
    Every change of a memory, oldest first: when, by whom, and what it was after each. Works for forgotten memories \
    too, until they are purged.
    """
  public static let access = Access.reads()
  public static let route = Route.get("/api/v1/memory/history/{memory_id}")
  public static let command = Command(
    "memory_id", example: "mneme get_history 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f")

  public typealias Input = Reference.Input
  public static let input = Reference.input

  public struct Output: Sendable {
    var memory = MemoryID(high: 0, low: 0)
    var changes: [Change] = []
  }

  struct Change: Sendable {
    var revision = 0
    var kind = MemoryChange.Kind.created
    var author = UserID(high: 0, low: 0)
    var at = Timestamp(microseconds: 0)
    var snapshot: JSONObject = [:]

    static let schema = Schema.record(Change()) {
      Field("revision", \.revision, .integer(), "")
      Field("change", \.kind, .enumeration(), "")
      Field("author", \.author, .identifier(), "")
      Field("at", \.at, .timestamp, "")
      Field("memory", \.snapshot, .jsonObject, "The memory as this change left it.")
    }
  }

  public static let output = Schema.record(Output()) {
    Field("memory_id", \.memory, .identifier(), "")
    Field("changes", \.changes, .array(of: Change.schema), "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.reading(input.context, as: call.caller)
    let changes = try await call.engine.history(of: input.memory, in: access)
    var output = Output()
    output.memory = changes.first?.memory ?? output.memory
    output.changes = changes.map {
      Change(revision: Int($0.revision), kind: $0.kind, author: $0.author, at: $0.at, snapshot: $0.snapshot)
    }
    return output
  }
}
