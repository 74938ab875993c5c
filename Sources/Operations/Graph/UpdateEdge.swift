public import Engine
public import JSON
import Model

/// Changes a link.
public enum UpdateEdge: Operation {
  public static let name = "update_edge"
  public static let title = "Change a link"
  public static let about = """
    Changes the weight, the confidence or the type of the link from one memory to another; what you leave out stays. \
    Where there are several links between the two, `current_type` says which one.
    """
  public static let access = Access.writes(idempotent: true)
  public static let route = Route.patch("/api/v1/memory/edges")
  public static let command = Command(
    "source_id", "target_id",
    example:
      "mneme update_edge 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e70 --weight 2"
  )

  public struct Input: Sendable {
    var source = ""
    var target = ""
    var context = ""
    var currentType: String?
    var type: String?
    var weight: Double?
    var confidence: Double?
  }

  public static let input = Schema.record(Input()) {
    Field("source_id", \.source, .memory, "The memory that the link is from.")
    Field("target_id", \.target, .memory, "The memory that it leads to.")
    Field("context_id", \.context, .context, Words.context)
    Field("current_type", \.currentType, .edgeType, "The type of the link that is meant.")
    Field("edge_type", \.type, .edgeType, "A new type.")
    Field("weight", \.weight, .number(0...3), "A new weight.")
    Field("confidence", \.confidence, .number(0...1), "A new confidence.")
  }

  public struct Output: Sendable {
    var edge = EdgeView()
    var previous = EdgeView()
  }

  public static let output = Schema.record(Output()) {
    Field("edge", \.edge, EdgeView.schema, "")
    Field("previous", \.previous, EdgeView.schema, "What it was before.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.writing(input.context, as: call.caller)
    let (edge, previous) = try await call.engine.updateEdge(
      from: input.source, to: input.target, ofType: input.currentType, weight: input.weight,
      confidence: input.confidence, newType: input.type, in: access)
    return Output(edge: EdgeView(edge), previous: EdgeView(previous))
  }
}
