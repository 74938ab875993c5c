public import Engine
public import JSON
import Model

/// What a policy would change.
public enum PreviewPolicy: Operation {
  public static let name = "preview_policy"
  public static let title = "Preview a policy"
  public static let about = """
    What questions would find with a policy, beside what they find now: places, moves and scores. The policy is one of the \
    workspace, a shipped one, or a script that is not stored yet (source). Changes nothing and counts as no use.
    """
  public static let access = Access.reads(.member)
  public static let audience = Audience.keepers
  public static let route = Route.post("/api/v1/policies/preview")
  public static let command = Command(
    "policy", "context_id",
    example: "mneme preview_policy recency-heavy default --queries '[\"why did login break\"]'")

  public struct Input: Sendable {
    var policy = ""
    var version: Int?
    var source: String?
    var kind = PolicyKind.scoring
    var context = ""
    var queries: [String] = []
    var limit = 10
  }

  public static let input = Schema.record(Input()) {
    Field("policy", \.policy, .policy, Words.policy)
    Field("version", \.version, .integer(1...1_000_000), "Which version; the newest if it is left out.")
    Field("source", \.source, .script, "A script instead of a stored version.")
    Field("kind", \.kind, .enumeration(), "What the script decides.", required: false)
    Field("context_id", \.context, .context, Words.context)
    Field(
      "queries", \.queries,
      .array(of: .string(length: Limits.queryLength, pattern: .notBlank), count: 1...20), "What to ask.")
    Field("k", \.limit, .integer(1...50), "How many answers to compare.", required: false)
  }

  public struct Output: Sendable {
    var previews: [Preview] = []
  }

  struct Preview: Sendable {
    var query = ""
    var rows: [Row] = []
    var moved = 0
    var problem: String?

    static let schema = Schema.record(Preview()) {
      Field("query", \.query, .string(), "")
      Field("rows", \.rows, .array(of: Row.schema), "In the new order.")
      Field("moved", \.moved, .integer(), "How many answers are in another place.")
      Field("policy_error", \.problem, .string(), "What the script did wrong; then the default answered.")
    }
  }

  struct Row: Sendable {
    var memory = MemoryID(high: 0, low: 0)
    var summary = ""
    var now: Int?
    var then: Int?
    var scoreNow: Double?
    var scoreThen: Double?

    static let schema = Schema.record(Row()) {
      Field("memory_id", \.memory, .identifier(), "")
      Field("summary", \.summary, .string(), "")
      Field("place_now", \.now, .integer(), "")
      Field("place_then", \.then, .integer(), "")
      Field("score_now", \.scoreNow, .number(), "")
      Field("score_then", \.scoreThen, .number(), "")
    }
  }

  public static let output = Schema.record(Output()) {
    Field("previews", \.previews, .array(of: Preview.schema), "One for each question.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.reading(input.context, as: call.caller)
    let previews = try await call.engine.previewPolicy(
      input.policy, version: input.version.map { Int64($0) }, source: input.source, kind: input.kind,
      on: input.queries,
      limit: input.limit, in: access)
    return Output(
      previews: previews.map { preview in
        Preview(
          query: preview.query,
          rows: preview.rows.map { row in
            Row(
              memory: row.memory.id, summary: row.memory.summary, now: row.now, then: row.then,
              scoreNow: row.scoreNow.map(rounded), scoreThen: row.scoreThen.map(rounded))
          }, moved: preview.rows.count { $0.now != $0.then }, problem: preview.fault)
      })
  }
}
