public import Engine
public import JSON
import Model
import Storage

/// The tags of a context.
public enum ListTags: Operation {
  public static let name = "list_tags"
  public static let title = "List tags"
  public static let about = """
    The tags in use, with counts. Look before you tag, so that one thing has one tag; with_tags shows what occurs \
    together with given tags.
    """
  public static let access = Access.reads()
  public static let route = Route.get("/api/v1/contexts/{context_id}/tags")
  public static let command = Command("context_id", example: "mneme list_tags default --prefix dep")

  public struct Input: Sendable {
    var context = ""
    var limit = 50
    var minimumCount = 1
    var order = TagListing.Order.count
    var prefix: String?
    var with: [String] = []
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field("limit", \.limit, .integer(1...500), "At most how many.", required: false)
    Field(
      "min_count", \.minimumCount, .integer(1...1_000_000), "Only tags used at least so often.",
      required: false)
    Field("sort", \.order, .enumeration(), "What comes first.", required: false)
    Field("prefix", \.prefix, .string(length: 1...100), "Only tags that begin so.")
    Field(
      "with_tags", \.with, .oneOrMany(of: .tag, count: 0...16),
      "Only tags that occur together with all of these.",
      required: false)
  }

  public struct Output: Sendable {
    var tags: [Tag] = []
    var total = 0
    var context = ContextID(high: 0, low: 0)
    var contextName = ""
  }

  struct Tag: Sendable {
    var tag = ""
    var count = 0
    var lastUsedAt = Timestamp(microseconds: 0)

    static let schema = Schema.record(Tag()) {
      Field("tag", \.tag, .string(), "")
      Field("count", \.count, .integer(), "")
      Field("last_used_at", \.lastUsedAt, .timestamp, "")
    }
  }

  public static let output = Schema.record(Output()) {
    Field("tags", \.tags, .array(of: Tag.schema), "")
    Field("total", \.total, .integer(), "How many there are without the limit.")
    Field("context_id", \.context, .identifier(), "")
    Field("context_name", \.contextName, .string(), "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.reading(input.context, as: call.caller)
    var listing = TagListing()
    listing.limit = input.limit
    listing.minimumCount = Int64(input.minimumCount)
    listing.order = input.order
    listing.prefix = input.prefix ?? ""
    listing.with = input.with
    let page = try await call.engine.tags(listing, in: access)
    return Output(
      tags: page.tags.map { Tag(tag: $0.name, count: Int($0.count), lastUsedAt: $0.lastUsedAt) },
      total: Int(page.total), context: access.context.id, contextName: access.context.name)
  }
}
