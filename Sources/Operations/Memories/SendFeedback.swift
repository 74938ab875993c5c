public import Engine
public import JSON
import Model

/// Says whether a memory helped.
public enum SendFeedback: Operation {
  public static let name = "feedback"
  public static let title = "Give feedback"
  public static let about = """
    Says whether a memory that recall returned was helpful for the question. Ranking learns from it, within bounds. \
    Nothing is overwritten: every word counts once.
    """
  public static let access = Access.writes()
  public static let route = Route.post("/api/v1/contexts/{context_id}/feedback", status: 201)
  public static let command = Command(
    "memory_id", "helpful", example: "mneme feedback 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f true")

  public struct Input: Sendable {
    var context = ""
    var memory = ""
    var isHelpful = true
    var query: String?
    var note: String?
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field("memory_id", \.memory, .memory, Words.memory)
    Field("helpful", \.isHelpful, .bool, "Whether it helped.")
    Field("query", \.query, .string(length: Limits.queryLength), "The question that it was found by.")
    Field("note", \.note, .string(length: 1...2_000), "Why.")
  }

  public struct Output: Sendable {
    var memory = MemoryID(high: 0, low: 0)
    var isHelpful = true
    var at = Timestamp(microseconds: 0)
  }

  public static let output = Schema.record(Output()) {
    Field("memory_id", \.memory, .identifier(), "")
    Field("helpful", \.isHelpful, .bool, "")
    Field("recorded_at", \.at, .timestamp, "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.writing(input.context, as: call.caller)
    let feedback = try await call.engine.add(
      feedback: input.isHelpful, on: input.memory, query: input.query, note: input.note, in: access)
    return Output(memory: feedback.memory, isHelpful: feedback.isHelpful, at: feedback.at)
  }
}
