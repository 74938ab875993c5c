import Engine
import JSON
import Model

extension Schema where Value == String {
  /// The name of a policy.
  static var policy: Schema { .string(length: 1...64, pattern: .slug) }
  /// The text of a script.
  static var script: Schema { .string(length: 1...128_000) }
}

extension Words {
  static let policy = "The policy's name."
  static let policyKind = "What it decides: scoring (how good a candidate is) or search (how to look)."
}

/// A version of a policy as clients see it.
public struct PolicyView: Sendable {
  var policy = ""
  var kind = PolicyKind.scoring
  var version: Int?
  var hash: String?
  var author: UserID?
  var createdAt: Timestamp?
  var isShipped = false
  var reason: String?
  var source: String?

  init() {}

  init(_ policy: Policy, withSource: Bool = false) {
    self.policy = policy.name
    kind = policy.kind
    version = Int(policy.version)
    hash = policy.hash
    author = policy.author
    createdAt = policy.createdAt
    source = withSource ? policy.source : nil
  }

  init(_ shipped: ShippedPolicy, withSource: Bool = false) {
    policy = shipped.name
    kind = shipped.kind
    isShipped = true
    reason = shipped.reason
    source = withSource ? shipped.source : nil
  }

  static let schema = Schema.record(PolicyView()) {
    Field("policy", \.policy, .string(), "")
    Field("kind", \.kind, .enumeration(), "")
    Field("version", \.version, .integer(), "")
    Field("hash", \.hash, .string(), "SHA-256 of the source.")
    Field("author", \.author, .identifier(), "")
    Field("created_at", \.createdAt, .timestamp, "")
    Field("is_shipped", \.isShipped, .bool, "Whether the program carries it.")
    Field("reason", \.reason, .string(), "What it is for.")
    Field("source", \.source, .string(), "")
  }
}

/// Where which policy is in force.
public struct PolicySettingView: Sendable {
  var kind = PolicyKind.scoring
  var context: ContextID?
  var policy: String?
  var version: Int?
  var isPinned = false
  var since: Timestamp?

  init() {}

  init(_ setting: PolicySetting) {
    kind = setting.place.kind
    context = setting.place.context
    policy = setting.active?.policy?.name ?? (setting.active == nil ? nil : "default")
    version = setting.active?.policy.map { Int($0.version) }
    isPinned = setting.isPinned
    since = setting.active?.at
  }

  static let schema = Schema.record(PolicySettingView()) {
    Field("kind", \.kind, .enumeration(), "")
    Field("context_id", \.context, .identifier(), "Missing: all contexts that have none of their own.")
    Field("policy", \.policy, .string(), "Missing: nothing is set here.")
    Field("version", \.version, .integer(), "")
    Field("is_pinned", \.isPinned, .bool, "")
    Field("since", \.since, .timestamp, "")
  }
}
