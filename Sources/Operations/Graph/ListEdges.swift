public import Engine
public import JSON
import Model
import Storage

/// The links at a memory.
public enum ListEdges: Operation {
  public static let name = "list_edges"
  public static let title = "List links"
  public static let about = """
    The links that begin or end at a memory, the strongest first. `weight` is what is left of it now: learned links \
    fade. To see where they lead, use explore.
    """
  public static let access = Access.reads()
  public static let route = Route.get("/api/v1/memory/edges/{memory_id}")
  public static let command = Command(
    "memory_id", example: "mneme list_edges 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f")

  public struct Input: Sendable {
    var memory = ""
    var context = ""
    var minimumWeight = 0.0
    var types: [String]?
    var limit = 50
  }

  public static let input = Schema.record(Input()) {
    Field("memory_id", \.memory, .memory, Words.memory)
    Field("context_id", \.context, .context, Words.context)
    Field("min_weight", \.minimumWeight, .number(0...3), "Leave out weaker ones.", required: false)
    Field("edge_types", \.types, .oneOrMany(of: .edgeType, count: 1...20), "Only these types.")
    Field("limit", \.limit, .integer(1...200), "How many in each direction.", required: false)
  }

  public struct Output: Sendable {
    var edges: [EdgeView] = []
    var count = 0
  }

  public static let output = Schema.record(Output()) {
    Field("edges", \.edges, .array(of: EdgeView.schema), "The strongest first.")
    Field("count", \.count, .integer(), "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.reading(input.context, as: call.caller)
    let filter = EdgeFilter(types: input.types, minimumWeight: input.minimumWeight, limit: input.limit)
    let edges = try await call.engine.edges(at: input.memory, matching: filter, in: access)
    return Output(edges: edges.map(EdgeView.init), count: edges.count)
  }
}
