public import Engine
public import JSON
import Model
import Storage

/// How much a workspace holds.
public enum GetUsage: Operation {
  public static let name = "get_usage"
  public static let title = "Usage"
  public static let about =
    "How many memories, contexts and members the workspace has, and its limits (0: no limit)."
  public static let access = Access.reads()
  public static let route = Route.get("/api/v1/usage")
  public static let command = Command(example: "mneme get_usage")

  public struct Input: Sendable {}

  public static let input = Schema.record(Input()) {}

  public struct Output: Sendable {
    var plan = "self-hosted"
    var memories = Quota()
    var contexts = Quota()
    var members = Quota()
    var calls = Limit()
  }

  struct Quota: Sendable {
    var used = 0
    var limit = 0
    var percentage: Double?

    init() {}

    init(_ used: Int64, of limit: Int64) {
      self.used = Int(used)
      self.limit = Int(limit)
      percentage = limit > 0 ? (Double(used) / Double(limit) * 1_000).rounded() / 10 : nil
    }

    static let schema = Schema.record(Quota()) {
      Field("used", \.used, .integer(), "")
      Field("limit", \.limit, .integer(), "")
      Field("percentage", \.percentage, .number(), "")
    }
  }

  struct Limit: Sendable {
    var limit = 0

    static let schema = Schema.record(Limit()) { Field("limit", \.limit, .integer(), "") }
  }

  public static let output = Schema.record(Output()) {
    Field("plan", \.plan, .string(), "")
    Field("memories", \.memories, Quota.schema, "")
    Field("contexts", \.contexts, Quota.schema, "")
    Field("members", \.members, Quota.schema, "")
    Field("mcp_calls_per_day", \.calls, Limit.schema, "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let usage = try await call.engine.usage(as: call.caller)
    let limits = call.engine.limits
    var output = Output()
    output.memories = Quota(usage.memories, of: limits.memories)
    output.contexts = Quota(usage.contexts, of: limits.contexts)
    output.members = Quota(usage.members, of: limits.members)
    return output
  }
}
