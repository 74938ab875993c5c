public import Engine
public import JSON
import Model

/// What policies there are, and which decide.
public enum ListPolicies: Operation {
  public static let name = "list_policies"
  public static let title = "List policies"
  public static let about =
    "The workspace's policies, those that are shipped, and where which one is in force."
  public static let access = Access.reads()
  public static let audience = Audience.keepers
  public static let route = Route.get("/api/v1/policies")
  public static let command = Command(example: "mneme list_policies")

  public struct Input: Sendable {}

  public static let input = Schema.record(Input()) {}

  public struct Output: Sendable {
    var policies: [PolicyView] = []
    var inForce: [PolicySettingView] = []
  }

  public static let output = Schema.record(Output()) {
    Field("policies", \.policies, .array(of: PolicyView.schema), "The newest version of each.")
    Field(
      "in_force", \.inForce, .array(of: PolicySettingView.schema),
      "Where something else decides than what is shipped.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let own = try await call.engine.policies(as: call.caller)
    let settings = try await call.engine.policySettings(as: call.caller)
    return Output(
      policies: own.map { PolicyView($0) } + call.engine.shippedPolicies.map { PolicyView($0) },
      inForce: settings.map(PolicySettingView.init))
  }
}

/// One policy.
public enum GetPolicy: Operation {
  public static let name = "get_policy"
  public static let title = "Get a policy"
  public static let about =
    "A version of a policy with its source: the workspace's own, or else the shipped one of that name."
  public static let access = Access.reads()
  public static let audience = Audience.keepers
  public static let route = Route.get("/api/v1/policies/{policy}")
  public static let command = Command("policy", example: "mneme get_policy recency-heavy")

  public struct Input: Sendable {
    var policy = ""
    var version: Int?
  }

  public static let input = Schema.record(Input()) {
    Field("policy", \.policy, .policy, Words.policy)
    Field("version", \.version, .integer(1...1_000_000), "Which version; the newest if it is left out.")
  }

  public static let output = PolicyView.schema

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> PolicyView {
    do {
      return PolicyView(
        try await call.engine.policy(input.policy, version: input.version.map { Int64($0) }, as: call.caller),
        withSource: true)
    } catch {
      guard case .policyNotFound = error, input.version == nil,
        let shipped = call.engine.shippedPolicies.first(where: { $0.name == input.policy })
      else { throw error }
      return PolicyView(shipped, withSource: true)
    }
  }
}

/// What a policy printed and did wrong.
public enum PolicyLogs: Operation {
  public static let name = "policy_logs"
  public static let title = "Log of a policy"
  public static let about = "The last lines that a policy printed, and its errors, when it decided for you."
  public static let access = Access.reads(.member)
  public static let audience = Audience.keepers
  public static let route = Route.get("/api/v1/policies/{policy}/logs")
  public static let command = Command("policy", example: "mneme policy_logs mine")

  public struct Input: Sendable {
    var policy = ""
    var limit = 50
  }

  public static let input = Schema.record(Input()) {
    Field("policy", \.policy, .policy, Words.policy)
    Field("limit", \.limit, .integer(1...200), "At most how many.", required: false)
  }

  public struct Output: Sendable {
    var lines: [Line] = []
  }

  struct Line: Sendable {
    var at = Timestamp(microseconds: 0)
    var level = PolicyLogLine.Level.info
    var version = 0
    var text = ""

    static let schema = Schema.record(Line()) {
      Field("at", \.at, .timestamp, "")
      Field("level", \.level, .enumeration(), "")
      Field("version", \.version, .integer(), "")
      Field("text", \.text, .string(), "")
    }
  }

  public static let output = Schema.record(Output()) {
    Field("lines", \.lines, .array(of: Line.schema), "Oldest first.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let lines = try await call.engine.policyLog(of: input.policy, limit: input.limit, as: call.caller)
    return Output(
      lines: lines.map { Line(at: $0.at, level: $0.level, version: Int($0.version), text: $0.text) })
  }
}
