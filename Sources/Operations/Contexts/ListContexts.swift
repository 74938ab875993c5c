public import Engine
public import JSON
import Identity
import Model

/// What contexts there are.
public enum ListContexts: Operation {
  public static let name = "list_contexts"
  public static let title = "List contexts"
  public static let about = """
    The contexts (namespaces of memories) that you can use, by name. Call it first when you do not know which context \
    fits the task; every other tool takes the id or the name. `last_used_at` tells which are alive.
    """
  public static let access = Access.reads()
  public static let route = Route.get("/api/v1/contexts")
  public static let command = Command("name_contains", example: "mneme list_contexts --include-stats")

  public struct Input: Sendable {
    var nameContains: String?
    var includesStatistics = false
    var includesSummary = false
    var includesDetails = false
  }

  public static let input = Schema.record(Input()) {
    Field("name_contains", \.nameContains, .string(length: 1...64), "Only names that contain this.")
    Field("include_stats", \.includesStatistics, .bool, "Add counts of memories.", required: false)
    Field("include_summary", \.includesSummary, .bool, "Add what each is about.", required: false)
    Field(
      "include_details", \.includesDetails, .bool, "Add descriptions, guides and settings.", required: false)
  }

  public struct Output: Sendable {
    var contexts: [Item] = []
    var count = 0
    var total = 0
    var limit = 0
    var canCreate = false
    var hint: String?
  }

  struct Item: Sendable {
    var id = ContextID(high: 0, low: 0)
    var name = ""
    var displayName: String?
    var isPrivate = true
    var isLocked = false
    var lastUsedAt: Timestamp?
    var summary: String?
    var description: String?
    var usageGuide: String?
    var embeddingModel: String?
    var createdAt: Timestamp?
    var statistics: StatisticsView?

    static let schema = Schema.record(Item()) {
      Field("id", \.id, .identifier(), "")
      Field("name", \.name, .string(), "")
      Field("display_name", \.displayName, .string(), "")
      Field("is_private", \.isPrivate, .bool, "")
      Field("is_locked", \.isLocked, .bool, "")
      Field("last_used_at", \.lastUsedAt, .timestamp, "")
      Field("summary", \.summary, .string(), "")
      Field("description", \.description, .string(), "")
      Field("usage_guide", \.usageGuide, .string(), "")
      Field("embedding_model", \.embeddingModel, .string(), "")
      Field("created_at", \.createdAt, .timestamp, "")
      Field("stats", \.statistics, StatisticsView.schema, "")
    }
  }

  public static let output = Schema.record(Output()) {
    Field("contexts", \.contexts, .array(of: Item.schema), "")
    Field("count", \.count, .integer(), "How many you can see in all.")
    Field("total", \.total, .integer(), "How many are in this answer.")
    Field("limit", \.limit, .integer(), "How many the workspace may hold; 0 is without limit.")
    Field("can_create", \.canCreate, .bool, "Whether you may make another.")
    Field("hint", \.hint, .string(), "What to do when there is none.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let visible = try await call.engine.contexts(as: call.caller)
    let wanted = visible.filter { context in
      input.nameContains.map { context.name.contains($0.lowercased()) } ?? true
    }
    var output = Output()
    for context in wanted { output.contexts.append(try await item(context, input, call)) }
    let limit = call.engine.limits.contexts
    output.count = visible.count
    output.total = wanted.count
    output.limit = Int(limit)
    output.canCreate = call.caller.role >= .admin && (limit == 0 || visible.count < limit)
    if visible.isEmpty {
      output.hint = "You can see no context. Make one with create_context, or ask an admin of the workspace."
    }
    return output
  }

  private static func item(_ context: Context, _ input: Input, _ call: Call) async throws(EngineError) -> Item
  {
    var item = Item()
    item.id = context.id
    item.name = context.name
    item.displayName = context.displayName
    item.isPrivate = context.isPrivate
    item.isLocked = context.isLocked
    item.lastUsedAt = context.lastUsedAt
    if input.includesSummary || input.includesDetails { item.summary = context.summary }
    if input.includesDetails {
      item.description = context.description
      item.usageGuide = context.usageGuide
      item.embeddingModel = context.embeddingModel
      item.createdAt = context.createdAt
    }
    if input.includesStatistics {
      let access = try await call.engine.reading(context.id.description, as: call.caller)
      item.statistics = StatisticsView(try await call.engine.statistics(of: access), detailed: false)
    }
    return item
  }
}
