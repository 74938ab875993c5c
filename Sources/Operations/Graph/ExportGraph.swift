public import Engine
public import JSON
import Model

/// The links of a context, for other tools.
public enum ExportGraph: Operation {
  public static let name = "export_graph"
  public static let title = "Export the graph"
  public static let about = """
    The memories that have links and the links among them, page by page: as JSON, or as a GraphML document for graph \
    tools. Pass next_cursor as cursor to go on; each GraphML page is a document of its own.
    """
  public static let access = Access.reads()
  public static let audience = Audience.keepers
  public static let route = Route.get("/api/v1/contexts/{context_id}/graph")
  public static let command = Command("context_id", example: "mneme export_graph default --format graphml")

  public enum Format: String, Sendable, CaseIterable {
    case json, graphml
  }

  public struct Input: Sendable {
    var context = ""
    var format = Format.json
    var limit = 1_000
    var cursor: String?
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field("format", \.format, .enumeration(), "As JSON, or as a document for graph tools.", required: false)
    Field("limit", \.limit, .integer(1...10_000), "How many links.", required: false)
    Field("cursor", \.cursor, .string(length: 1...64), "Where an earlier page ended.")
  }

  public struct Output: Sendable {
    var memories: [Node] = []
    var edges: [EdgeView] = []
    var document: String?
    var nextCursor: String?
  }

  struct Node: Sendable {
    var memory = MemoryID(high: 0, low: 0)
    var summary = ""

    static let schema = Schema.record(Node()) {
      Field("memory_id", \.memory, .identifier(), "")
      Field("summary", \.summary, .string(), "")
    }
  }

  public static let output = Schema.record(Output()) {
    Field("memories", \.memories, .array(of: Node.schema), "The ends of these links.")
    Field("edges", \.edges, .array(of: EdgeView.schema), "")
    Field("document", \.document, .string(), "The same as GraphML.")
    Field("next_cursor", \.nextCursor, .string(), "There is more after this.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.reading(input.context, as: call.caller)
    var start: EdgeID?
    if let cursor = input.cursor {
      start = EdgeID(cursor)
      if start == nil { throw .invalid("cursor", "is no cursor", allowed: "next_cursor of an earlier page") }
    }
    let page = try await call.engine.graphPage(after: start, limit: input.limit, in: access)
    var output = Output()
    output.nextCursor = page.next?.description
    if input.format == .graphml {
      output.document = page.graphML
    } else {
      output.memories = page.memories.map { Node(memory: $0.id, summary: $0.summary) }
      output.edges = page.edges.map(EdgeView.init)
    }
    return output
  }
}
