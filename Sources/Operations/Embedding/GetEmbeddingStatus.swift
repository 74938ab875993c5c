public import Engine
public import JSON
import Model

/// How far memories are found by meaning.
public enum GetEmbeddingStatus: Operation {
  public static let name = "get_embedding_status"
  public static let title = "Embedding status"
  public static let about = """
    How many memories of your contexts are embedded, wait for it or were refused, with reasons, and how far a change of \
    the model is. What is not embedded is found by its words.
    """
  public static let access = Access.reads()
  public static let audience = Audience.keepers
  public static let route = Route.get("/api/v1/workspace/embedding-status")
  public static let command = Command("context_id", example: "mneme get_embedding_status")

  public struct Input: Sendable {
    var context: String?
    var failures = 20
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, "Only this context, by id or by name.")
    Field("failures", \.failures, .integer(0...200), "Failed texts to list of each context.", required: false)
  }

  public struct Output: Sendable {
    var contexts: [EmbeddingStatusView] = []
    var memories = 0
    var embedded = 0
    var pending = 0
    var failed = 0
  }

  public static let output = Schema.record(Output()) {
    Field("contexts", \.contexts, .array(of: EmbeddingStatusView.schema), "")
    Field("memories", \.memories, .integer(), "In all of them, by their present models.")
    Field("embedded", \.embedded, .integer(), "")
    Field("pending", \.pending, .integer(), "")
    Field("failed", \.failed, .integer(), "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let all = try await call.engine.embeddingStatus(
      of: input.context, failures: input.failures, as: call.caller)
    var output = Output()
    output.contexts = all.map(EmbeddingStatusView.init)
    for present in output.contexts.compactMap(\.present) {
      output.memories += present.memories
      output.embedded += present.embedded
      output.pending += present.pending
      output.failed += present.failed
    }
    return output
  }
}
