public import Engine
public import JSON
import Model

/// Changes a context.
public enum UpdateContext: Operation {
  public static let name = "update_context"
  public static let title = "Change a context"
  public static let about = """
    Changes a context's name, texts, visibility, lock or sleep mode; what you leave out stays, an empty text clears. \
    Needs the role admin, or to be the creator of a private context. A locked context is read only and cannot be \
    deleted.
    """
  public static let access = Access.writes(.member, idempotent: true)
  public static let route = Route.patch("/api/v1/contexts/{context_id}")
  public static let command = Command("context_id", example: "mneme update_context default --is-locked true")

  public struct Input: Sendable {
    var context = ""
    var revision = ContextRevision()
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field("name", \.revision.name, .contextName, "A new name.")
    Field("display_name", \.revision.displayName, .string(length: 0...200), "A name for people.")
    Field("description", \.revision.description, .string(length: 0...2_000), "What it holds.")
    Field("summary", \.revision.summary, .string(length: 0...2_000), "What it is about.")
    Field("usage_guide", \.revision.usageGuide, .string(length: 0...4_000), "How an agent should use it.")
    Field("is_private", \.revision.isPrivate, .bool, "Whether only its creator sees it.")
    Field("is_locked", \.revision.isLocked, .bool, "Whether it can only be read.")
    Field(
      "sleep_mode", \.revision.sleepMode, .enumeration(),
      "How much of the nightly maintenance it takes part in.")
    Field(
      "embedding_model", \.revision.embeddingModel, .embeddingModel,
      "The model, while it is empty; else change_embedding_model.")
    Field(
      "edge_half_life_days", \.revision.edgeHalfLifeDays, .number(0.1...3_650),
      "After how many days half of a learned link's weight is left.")
  }

  public static let output = ContextView.schema

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> ContextView {
    ContextView(try await call.engine.updateContext(input.context, with: input.revision, as: call.caller))
  }
}
