public import Engine
public import JSON
import Model

/// Adds a version of a policy.
public enum PutPolicy: Operation {
  public static let name = "put_policy"
  public static let title = "Put a policy"
  public static let about = """
    Stores a version of a policy: a Lua script that returns one function. It is tried on sample data first and refused with \
    the line if it does not compile or returns nonsense. Nothing changes until it is activated; preview it before.
    """
  public static let access = Access.writes(.admin, idempotent: true)
  public static let audience = Audience.keepers
  public static let route = Route.put("/api/v1/policies/{policy}")
  public static let command = Command(
    "policy", "kind", "source",
    example:
      "mneme put_policy mine scoring 'return function(m) local s = {} for i, x in ipairs(m) do s[i] = x.relevance end return s end'"
  )

  public struct Input: Sendable {
    var policy = ""
    var kind = PolicyKind.scoring
    var source = ""
  }

  public static let input = Schema.record(Input()) {
    Field("policy", \.policy, .policy, Words.policy)
    Field("kind", \.kind, .enumeration(), Words.policyKind, required: false)
    Field("source", \.source, .script, "The Lua script.")
  }

  public static let output = PolicyView.schema

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> PolicyView {
    PolicyView(
      try await call.engine.putPolicy(input.policy, kind: input.kind, source: input.source, as: call.caller))
  }
}

/// Tries a script without storing it.
public enum CheckPolicy: Operation {
  public static let name = "check_policy"
  public static let title = "Check a policy"
  public static let about =
    "Compiles a script and tries it on sample data, and says what is wrong and on which line. Stores nothing."
  public static let access = Access.reads(.member)
  public static let audience = Audience.keepers
  public static let route = Route.post("/api/v1/policies/check")
  public static let command = Command(
    "source", example: "mneme check_policy 'return function(memories, query) return {} end'")

  public struct Input: Sendable {
    var kind = PolicyKind.scoring
    var source = ""
  }

  public static let input = Schema.record(Input()) {
    Field("kind", \.kind, .enumeration(), Words.policyKind, required: false)
    Field("source", \.source, .script, "The Lua script.")
  }

  public struct Output: Sendable {
    var isValid = true
    var problem: String?
  }

  public static let output = Schema.record(Output()) {
    Field("valid", \.isValid, .bool, "")
    Field("problem", \.problem, .string(), "What is wrong, with the line.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let problem = try await call.engine.policyProblem(
      input.source, named: "policy", kind: input.kind, as: call.caller)
    return Output(isValid: problem == nil, problem: problem)
  }
}

/// Puts a policy in force.
public enum ActivatePolicy: Operation {
  public static let name = "activate_policy"
  public static let title = "Activate a policy"
  public static let about = """
    Puts a policy in force, in one context or in all that have none of their own. A shipped one is copied into the \
    workspace; `default` puts what is shipped in force again. Undo with rollback_policy.
    """
  public static let access = Access.writes(.admin, idempotent: true)
  public static let audience = Audience.keepers
  public static let route = Route.post("/api/v1/policies/activate")
  public static let command = Command(
    "policy", example: "mneme activate_policy recency-heavy --context-id default")

  public struct Input: Sendable {
    var policy = ""
    var version: Int?
    var context: String?
    var kind = PolicyKind.scoring
  }

  public static let input = Schema.record(Input()) {
    Field("policy", \.policy, .policy, Words.policy)
    Field("version", \.version, .integer(1...1_000_000), "Which version; the newest if it is left out.")
    Field("context_id", \.context, .context, "Where; everywhere if it is left out.")
    Field("kind", \.kind, .enumeration(), "Which kind, where the policy is `default`.", required: false)
  }

  public static let output = PolicySettingView.schema

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> PolicySettingView {
    PolicySettingView(
      try await call.engine.activatePolicy(
        input.policy, version: input.version.map { Int64($0) }, inContext: input.context, kind: input.kind,
        as: call.caller))
  }
}

/// Puts in force what was before.
public enum RollbackPolicy: Operation {
  public static let name = "rollback_policy"
  public static let title = "Roll a policy back"
  public static let about = "Puts in force what was before the last activation, in one context or everywhere."
  public static let access = Access.writes(.admin, idempotent: false)
  public static let audience = Audience.keepers
  public static let route = Route.post("/api/v1/policies/rollback")
  public static let command = Command("kind", example: "mneme rollback_policy scoring --context-id default")

  public struct Input: Sendable {
    var kind = PolicyKind.scoring
    var context: String?
  }

  public static let input = Schema.record(Input()) {
    Field("kind", \.kind, .enumeration(), Words.policyKind, required: false)
    Field("context_id", \.context, .context, "Where; everywhere if it is left out.")
  }

  public static let output = PolicySettingView.schema

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> PolicySettingView {
    PolicySettingView(
      try await call.engine.rollBackPolicy(of: input.kind, inContext: input.context, as: call.caller))
  }
}
