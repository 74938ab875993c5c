public import Engine
public import JSON
import Model

/// Changes how a context is searched.
public enum UpdateSearchConfig: Operation {
  public static let name = "update_search_config"
  public static let title = "Change search settings"
  public static let about = """
    Changes how recall searches a context: what meaning and words count, how far it fetches, how answers are put in \
    order, and whether questions are kept for trying policies on. What you leave out stays. Needs the role admin, or to \
    be the creator of a private context.
    """
  public static let access = Access.writes(.member, idempotent: true)
  public static let route = Route.patch("/api/v1/contexts/{context_id}/search-config")
  public static let command = Command(
    "context_id", example: "mneme update_search_config default --semantic-weight 0.7")

  public struct Input: Sendable {
    var context = ""
    var revision = SearchRevision()
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field(
      "semantic_weight", \.revision.semanticWeight, .number(0...1), "What meaning counts; with bm25_weight 1."
    )
    Field(
      "bm25_weight", \.revision.keywordWeight, .number(0...1), "What words count; with semantic_weight 1.")
    Field(
      "fetch_factor", \.revision.fetchFactor, .integer(1...10), "How many times k candidates are weighed.")
    Field("fusion", \.revision.fusion, .enumeration(), "Whether scores or places are added up.")
    Field("use_graph", \.revision.usesGraph, .bool, "Let links between memories count.")
    Field("use_rerank", \.revision.usesReranker, .bool, "Kept for rerankers; none is built in yet.")
    Field("reranker_provider", \.revision.rerankerProvider, .string(length: 0...40), "Which service.")
    Field("reranker_model", \.revision.rerankerModel, .string(length: 0...200), "Which of its models.")
    Field("log_queries", \.revision.logsQueries, .bool, "Keep questions and what they found.")
    Field("query_retention_days", \.revision.queryRetentionDays, .integer(1...365), "For how long.")
  }

  public struct Output: Sendable {
    var context = ContextID(high: 0, low: 0)
    var search = SearchSettings()
  }

  public static let output = Schema.record(Output()) {
    Field("context_id", \.context, .identifier(), "")
    Field("search_config", \.search, SearchSettings.schema, "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    _ = try await call.engine.writing(input.context, as: call.caller)
    var revision = ContextRevision()
    revision.search = input.revision
    let context = try await call.engine.updateContext(input.context, with: revision, as: call.caller)
    return Output(context: context.id, search: context.search)
  }
}
