public import Engine
public import JSON
import Identity
import Model

/// Makes an API key.
public enum CreateKey: Operation {
  public static let name = "create_key"
  public static let title = "Create an API key"
  public static let about = """
    Makes an API key for yourself, with your role or less. The secret is in this answer and never shown again: the \
    server keeps only its digest.
    """
  public static let access = Access.writes(.member, needs: .admin)
  public static let audience = Audience.keepers
  public static let route = Route.post("/api/v1/config/api-keys", status: 201)
  public static let command = Command("name", example: "mneme create_key laptop --role member")

  public struct Input: Sendable {
    var name = ""
    var role: Role?
    var expiresAt: Timestamp?
  }

  public static let input = Schema.record(Input()) {
    Field("name", \.name, .string(length: 1...100, pattern: .notBlank), "What you call it.")
    Field("role", \.role, .enumeration(), "The most that it may do; as much as you when left out.")
    Field("expires_at", \.expiresAt, .timestamp, "When it stops working.")
  }

  public struct Output: Sendable {
    var key = KeyView()
    var secret = ""
    var warning = "Keep this key now: it cannot be shown again."
  }

  public static let output = Schema.record(Output()) {
    Field("key", \.key, KeyView.schema, "")
    Field("secret", \.secret, .string(), "What to send as `Authorization: Bearer …`.")
    Field("warning", \.warning, .string(), "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let draft = KeyDraft(name: input.name, role: input.role, expiresAt: input.expiresAt)
    let made = try await call.engine.createKey(draft, as: call.caller)
    return Output(key: KeyView(made.key), secret: made.secret.text)
  }
}

/// What keys there are.
public enum ListKeys: Operation {
  public static let name = "list_keys"
  public static let title = "List API keys"
  public static let about = "Your API keys, without their secrets; an admin sees all of the workspace."
  public static let access = Access.reads(needs: .admin)
  public static let audience = Audience.keepers
  public static let route = Route.get("/api/v1/config/api-keys")
  public static let command = Command(example: "mneme list_keys")

  public struct Input: Sendable {}

  public static let input = Schema.record(Input()) {}

  public struct Output: Sendable {
    var keys: [KeyView] = []
  }

  public static let output = Schema.record(Output()) {
    Field("keys", \.keys, .array(of: KeyView.schema), "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    Output(keys: try await call.engine.keys(as: call.caller).map(KeyView.init))
  }
}

/// Revokes a key.
public enum RevokeKey: Operation {
  public static let name = "revoke_key"
  public static let title = "Revoke an API key"
  public static let about = "Revokes an API key, effective with the next request. It cannot be undone."
  public static let access = Access.destroys(.viewer, needs: .admin)
  public static let audience = Audience.keepers
  public static let route = Route.delete("/api/v1/config/api-keys/{key_id}")
  public static let command = Command(
    "key_id", example: "mneme revoke_key 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f")

  public struct Input: Sendable {
    var key = ""
  }

  public static let input = Schema.record(Input()) {
    Field("key_id", \.key, .string(length: 1...64), "The key's id, from list_keys.")
  }

  public struct Output: Sendable {
    var key = KeyView()
  }

  public static let output = Schema.record(Output()) {
    Field("key", \.key, KeyView.schema, "")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    Output(key: KeyView(try await call.engine.revokeKey(input.key, as: call.caller)))
  }
}

/// A key as clients see it: everything but the secret.
struct KeyView: Sendable {
  var id = KeyID(high: 0, low: 0)
  var name = ""
  var hint = ""
  var role = Role.viewer
  var user = UserID(high: 0, low: 0)
  var createdAt = Timestamp(microseconds: 0)
  var expiresAt: Timestamp?
  var revokedAt: Timestamp?
  var lastUsedAt: Timestamp?

  init() {}

  init(_ key: APIKey) {
    id = key.id
    name = key.name
    hint = key.hint
    role = key.role
    user = key.user
    createdAt = key.createdAt
    expiresAt = key.expiresAt
    revokedAt = key.revokedAt
    lastUsedAt = key.lastUsedAt
  }

  static let schema = Schema.record(KeyView()) {
    Field("id", \.id, .identifier(), "")
    Field("name", \.name, .string(), "")
    Field("hint", \.hint, .string(), "How the secret begins.")
    Field("role", \.role, .enumeration(), "The most that it may do.")
    Field("user_id", \.user, .identifier(), "")
    Field("created_at", \.createdAt, .timestamp, "")
    Field("expires_at", \.expiresAt, .timestamp, "")
    Field("revoked_at", \.revokedAt, .timestamp, "")
    Field("last_used_at", \.lastUsedAt, .timestamp, "")
  }
}
