public import Engine
public import JSON
import Model
import Storage

/// Leafs through a context.
public enum ListMemories: Operation {
  public static let name = "list_memories"
  public static let title = "List memories"
  public static let about = """
    Memories of a context page by page, without a question: the newest, the most important. To find something, use \
    recall instead.
    """
  public static let access = Access.reads()
  public static let route = Route.get("/api/v1/memory/list")
  public static let command = Command(example: "mneme list_memories --limit 20 --order important")

  public struct Input: Sendable {
    var context = ""
    var limit = 20
    var offset = 0
    var order = MemoryListing.Order.newest
    var filters = FilterInput()
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field("limit", \.limit, .integer(1...200), "How many.", required: false)
    Field("offset", \.offset, .integer(0...1_000_000_000), "How many to pass over.", required: false)
    Field("order", \.order, .enumeration(), "What comes first.", required: false)
    Field(
      "filters", \.filters, .nestedFilter, "Conditions that every memory meets, as in recall.",
      required: false)
  }

  public struct Output: Sendable {
    var memories: [Item] = []
    var total = 0
    var hasMore = false
  }

  /// Named twice, since REST clients of this list call it `id`.
  struct Item: Sendable {
    var brief = MemoryBrief()
    var id: MemoryID {
      get { brief.id }
      set { brief.id = newValue }
    }

    static let schema = Schema.record(Item()) {
      Field("id", \.id, .identifier(), "")
      Field("memory_id", \.brief.id, .identifier(), "")
      Field("summary", \.brief.summary, .string(), "")
      Field("type", \.brief.type, .string(), "")
      Field("scope", \.brief.persistence, .enumeration(), "")
      Field("importance", \.brief.importance, .number(), "")
      Field("tags", \.brief.tags, .array(of: .string()), "", omitsEmpty: true)
      Field("delivery_mode", \.brief.delivery, .enumeration(), "")
      Field("created_at", \.brief.createdAt, .timestamp, "")
      Field("updated_at", \.brief.updatedAt, .timestamp, "")
    }
  }

  public static let output = Schema.record(Output()) {
    Field("memories", \.memories, .array(of: Item.schema), "")
    Field("total", \.total, .integer(), "How many there are on all pages.")
    Field("has_more", \.hasMore, .bool, "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.reading(input.context, as: call.caller)
    var listing = MemoryListing()
    listing.filter = input.filters.filter
    listing.order = input.order
    listing.limit = input.limit
    listing.offset = input.offset
    let page = try await call.engine.list(
      listing, normalizingTags: input.filters.comparesTagsLoosely, in: access)
    return Output(
      memories: page.memories.map { Item(brief: MemoryBrief($0)) }, total: Int(page.total),
      hasMore: input.offset + page.memories.count < page.total)
  }
}
