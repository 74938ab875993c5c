public import Engine
public import JSON
import Model

/// Lets a context be found by another model.
public enum ChangeEmbeddingModel: Operation {
  public static let name = "change_embedding_model"
  public static let title = "Change the embedding model"
  public static let about = """
    Embeds a context anew with another model of list_embedding_models, beside the old vectors, which serve until all \
    new ones are there; then swaps. get_embedding_status shows how far it is, undo_model_change stops it or takes it back.
    """
  public static let access = Access.writes(.member, idempotent: true)
  public static let audience = Audience.keepers
  public static let route = Route.post("/api/v1/contexts/{context_id}/embedding-model")
  public static let command = Command(
    "context_id", "embedding_model",
    example: "mneme change_embedding_model default all-MiniLM-L6-v2-exact --wait")

  public struct Input: Sendable {
    var context = ""
    var model = ""
    var waits = false
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field("embedding_model", \.model, .embeddingModel, "The model's name.")
    Field("wait", \.waits, .bool, "Whether to answer when it is done.", required: false)
  }

  public static let output = EmbeddingStatusView.schema

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> EmbeddingStatusView {
    EmbeddingStatusView(
      try await call.engine.changeModel(
        of: input.context, to: input.model, waiting: input.waits, as: call.caller))
  }
}

/// Takes a change of the model back.
public enum UndoModelChange: Operation {
  public static let name = "undo_model_change"
  public static let title = "Undo a change of the embedding model"
  public static let about = """
    Stops a change of the context's embedding model that is under way, or goes back to the model before the last \
    change, whose vectors are still there.
    """
  public static let access = Access.writes(.member, idempotent: false)
  public static let audience = Audience.keepers
  public static let route = Route.post("/api/v1/contexts/{context_id}/embedding-model/undo")
  public static let command = Command("context_id", example: "mneme undo_model_change default")

  public struct Input: Sendable {
    var context = ""
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
  }

  public static let output = EmbeddingStatusView.schema

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> EmbeddingStatusView {
    EmbeddingStatusView(try await call.engine.undoModelChange(of: input.context, as: call.caller))
  }
}
