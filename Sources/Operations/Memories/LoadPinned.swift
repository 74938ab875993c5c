public import Engine
public import JSON
import Model
import Storage

/// What every session should know.
public enum LoadPinned: Operation {
  public static let name = "load_pinned"
  public static let title = "Load pinned memories"
  public static let about = """
    The memories that were written with delivery_mode “always”: rules and facts for every session, the most important \
    first. Call it once when a session begins.
    """
  public static let access = Access.reads()
  public static let route = Route.get("/api/v1/contexts/{context_id}/pinned")
  public static let command = Command("context_id", example: "mneme load_pinned default")

  public struct Input: Sendable {
    var context = ""
    var cap = 100
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field("cap", \.cap, .integer(1...1_000), "At most how many.", required: false)
  }

  public struct Output: Sendable {
    var memories: [MemoryBrief] = []
    var isTruncated = false
    var total = 0
    var cap = 100
    var context = ContextID(high: 0, low: 0)
    var contextName = ""
  }

  public static let output = Schema.record(Output()) {
    Field("memories", \.memories, .array(of: MemoryBrief.schema), "")
    Field("truncated", \.isTruncated, .bool, "Whether there are more.")
    Field("total_available", \.total, .integer(), "How many there are.")
    Field("cap", \.cap, .integer(), "")
    Field("context_id", \.context, .identifier(), "")
    Field("context_name", \.contextName, .string(), "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.reading(input.context, as: call.caller)
    let page = try await call.engine.pinned(cap: input.cap, in: access)
    return Output(
      memories: page.memories.map(MemoryBrief.init), isTruncated: page.total > page.memories.count,
      total: Int(page.total), cap: input.cap, context: access.context.id, contextName: access.context.name)
  }
}

/// A memory without its third layer.
struct MemoryBrief: Sendable {
  var id = MemoryID(high: 0, low: 0)
  var summary = ""
  var contextSummary: String?
  var type = ""
  var importance = 0.5
  var tags: [String] = []
  var delivery = Delivery.onRecall
  var persistence = Persistence.persistent
  var createdAt = Timestamp(microseconds: 0)
  var updatedAt = Timestamp(microseconds: 0)

  init() {}

  init(_ memory: Memory) {
    id = memory.id
    summary = memory.summary
    contextSummary = memory.contextSummary
    type = memory.type
    importance = memory.importance
    tags = memory.tags
    delivery = memory.delivery
    persistence = memory.persistence
    createdAt = memory.createdAt
    updatedAt = memory.updatedAt
  }

  static let schema = Schema.record(MemoryBrief()) {
    Field("memory_id", \.id, .identifier(), "")
    Field("summary", \.summary, .string(), "")
    Field("context_summary", \.contextSummary, .string(), "")
    Field("type", \.type, .string(), "")
    Field("importance", \.importance, .number(), "")
    Field("tags", \.tags, .array(of: .string()), "", omitsEmpty: true)
    Field("delivery_mode", \.delivery, .enumeration(), "")
    Field("scope", \.persistence, .enumeration(), "")
    Field("created_at", \.createdAt, .timestamp, "")
    Field("updated_at", \.updatedAt, .timestamp, "")
  }
}
