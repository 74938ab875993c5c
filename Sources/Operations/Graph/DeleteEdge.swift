public import Engine
public import JSON
import Model

/// Removes a link.
public enum DeleteEdge: Operation {
  public static let name = "delete_edge"
  public static let title = "Unlink two memories"
  public static let about = """
    Removes the link from one memory to another: of edge_type, or all of that direction. Without its `supersedes` link a \
    memory comes back to recall.
    """
  public static let access = Access.destroys(idempotent: false)
  public static let route = Route.delete("/api/v1/memory/edges")
  public static let command = Command(
    "source_id", "target_id",
    example:
      "mneme delete_edge 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e70")

  public struct Input: Sendable {
    var source = ""
    var target = ""
    var context = ""
    var type: String?
  }

  public static let input = Schema.record(Input()) {
    Field("source_id", \.source, .memory, "The memory that the link is from.")
    Field("target_id", \.target, .memory, "The memory that it leads to.")
    Field("context_id", \.context, .context, Words.context)
    Field("edge_type", \.type, .edgeType, "Only the link of this type.")
  }

  public struct Output: Sendable {
    var deleted = true
    var count = 0
  }

  public static let output = Schema.record(Output()) {
    Field("deleted", \.deleted, .bool, "")
    Field("count", \.count, .integer(), "How many links that were.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.writing(input.context, as: call.caller)
    let count = try await call.engine.unlink(
      from: input.source, to: input.target, ofType: input.type, in: access)
    return Output(deleted: count > 0, count: count)
  }
}
