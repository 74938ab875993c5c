/// What a policy decides.
public enum PolicyKind: String, Sendable, Hashable, CaseIterable {
  /// How good each candidate is as an answer.
  case scoring
  /// How to search for a question: weights, counts, fusion.
  case search
  /// Whether, and in which form, a memory may be written.
  case gate
  /// What maintenance does with memories. Declared here, called by maintenance.
  case sleep
}

/// One version of a script that decides something: values in, a decision out.
///
/// A version never changes. Its name belongs to one kind in the workspace.
public struct Policy: Sendable, Hashable {
  public var workspace: WorkspaceID
  public var kind: PolicyKind
  /// Unique in the workspace, with the version: `^[a-z0-9_-]+$`.
  public var name: String
  /// Counts from 1 for each name.
  public var version: Int64
  /// The SHA-256 of the source, in hexadecimal digits.
  public var hash: String
  public var source: String
  public var author: UserID
  public var createdAt: Timestamp

  public init(
    workspace: WorkspaceID, kind: PolicyKind, name: String, version: Int64 = 1, hash: String, source: String,
    author: UserID, createdAt: Timestamp
  ) {
    self.workspace = workspace
    self.kind = kind
    self.name = name
    self.version = version
    self.hash = hash
    self.source = source
    self.author = author
    self.createdAt = createdAt
  }

  public var reference: PolicyReference { PolicyReference(name: name, version: version, hash: hash) }
}

/// Names a version.
public struct PolicyReference: Sendable, Hashable {
  public var name: String
  public var version: Int64
  public var hash: String

  public init(name: String, version: Int64, hash: String) {
    self.name = name
    self.version = version
    self.hash = hash
  }
}

extension PolicyReference: CustomStringConvertible {
  public var description: String { "\(name)@\(version)" }
}

/// Where a policy is in force: for one kind of decision, in one context or in all that have none of their own.
public struct PolicyPlace: Sendable, Hashable {
  public var kind: PolicyKind
  /// Nil is the workspace's default.
  public var context: ContextID?

  public init(_ kind: PolicyKind, in context: ContextID? = nil) {
    self.kind = kind
    self.context = context
  }
}

extension PolicyPlace: Comparable {
  /// The workspace's own places first, then by context; each in the order of kinds.
  public static func < (left: Self, right: Self) -> Bool {
    if left.context != right.context {
      guard let context = left.context else { return true }
      return right.context.map { context < $0 } ?? false
    }
    let order = PolicyKind.allCases
    return order.firstIndex(of: left.kind) ?? 0 < order.firstIndex(of: right.kind) ?? 0
  }
}

/// What is done about a place.
public enum PolicyStep: Sendable, Hashable {
  /// Puts a version in force.
  case activate(name: String, version: Int64)
  /// Puts in force what is shipped, whatever the workspace has.
  case activateShipped
  /// Puts in force what was before the present one.
  case rollBack
  case pin, unpin
  /// Scores beside the version in force, from now on.
  case startShadow(name: String, version: Int64)
  case endShadow
}

/// The state of a place.
public struct PolicySetting: Sendable, Hashable {
  /// Whose version is in force, and since when.
  public struct Activation: Sendable, Hashable {
    /// Nil is what is shipped.
    public var policy: PolicyReference?
    public var user: UserID
    public var at: Timestamp

    public init(policy: PolicyReference?, user: UserID, at: Timestamp) {
      self.policy = policy
      self.user = user
      self.at = at
    }
  }

  public var place: PolicyPlace
  /// Nil when nothing was put in force here, or all of it was rolled back.
  public var active: Activation?
  /// A pinned place is changed by owners only.
  public var isPinned = false
  public var shadow: PolicyReference?
  public var shadowSince: Timestamp?
  /// What the shadow has shown so far.
  public var tally = ShadowTally()

  public init(_ place: PolicyPlace) { self.place = place }
}

/// How a shadow's answers compare with those that were given, added up over recalls.
public struct ShadowTally: Sendable, Hashable {
  public var recalls: Int64 = 0
  /// Recalls in which the shadow failed.
  public var errors: Int64 = 0
  /// Recalls whose first answer would have been another.
  public var changedTops: Int64 = 0
  /// Sum of the parts of the best answers that both have.
  public var overlap = 0.0
  /// Sum of the rank correlations (Spearman's) over all candidates.
  public var correlation = 0.0
  /// Sum of what feedback says for the shadow's order, less what it says for the other.
  public var gain = 0.0
  public var microseconds: Int64 = 0

  public init() {}

  /// Adds what another one saw.
  public static func += (left: inout Self, right: Self) {
    left.recalls += right.recalls
    left.errors += right.errors
    left.changedTops += right.changedTops
    left.overlap += right.overlap
    left.correlation += right.correlation
    left.gain += right.gain
    left.microseconds += right.microseconds
  }
}

/// Which versions decide in a context. A kind that is missing is decided by what is shipped.
public struct PoliciesInForce: Sendable, Hashable {
  public var active: [PolicyKind: PolicyReference] = [:]
  public var shadows: [PolicyPlace: PolicyReference] = [:]

  public init() {}

  /// What follows from the places that concern a context: its own and the workspace's.
  public init(_ settings: [PolicySetting]) {
    for setting in settings.sorted(by: { $0.place < $1.place }) {
      if let shadow = setting.shadow { shadows[setting.place] = shadow }
      // The context's own come later, and win.
      if let activation = setting.active { active[setting.place.kind] = activation.policy }
    }
  }
}

/// Something that was done about policies, as the audit keeps it.
public struct PolicyEvent: Sendable, Hashable {
  public enum Action: String, Sendable, Hashable, CaseIterable {
    case put, activate, rollback, pin, unpin, shadow
    case endShadow = "end_shadow"
  }

  public var action: Action
  public var kind: PolicyKind
  public var context: ContextID?
  /// What is in force after it, what was put, or what is shadowed; nil is what is shipped.
  public var policy: PolicyReference?
  public var user: UserID
  public var at: Timestamp

  public init(
    _ action: Action, kind: PolicyKind, context: ContextID? = nil, policy: PolicyReference? = nil,
    user: UserID,
    at: Timestamp
  ) {
    self.action = action
    self.kind = kind
    self.context = context
    self.policy = policy
    self.user = user
    self.at = at
  }
}

/// One line that a policy printed, or that was written about it.
public struct PolicyLogLine: Sendable, Hashable {
  public enum Level: String, Sendable, Hashable, CaseIterable {
    case info, error
  }

  public var at: Timestamp
  public var level: Level
  public var version: Int64
  public var text: String

  public init(at: Timestamp, level: Level, version: Int64, text: String) {
    self.at = at
    self.level = level
    self.version = version
    self.text = text
  }
}
