public import Engine
public import JSON
import Model

/// Declares a link between two memories.
public enum CreateEdge: Operation {
  public static let name = "create_edge"
  public static let title = "Link two memories"
  public static let about = """
    Declares that one memory belongs to another. `supersedes` lets the target step back from recall in favour of the \
    source; `contradicts` warns on both sides. The same link again is `unchanged`; a learned one becomes declared \
    (`updated`); a declared one that says something else is refused as edge_exists unless overwrite is true. Undo with \
    delete_edge.
    """
  public static let access = Access.writes(idempotent: true)
  public static let route = Route.post("/api/v1/memory/edges", status: 200)
  public static let command = Command(
    "source_id", "target_id",
    example:
      "mneme create_edge 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e70 --edge-type depends_on"
  )

  public struct Input: Sendable {
    var source = ""
    var target = ""
    var context = ""
    var type = Edge.KnownType.relatedTo
    var weight = 1.0
    var confidence = 1.0
    var overwrites = false
  }

  public static let input = Schema.record(Input()) {
    Field("source_id", \.source, .memory, "The memory that the link is from.")
    Field("target_id", \.target, .memory, "The memory that it leads to.")
    Field("context_id", \.context, .context, Words.context)
    Field("edge_type", \.type, .edgeType, Words.edgeType, required: false)
    Field("weight", \.weight, .number(0...3), Words.weight, required: false)
    Field("confidence", \.confidence, .number(0...1), Words.confidence, required: false)
    Field(
      "overwrite", \.overwrites, .bool, "Replace a declared link that says something else.", required: false)
  }

  public enum Outcome: String, Sendable, CaseIterable {
    case created, updated, unchanged
  }

  public struct Output: Sendable {
    var edge = EdgeView()
    var operation = Outcome.created
    var previous: EdgeView?
  }

  public static let output = Schema.record(Output()) {
    Field("edge", \.edge, EdgeView.schema, "")
    Field("operation", \.operation, .enumeration(), "What became of it.")
    Field("previous", \.previous, EdgeView.schema, "What it was before, if it was updated.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.writing(input.context, as: call.caller)
    var draft = EdgeDraft(from: input.source, to: input.target)
    draft.type = input.type
    draft.weight = input.weight
    draft.confidence = input.confidence
    draft.overwrites = input.overwrites
    switch try await call.engine.link(draft, in: access) {
    case .created(let edge): return Output(edge: EdgeView(edge), operation: .created)
    case .updated(let edge, let previous):
      return Output(edge: EdgeView(edge), operation: .updated, previous: EdgeView(previous))
    case .unchanged(let edge): return Output(edge: EdgeView(edge), operation: .unchanged)
    }
  }
}
