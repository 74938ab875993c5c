public import Engine
public import JSON
import Model

/// Deletes a context.
public enum DeleteContext: Operation {
  public static let name = "delete_context"
  public static let title = "Delete a context"
  public static let about = """
    Deletes a context with all that is in it, softly: nobody sees it any more, and it is removed for good after 30 \
    days. Refused while it is locked. Needs the role admin, or to be the creator of a private context.
    """
  public static let access = Access.destroys(.member)
  public static let route = Route.delete("/api/v1/contexts/{context_id}")
  public static let command = Command("context_id", example: "mneme delete_context old-project")

  public struct Input: Sendable {
    var context = ""
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
  }

  public struct Output: Sendable {
    var id = ContextID(high: 0, low: 0)
    var name = ""
    var isDeleted = true
  }

  public static let output = Schema.record(Output()) {
    Field("context_id", \.id, .identifier(), "")
    Field("name", \.name, .string(), "")
    Field("deleted", \.isDeleted, .bool, "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let context = try await call.engine.deleteContext(input.context, as: call.caller)
    return Output(id: context.id, name: context.name)
  }
}
