public import JSON

/// One thing that was learned.
///
/// It has three layers: `summary` is what search matches, `contextSummary` says why it matters, and `content` with
/// `details` holds all of it. Recall answers with the first two; `reference` gives the third.
public struct Memory: Sendable, Hashable {
  public var id: MemoryID
  public var context: ContextID
  public var summary: String
  public var contextSummary: String?
  public var content: String
  public var details: JSONObject
  /// What kind of thing it is: an open vocabulary (`note`, `decision`, `bug-fix`, …).
  public var type: String
  /// 0 to 1.
  public var importance: Double
  /// Without repetition, in the order in which they were given.
  public var tags: [String]
  /// What the writer said about the circumstances.
  public var metadata: JSONObject
  public var persistence: Persistence
  public var delivery: Delivery
  public var sourceURI: String?
  public var sourceType: String?
  /// The writer's own name for it, `details.resource_id`; unique among the living memories of the context.
  public var externalID: String?
  public var provenance: Provenance
  public var createdAt: Timestamp
  public var updatedAt: Timestamp
  public var lastUsedAt: Timestamp?
  public var accessCount: Int64
  public var deletedAt: Timestamp?
  /// Counts the changes of this row; an update names the one it was made from.
  public var revision: Int64

  public init(
    id: MemoryID, context: ContextID, summary: String, content: String, type: String, provenance: Provenance,
    createdAt: Timestamp
  ) {
    self.id = id
    self.context = context
    self.summary = summary
    self.content = content
    self.type = type
    self.provenance = provenance
    self.createdAt = createdAt
    details = [:]
    metadata = [:]
    importance = 0.5
    tags = []
    persistence = .persistent
    delivery = .onRecall
    updatedAt = createdAt
    accessCount = 0
    revision = 1
  }
}

extension Memory {
  /// Whether what searches match is the same in both.
  public func hasSameText(as other: Memory) -> Bool {
    summary.hasSameBytes(as: other.summary) && content.hasSameBytes(as: other.content)
      && (contextSummary ?? "").hasSameBytes(as: other.contextSummary ?? "")
  }
}

/// How long a memory is meant to last.
public enum Persistence: String, Sendable, Hashable, CaseIterable {
  case working, persistent
}

/// When a memory is brought before an agent.
public enum Delivery: String, Sendable, Hashable, CaseIterable {
  case onRecall = "on_recall"
  case always
  case onTrigger = "on_trigger"
}

/// Who wrote a memory, and through what. Stored text is data: this says how far to trust it.
public struct Provenance: Sendable, Hashable {
  public var author: UserID
  /// The door it came through: `rest`, `mcp`, `cli`.
  public var door: String
  /// The client program, when it said its name.
  public var client: String?
  public var trust: TrustTier

  public init(author: UserID, door: String, client: String? = nil, trust: TrustTier = .member) {
    self.author = author
    self.door = door
    self.client = client
    self.trust = trust
  }
}

/// How far a memory's source is trusted.
public enum TrustTier: String, Sendable, Hashable, CaseIterable {
  /// Written by a member of the workspace, or by an agent with a member's key.
  case member
  /// Brought in from outside: an event, a fetched page.
  case external
  /// Known to be doubtful.
  case untrusted
}

/// One change of a memory, as its history keeps it.
public struct MemoryChange: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case created, updated, forgotten, restored, moved
  }

  public var memory: MemoryID
  public var revision: Int64
  public var kind: Kind
  public var author: UserID
  public var at: Timestamp
  /// The memory as this change left it, in the form of ``Memory/snapshot``.
  public var snapshot: JSONObject

  public init(
    memory: MemoryID, revision: Int64, kind: Kind, author: UserID, at: Timestamp, snapshot: JSONObject
  ) {
    self.memory = memory
    self.revision = revision
    self.kind = kind
    self.author = author
    self.at = at
    self.snapshot = snapshot
  }
}
