public import Engine
public import JSON
import Model

/// Brings the memories of one context into another.
public enum MergeContexts: Operation {
  public static let name = "merge_contexts"
  public static let title = "Merge contexts"
  public static let about = """
    Brings every memory of the source context into the target. With delete_source the memories move (ids, history and \
    links stay) and the source is deleted; without it they are copied as new memories and the source stays as it was.
    """
  public static let access = Access.destroys(.admin, idempotent: false)
  public static let route = Route.post("/api/v1/contexts/merge")
  public static let command = Command(
    "source_context_id", "target_context_id",
    example: "mneme merge_contexts draft my-project --delete-source true")

  public struct Input: Sendable {
    var source: String?
    var target: String?
    var sourceAlias: String?
    var targetAlias: String?
    var deletesSource = false
  }

  public static let input = Schema.record(Input()) {
    Field("source_context_id", \.source, .context, "The context to take from, by id or by name.")
    Field("target_context_id", \.target, .context, "The context to bring them to, by id or by name.")
    Field("source_id", \.sourceAlias, .context, "Another name for source_context_id.")
    Field("target_id", \.targetAlias, .context, "Another name for target_context_id.")
    Field("delete_source", \.deletesSource, .bool, "Whether to move rather than copy.", required: false)
  }.checked { input in
    var faults: [SchemaFault] = []
    if (input.source ?? input.sourceAlias) == nil {
      faults.append(SchemaFault(path: "source_context_id", "missing", allowed: "the id or name of a context"))
    }
    if (input.target ?? input.targetAlias) == nil {
      faults.append(SchemaFault(path: "target_context_id", "missing", allowed: "the id or name of a context"))
    }
    return faults
  }

  public struct Output: Sendable {
    var merged = 0
    var pendingEmbedding = 0
    var source = ContextID(high: 0, low: 0)
    var target = ContextID(high: 0, low: 0)
    var deletedSource = false
  }

  public static let output = Schema.record(Output()) {
    Field("merged", \.merged, .integer(), "How many memories came into the target.")
    Field(
      "pending_embedding", \.pendingEmbedding, .integer(), "How many of them are not yet found by meaning.")
    Field("source_id", \.source, .identifier(), "")
    Field("target_id", \.target, .identifier(), "")
    Field("delete_source", \.deletedSource, .bool, "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let source = try await call.engine.writing(input.source ?? input.sourceAlias ?? "", as: call.caller)
    let target = try await call.engine.writing(input.target ?? input.targetAlias ?? "", as: call.caller)
    let merge = try await call.engine.merge(source, into: target, deletingSource: input.deletesSource)
    return Output(
      merged: merge.count, source: merge.source, target: merge.target, deletedSource: merge.deletedSource)
  }
}
