public import Engine
public import JSON
import Model

/// Declares many links at once.
public enum ImportEdges: Operation {
  public static let name = "import_edges"
  public static let title = "Import links"
  public static let about = """
    Declares up to 1,000 links at once, in one step. A link that is there takes the new values. Links of which an end is \
    not in the context, or that lead from a memory to itself, are skipped and counted.
    """
  public static let access = Access.writes(idempotent: true)
  public static let audience = Audience.keepers
  public static let route = Route.post("/api/v1/memory/edges/import")
  public static let command = Command(
    example: "mneme import_edges --edges '[{\"source_id\": \"…\", \"target_id\": \"…\"}]'")

  public struct Input: Sendable {
    var context = ""
    var edges: [Item] = []
  }

  struct Item: Sendable {
    var source = ""
    var target = ""
    var type = Edge.KnownType.relatedTo
    var weight = 1.0
    var confidence = 1.0

    static let schema = Schema.record(Item()) {
      Field("source_id", \.source, .memory, "")
      Field("target_id", \.target, .memory, "")
      Field("edge_type", \.type, .edgeType, "", required: false)
      Field("weight", \.weight, .number(0...3), "", required: false)
      Field("confidence", \.confidence, .number(0...1), "", required: false)
    }
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field("edges", \.edges, .array(of: Item.schema, count: 1...1_000), "The links.")
  }

  public struct Output: Sendable {
    var saved = 0
    var skipped = 0
  }

  public static let output = Schema.record(Output()) {
    Field("saved", \.saved, .integer(), "")
    Field("skipped", \.skipped, .integer(), "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.writing(input.context, as: call.caller)
    let drafts = input.edges.map { item in
      var draft = EdgeDraft(from: item.source, to: item.target)
      draft.type = item.type
      draft.weight = item.weight
      draft.confidence = item.confidence
      return draft
    }
    let (saved, skipped) = try await call.engine.importEdges(drafts, in: access)
    return Output(saved: saved, skipped: skipped)
  }
}
