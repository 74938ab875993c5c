import Engine
import JSON
import Model
import Storage

/// A context as clients see it.
public struct ContextView: Sendable {
  var id = ContextID(high: 0, low: 0)
  var name = ""
  var displayName: String?
  var description: String?
  var summary: String?
  var usageGuide: String?
  var isPrivate = true
  var isLocked = false
  var embeddingModel: String?
  var nextModel: String?
  var sleepMode = SleepMode.skip
  var edgeHalfLifeDays = 14.0
  var search = SearchSettings()
  var createdAt = Timestamp(microseconds: 0)
  var updatedAt = Timestamp(microseconds: 0)
  var lastUsedAt: Timestamp?

  init() {}

  init(_ context: Context) {
    id = context.id
    name = context.name
    displayName = context.displayName
    description = context.description
    summary = context.summary
    usageGuide = context.usageGuide
    isPrivate = context.isPrivate
    isLocked = context.isLocked
    embeddingModel = context.embeddingModel
    nextModel = context.nextModel
    sleepMode = context.sleepMode
    edgeHalfLifeDays = context.edgeHalfLifeDays
    search = context.search
    createdAt = context.createdAt
    updatedAt = context.updatedAt
    lastUsedAt = context.lastUsedAt
  }

  static let schema = Schema.record(ContextView()) {
    Field("id", \.id, .identifier(), "")
    Field("name", \.name, .string(), "")
    Field("display_name", \.displayName, .string(), "")
    Field("description", \.description, .string(), "")
    Field("summary", \.summary, .string(), "What it is about.")
    Field("usage_guide", \.usageGuide, .string(), "How to use it.")
    Field("is_private", \.isPrivate, .bool, "Whether it is its creator's alone.")
    Field("is_locked", \.isLocked, .bool, "Whether it can only be read.")
    Field("embedding_model", \.embeddingModel, .string(), "What made the vectors, with its version.")
    Field("next_embedding_model", \.nextModel, .string(), "What it is changing to.")
    Field("sleep_mode", \.sleepMode, .enumeration(), "")
    Field(
      "edge_half_life_days", \.edgeHalfLifeDays, .number(), "How long a learned link keeps half its weight.")
    Field("search_config", \.search, SearchSettings.schema, "")
    Field("created_at", \.createdAt, .timestamp, "")
    Field("updated_at", \.updatedAt, .timestamp, "")
    Field("last_used_at", \.lastUsedAt, .timestamp, "")
  }
}

extension SearchSettings {
  static let schema = Schema.record(SearchSettings()) {
    Field("semantic_weight", \.semanticWeight, .number(0...1), "")
    Field("bm25_weight", \.keywordWeight, .number(0...1), "")
    Field("fetch_factor", \.fetchFactor, .integer(1...10), "How many times k candidates are ranked.")
    Field("use_rerank", \.usesReranker, .bool, "")
    Field("reranker_provider", \.rerankerProvider, .string(), "")
    Field("reranker_model", \.rerankerModel, .string(), "")
    Field("fusion", \.fusion, .enumeration(), "")
    Field("use_graph", \.usesGraph, .bool, "")
    Field("log_queries", \.logsQueries, .bool, "")
    Field("query_retention_days", \.queryRetentionDays, .integer(1...365), "")
  }
}

/// Counts of a context.
struct StatisticsView: Sendable {
  var total = 0
  var working = 0
  var persistent = 0
  var details: JSONObject?

  init() {}

  init(_ statistics: MemoryStatistics, detailed: Bool) {
    total = Int(statistics.total)
    working = Int(statistics.working)
    persistent = Int(statistics.persistent)
    if detailed {
      let types = statistics.byType.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      details = [
        "forgotten": .integer(statistics.forgotten),
        "by_type": .object(JSONObject(types.map { ($0.key, .integer($0.value)) })),
      ]
    }
  }

  static let schema = Schema.record(StatisticsView()) {
    Field("total_memories", \.total, .integer(), "")
    Field("working_memories", \.working, .integer(), "")
    Field("persistent_memories", \.persistent, .integer(), "")
    Field("details", \.details, .jsonObject, "Counts by type, and what was forgotten and can be restored.")
  }
}
