public import Engine
public import JSON
import Model
import Storage

/// What the graph of a context looks like as a whole.
public enum GetGraphStats: Operation {
  public static let name = "get_graph_stats"
  public static let title = "Graph statistics"
  public static let about = """
    How many links a context has and of what kinds, how they hang together, and the memories that most leads to (PageRank \
    by sampled walks). For people who tend a memory, not for answering questions.
    """
  public static let access = Access.reads()
  public static let audience = Audience.keepers
  public static let route = Route.get("/api/v1/contexts/{context_id}/graph-stats")
  public static let command = Command("context_id", example: "mneme get_graph_stats default")

  public struct Input: Sendable {
    var context = ""
    var limit = 10
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field("limit", \.limit, .integer(1...50), "How many central memories to name.", required: false)
  }

  public struct Output: Sendable {
    var edges = 0
    var byType: JSONObject = [:]
    var byOrigin: JSONObject = [:]
    var memories = 0
    var connected = 0
    var meanDegree = 0.0
    var components: Int?
    var largestComponent: Int?
    var central: [Central] = []
  }

  struct Central: Sendable {
    var memory = MemoryID(high: 0, low: 0)
    var summary = ""
    var rank = 0.0

    static let schema = Schema.record(Central()) {
      Field("memory_id", \.memory, .identifier(), "")
      Field("summary", \.summary, .string(), "")
      Field("rank", \.rank, .number(0...1), "The share of random walks that are here.")
    }
  }

  public static let output = Schema.record(Output()) {
    Field("edges", \.edges, .integer(), "")
    Field("by_type", \.byType, .jsonObject, "")
    Field("by_origin", \.byOrigin, .jsonObject, "")
    Field("memories", \.memories, .integer(), "")
    Field("connected_memories", \.connected, .integer(), "Memories with a link.")
    Field("mean_degree", \.meanDegree, .number(), "Links of a memory that has any.")
    Field(
      "components", \.components, .integer(), "Groups that hang together; not counted in very large graphs.")
    Field("largest_component", \.largestComponent, .integer(), "")
    Field("central", \.central, .array(of: Central.schema), "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.reading(input.context, as: call.caller)
    let portrait = try await call.engine.graphPortrait(central: input.limit, in: access)
    func counts(_ values: [String: Int64]) -> JSONObject {
      JSONObject(
        values.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, .integer($0.value)) })
    }
    var output = Output()
    output.edges = Int(portrait.counts.total)
    output.byType = counts(portrait.counts.byType)
    output.byOrigin = counts(
      Dictionary(uniqueKeysWithValues: portrait.counts.byOrigin.map { ($0.key.rawValue, $0.value) }))
    output.memories = portrait.memories
    output.connected = Int(portrait.counts.connected)
    if output.connected > 0 {
      output.meanDegree = (Double(2 * output.edges) / Double(output.connected) * 100).rounded() / 100
    }
    output.components = portrait.components?.count
    output.largestComponent = portrait.components?.first
    output.central = portrait.central.map {
      Central(memory: $0.memory.id, summary: $0.memory.summary, rank: ($0.rank * 1e4).rounded() / 1e4)
    }
    return output
  }
}
