public import Model
public import Storage

/// What should change in how a context is searched. Nil leaves a setting as it is; an empty text clears it.
public struct SearchRevision: Sendable {
  public var semanticWeight: Double?
  public var keywordWeight: Double?
  public var fetchFactor: Int?
  public var fusion: SearchSettings.Fusion?
  public var usesSecondLook: Bool?
  public var usesGraph: Bool?
  public var diversity: Double?
  public var usesReranker: Bool?
  public var rerankerProvider: String?
  public var rerankerModel: String?
  public var logsQueries: Bool?
  public var queryRetentionDays: Int?

  public init() {}

  /// The settings after this change. One weight alone is completed to 1 by the other.
  func applied(to before: SearchSettings) throws(EngineError) -> SearchSettings {
    var settings = before
    switch (semanticWeight, keywordWeight) {
    case (nil, nil): break
    case (let semantic?, nil): (settings.semanticWeight, settings.keywordWeight) = (semantic, 1 - semantic)
    case (nil, let keyword?): (settings.semanticWeight, settings.keywordWeight) = (1 - keyword, keyword)
    case (let semantic?, let keyword?):
      guard abs(semantic + keyword - 1) < 1e-6 else {
        throw .invalid(
          "bm25_weight", "adds up to \(semantic + keyword) with semantic_weight",
          allowed: "weights that add up to 1, or one of them alone")
      }
      (settings.semanticWeight, settings.keywordWeight) = (semantic, keyword)
    }
    settings.fetchFactor = fetchFactor ?? settings.fetchFactor
    settings.fusion = fusion ?? settings.fusion
    settings.usesSecondLook = usesSecondLook ?? settings.usesSecondLook
    settings.usesGraph = usesGraph ?? settings.usesGraph
    settings.diversity = diversity ?? settings.diversity
    settings.usesReranker = usesReranker ?? settings.usesReranker
    func text(_ new: String?, _ old: String?) -> String? { new.map { $0.isEmpty ? nil : $0 } ?? old }
    settings.rerankerProvider = text(rerankerProvider, settings.rerankerProvider)
    settings.rerankerModel = text(rerankerModel, settings.rerankerModel)
    settings.logsQueries = logsQueries ?? settings.logsQueries
    settings.queryRetentionDays = queryRetentionDays ?? settings.queryRetentionDays
    return settings
  }
}

extension MemoryEngine {
  /// The questions that were asked in a context that keeps them, the latest first.
  public func loggedQueries(
    limit: Int, before: Timestamp?, in access: ReadAccess
  ) async throws(EngineError) -> [LoggedQuery] {
    let now = clock.now()
    return try await stored { () async throws(StorageError) in
      try await store.loggedQueries(limit: limit, before: before, at: now, in: access.scope)
    }
  }
}
