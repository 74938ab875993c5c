public import Engine
public import JSON
import Model

/// Tries failed texts again.
public enum RetryEmbeddings: Operation {
  public static let name = "retry_embeddings"
  public static let title = "Retry failed embeddings"
  public static let about = """
    Lets the texts of a context that a model refused be tried again now, rather than within the hour; \
    get_embedding_status lists them with the reasons.
    """
  public static let access = Access.writes(.member, idempotent: true)
  public static let audience = Audience.keepers
  public static let route = Route.post("/api/v1/workspace/embedding-status/retry")
  public static let command = Command("context_id", example: "mneme retry_embeddings default")

  public struct Input: Sendable {
    var context = ""
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
  }

  public struct Output: Sendable {
    var count = 0
  }

  public static let output = Schema.record(Output()) {
    Field("retried", \.count, .integer(), "How many will be tried again.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.writing(input.context, as: call.caller)
    return Output(count: try await call.engine.retryEmbeddings(in: access))
  }
}
