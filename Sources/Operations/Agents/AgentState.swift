public import Engine
public import JSON
import Model

/// Keeps a value for an agent.
public enum SetState: Operation {
  public static let name = "set_state"
  public static let title = "Set state"
  public static let about = """
    Keeps a JSON value under a key, apart from memories and never in a recall: a cursor, a checkpoint, a plan. Replaces \
    what was there. With ttl_seconds it vanishes by itself.
    """
  public static let access = Access.writes(idempotent: true)
  public static let route = Route.put("/api/v1/contexts/{context_id}/state")
  public static let command = Command(
    "key", "value", example: "mneme set_state cursor '{\"page\": 3}' --ttl-seconds 3600")

  public struct Input: Sendable {
    var context = ""
    var key = ""
    var value = JSONValue.null
    var lifetime: Int?
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field("key", \.key, .string(length: Limits.stateKeyLength), "Your name for it.")
    Field("value", \.value, .json, "Any JSON, at most 100 KB.")
    Field(
      "ttl_seconds", \.lifetime, .integer(1...2_592_000),
      "For how long; at most 30 days. Without it: for good.")
  }

  public static let output = StateView.schema

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> StateView {
    let access = try await call.engine.writing(input.context, as: call.caller)
    let entry = try await call.engine.setState(
      input.key, to: input.value, for: input.lifetime.map { .seconds($0) }, in: access)
    return StateView(entry)
  }
}

/// Reads what an agent kept.
public enum GetState: Operation {
  public static let name = "get_state"
  public static let title = "Get state"
  public static let about = """
    The value that set_state kept under a key; `found` is false when there is none or its time is over. Without a key: \
    all entries.
    """
  public static let access = Access.reads()
  public static let route = Route.get("/api/v1/contexts/{context_id}/state")
  public static let command = Command("key", example: "mneme get_state cursor")

  public struct Input: Sendable {
    var context = ""
    var key: String?
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field("key", \.key, .string(length: Limits.stateKeyLength), "Its name; without it all entries.")
  }

  public struct Output: Sendable {
    var key: String?
    var isFound: Bool?
    var value: JSONValue?
    var updatedAt: Timestamp?
    var expiresAt: Timestamp?
    var entries: [StateView]?
  }

  public static let output = Schema.record(Output()) {
    Field("key", \.key, .string(), "")
    Field("found", \.isFound, .bool, "")
    Field("value", \.value, .json, "")
    Field("updated_at", \.updatedAt, .timestamp, "")
    Field("expires_at", \.expiresAt, .timestamp, "")
    Field("entries", \.entries, .array(of: StateView.schema), "All of them, when no key was given.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.reading(input.context, as: call.caller)
    guard let key = input.key else {
      return Output(entries: try await call.engine.states(in: access).map(StateView.init))
    }
    let entry = try await call.engine.state(key, in: access)
    return Output(
      key: key, isFound: entry != nil, value: entry?.value, updatedAt: entry?.updatedAt,
      expiresAt: entry?.expiresAt)
  }
}

/// An entry as clients see it.
public struct StateView: Sendable {
  var key = ""
  var value = JSONValue.null
  var updatedAt = Timestamp(microseconds: 0)
  var expiresAt: Timestamp?

  init() {}

  init(_ entry: StateEntry) {
    key = entry.key
    value = entry.value
    updatedAt = entry.updatedAt
    expiresAt = entry.expiresAt
  }

  static let schema = Schema.record(StateView()) {
    Field("key", \.key, .string(), "")
    Field("value", \.value, .json, "")
    Field("updated_at", \.updatedAt, .timestamp, "")
    Field("expires_at", \.expiresAt, .timestamp, "")
  }
}
