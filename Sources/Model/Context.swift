/// A namespace of memories inside a workspace: a project, a subject, an agent.
public struct Context: Sendable, Hashable {
  public var id: ContextID
  public var workspace: WorkspaceID
  /// Unique among the living contexts of the workspace that one user can name: `^[a-z0-9_-]+$`.
  public var name: String
  public var displayName: String?
  public var description: String?
  /// What the context is about, for an agent that has to choose one.
  public var summary: String?
  /// How an agent should use it.
  public var usageGuide: String?
  /// A private context is its creator's alone; a shared one is the workspace's.
  public var isPrivate: Bool
  /// A locked context is read, not written, and cannot be deleted.
  public var isLocked: Bool
  public var creator: UserID
  /// What made the vectors that find memories here, as ``EmbeddingModels`` of Inference writes it; nil is the server's
  /// standard model.
  public var embeddingModel: String?
  /// The model whose vectors are being made beside those in use, while the model changes.
  public var nextModel: String?
  /// The model before the last change. Its vectors are kept, so that one can go back.
  public var previousModel: String?
  public var sleepMode: SleepMode
  public var search: SearchSettings
  /// After how many days half of a learned edge's weight is left.
  public var edgeHalfLifeDays: Double
  public var createdAt: Timestamp
  public var updatedAt: Timestamp
  public var lastUsedAt: Timestamp?
  public var deletedAt: Timestamp?
  /// Counts the changes of this row; an update names the one it was made from.
  public var revision: Int64

  public init(
    id: ContextID, workspace: WorkspaceID, name: String, creator: UserID, isPrivate: Bool = true,
    createdAt: Timestamp
  ) {
    self.id = id
    self.workspace = workspace
    self.name = name
    self.creator = creator
    self.isPrivate = isPrivate
    self.createdAt = createdAt
    isLocked = false
    sleepMode = .skip
    search = SearchSettings()
    edgeHalfLifeDays = 14
    updatedAt = createdAt
    revision = 1
  }

  /// How its learned edges fade.
  public var edgeFading: EdgeFading { EdgeFading(halfLifeDays: edgeHalfLifeDays) }

  /// Whether `user`, a member of its workspace, may know that this context exists.
  public func isVisible(to user: UserID) -> Bool { deletedAt == nil && (!isPrivate || creator == user) }
}

/// How much of the nightly maintenance a context takes part in.
public enum SleepMode: String, Sendable, Hashable, CaseIterable {
  case full
  case edgesOnly = "edges_only"
  case skip
}

/// How recall weighs its sources in a context.
public struct SearchSettings: Sendable, Hashable {
  public var semanticWeight = 0.6
  public var keywordWeight = 0.4
  /// How many times `k` candidates are fetched before they are ranked.
  public var fetchFactor = 3
  public var usesReranker = false
  public var rerankerProvider: String?
  public var rerankerModel: String?
  /// How both sides are brought together.
  public var fusion = Fusion.weighted
  /// Whether the best candidates are looked at a second time, word by word.
  public var usesSecondLook = true
  /// Whether links between memories count.
  public var usesGraph = true
  /// 0 to 1: how much an answer gives way that says what a better one says already.
  public var diversity = 0.0
  /// Whether questions and what they found are kept, to try policies on.
  public var logsQueries = false
  /// For how many days.
  public var queryRetentionDays = 30

  /// How the answers by words and by meaning become one list.
  public enum Fusion: String, Sendable, Hashable, CaseIterable {
    /// By their scores.
    case weighted
    /// By their places alone (RRF).
    case rrf
  }

  public init() {}
}
