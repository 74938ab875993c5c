public import Engine
public import JSON
import Model

/// Makes a context.
public enum CreateContext: Operation {
  public static let name = "create_context"
  public static let title = "Create a context"
  public static let about = """
    Makes a namespace for memories of one project or subject. Private (the default): only its creator sees it; shared: \
    the whole workspace. Needs the role admin. Look at list_contexts first, since many small contexts find less than \
    one good one.
    """
  public static let access = Access.writes(.admin)
  public static let route = Route.post("/api/v1/contexts", status: 201)
  public static let command = Command(
    "name", example: "mneme create_context my-project --summary \"The shop's backend\"")

  public struct Input: Sendable {
    var name = ""
    var displayName: String?
    var description: String?
    var summary: String?
    var usageGuide: String?
    var isPrivate = true
    var embeddingModel: String?
  }

  public static let input = Schema.record(Input()) {
    Field("name", \.name, .contextName, "Lower-case letters, digits, “-” and “_”; e.g. my-project.")
    Field("display_name", \.displayName, .string(length: 1...200), "A name for people.")
    Field("description", \.description, .string(length: 1...2_000), "What it holds.")
    Field(
      "summary", \.summary, .string(length: 1...2_000), "What it is about, for an agent that has to choose.")
    Field("usage_guide", \.usageGuide, .string(length: 1...4_000), "How an agent should use it.")
    Field("is_private", \.isPrivate, .bool, "Whether only you see it.", required: false)
    Field(
      "embedding_model", \.embeddingModel, .embeddingModel,
      "One of list_embedding_models; else the standard one.")
  }

  public static let output = ContextView.schema

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> ContextView {
    var draft = ContextDraft(name: input.name)
    draft.displayName = input.displayName
    draft.description = input.description
    draft.summary = input.summary
    draft.usageGuide = input.usageGuide
    draft.isPrivate = input.isPrivate
    draft.embeddingModel = input.embeddingModel
    return ContextView(try await call.engine.createContext(draft, as: call.caller))
  }
}
