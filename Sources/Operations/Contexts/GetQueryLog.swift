public import Engine
public import JSON
import Model
import Storage

/// What was asked in a context.
public enum GetQueryLog: Operation {
  public static let name = "get_query_log"
  public static let title = "Questions that were asked"
  public static let about = """
    The questions that were asked of a context and what they found, the latest first, if the context keeps them \
    (update_search_config with log_queries). They are what a new policy is tried on.
    """
  public static let access = Access.reads(.member)
  public static let audience = Audience.keepers
  public static let route = Route.get("/api/v1/contexts/{context_id}/queries")
  public static let command = Command("context_id", example: "mneme get_query_log default --limit 20")

  public struct Input: Sendable {
    var context = ""
    var limit = 50
    var before: Timestamp?
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field("limit", \.limit, .integer(1...1_000), "At most how many.", required: false)
    Field("asked_before", \.before, .timestamp, "Only those asked before this instant.")
  }

  public struct Output: Sendable {
    var queries: [Query] = []
    var isLogging = false
  }

  struct Query: Sendable {
    var text = ""
    var mode = ""
    var limit = 0
    var isFiltered = false
    var results: [Answer] = []
    var confidence = ""
    var formula = ""
    var milliseconds = 0.0
    var user = UserID(high: 0, low: 0)
    var at = Timestamp(microseconds: 0)

    static let schema = Schema.record(Query()) {
      Field("query", \.text, .string(), "")
      Field("search_mode", \.mode, .string(), "")
      Field("k", \.limit, .integer(), "")
      Field("filtered", \.isFiltered, .bool, "Whether it had filters.")
      Field("results", \.results, .array(of: Answer.schema), "Best first.")
      Field("confidence", \.confidence, .string(), "")
      Field("formula", \.formula, .string(), "What made the scores.")
      Field("took_ms", \.milliseconds, .number(), "")
      Field("user_id", \.user, .identifier(), "Who asked.")
      Field("asked_at", \.at, .timestamp, "")
    }
  }

  struct Answer: Sendable {
    var memory = MemoryID(high: 0, low: 0)
    var score = 0.0

    static let schema = Schema.record(Answer()) {
      Field("memory_id", \.memory, .identifier(), "")
      Field("score", \.score, .number(), "")
    }
  }

  public static let output = Schema.record(Output()) {
    Field("queries", \.queries, .array(of: Query.schema), "The latest first.")
    Field("log_queries", \.isLogging, .bool, "Whether the context keeps what is asked now.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.reading(input.context, as: call.caller)
    let queries = try await call.engine.loggedQueries(limit: input.limit, before: input.before, in: access)
    var output = Output()
    output.isLogging = access.context.search.logsQueries
    output.queries = queries.map { query in
      Query(
        text: query.text, mode: query.mode, limit: query.limit, isFiltered: query.isFiltered,
        results: query.results.map { Answer(memory: $0.memory, score: rounded($0.score)) },
        confidence: query.confidence, formula: query.formula,
        milliseconds: Double(query.microseconds) / 1_000, user: query.user, at: query.at)
    }
    return output
  }
}
