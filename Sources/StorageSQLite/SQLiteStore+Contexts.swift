public import Model
public import Storage

extension SQLiteStore {
  public func add(_ context: Context, in scope: WorkspaceScope) async throws(StorageError) {
    try await write { (session) throws(StorageError) in
      guard context.workspace == scope.workspace else {
        throw StorageError(.notFound, "the context belongs to another workspace")
      }
      try Self.insert(context, session)
    }
  }

  public func context(_ id: ContextID, in scope: WorkspaceScope) async throws(StorageError) -> Context? {
    try await read { (session) throws(StorageError) in try Self.context(id, in: scope, session)?.context }
  }

  public func context(named name: String, in scope: WorkspaceScope) async throws(StorageError) -> Context? {
    try await read { (session) throws(StorageError) in
      try session.first(
        "\(visibleContexts) AND context.name = ? ORDER BY context.is_private DESC",
        [.id(scope.workspace), .id(scope.user), .text(name)], Self.context)?.context
    }
  }

  public func contexts(in scope: WorkspaceScope) async throws(StorageError) -> [Context] {
    try await read { (session) throws(StorageError) in
      try session.rows(
        "\(visibleContexts) ORDER BY context.name, context.is_private DESC",
        [.id(scope.workspace), .id(scope.user)]
      ) { (row) throws(StorageError) in try Self.context(&row).context }
    }
  }

  public func allContexts() async throws(StorageError) -> [Context] {
    try await read { (session) throws(StorageError) in
      try session.rows("\(allLivingContexts) ORDER BY context.row", []) { (row) throws(StorageError) in
        try Self.context(&row).context
      }
    }
  }

  public func update(_ context: Context, in scope: WorkspaceScope) async throws(StorageError) -> Context {
    try await write { (session) throws(StorageError) in
      guard let (row, present) = try Self.context(context.id, in: scope, session) else { throw noContext }
      guard present.revision == context.revision else {
        throw StorageError(.conflict, "the context has changed since it was read; read it again")
      }
      var changed = context
      changed.workspace = present.workspace
      changed.creator = present.creator
      changed.createdAt = present.createdAt
      changed.lastUsedAt = present.lastUsedAt
      changed.deletedAt = nil
      changed.revision = present.revision + 1
      let assignments = contextFields.map { "\($0) = ?" }.joined(separator: ", ")
      try session.run(
        "UPDATE context SET \(assignments) WHERE row = ?", Self.fields(of: changed) + [.integer(row)])
      return changed
    }
  }

  public func delete(
    _ context: ContextID, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await write { (session) throws(StorageError) in
      guard let (row, _) = try Self.context(context, in: scope, session) else { throw noContext }
      try session.run(
        "UPDATE context SET deleted_at = ?, revision = revision + 1 WHERE row = ?",
        [.time(instant), .integer(row)])
    }
  }

  public func noteUse(
    of contexts: [ContextID], at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await write { (session) throws(StorageError) in
      for id in contexts {
        guard let (row, _) = try Self.context(id, in: scope, session) else { continue }
        try session.run(
          "UPDATE context SET last_used_at = max(coalesce(last_used_at, ?1), ?1) WHERE row = ?2",
          [.time(instant), .integer(row)])
      }
    }
  }

  public func usage(in scope: WorkspaceScope) async throws(StorageError) -> WorkspaceUsage {
    try await read { (session) throws(StorageError) in
      let workspace = SQLiteValue.id(scope.workspace)
      let usage = try session.first(
        """
        SELECT
          (SELECT count(*) FROM context CROSS JOIN memory ON memory.context = context.row
            WHERE context.workspace = workspace.row AND context.deleted_at IS NULL AND memory.deleted_at IS NULL),
          (SELECT count(*) FROM context WHERE workspace = workspace.row AND deleted_at IS NULL),
          (SELECT count(*) FROM membership WHERE workspace = workspace.row)
        FROM workspace WHERE id = ?
        """, [workspace]
      ) { WorkspaceUsage(memories: $0.integer(), contexts: $0.integer(), members: $0.integer()) }
      return usage ?? WorkspaceUsage(memories: 0, contexts: 0, members: 0)
    }
  }
}

extension SQLiteStore {
  /// Adds a context. Throws `notFound` when its creator is no member of its workspace, `conflict` when its id or its
  /// name is taken.
  static func insert(_ context: Context, _ session: SQLiteSession) throws(StorageError) {
    let workspace = try row(of: context.workspace, session)
    let creator = try row(of: context.creator, in: workspace, session)
    var fresh = context
    fresh.deletedAt = nil
    fresh.revision = 1
    let columns = ["id", "workspace", "creator", "created_at", "last_used_at"] + contextFields
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    let values: [SQLiteValue] = [
      .id(context.id), .integer(workspace), .integer(creator), .time(context.createdAt),
      .time(context.lastUsedAt),
    ]
    try session.run(
      "INSERT INTO context(\(columns.joined(separator: ", "))) VALUES (\(marks))", values + fields(of: fresh))
  }

  /// A living context that the user may see, and its row number.
  private static func context(
    _ id: ContextID, in scope: WorkspaceScope, _ session: SQLiteSession
  ) throws(StorageError) -> (row: Int64, context: Context)? {
    try session.first(
      "\(visibleContexts) AND context.id = ?", [.id(scope.workspace), .id(scope.user), .id(id)], Self.context)
  }

  private static func fields(of context: Context) -> [SQLiteValue] {
    [
      .text(context.name), .flag(context.isPrivate), .flag(context.isLocked), .text(context.displayName),
      .text(context.description), .text(context.summary), .text(context.usageGuide),
      .text(context.embeddingModel),
      .name(context.sleepMode), .real(context.search.semanticWeight), .real(context.search.keywordWeight),
      .integer(Int64(context.search.fetchFactor)), .flag(context.search.usesReranker),
      .text(context.search.rerankerProvider),
      .text(context.search.rerankerModel), .name(context.search.fusion),
      .flag(context.search.usesSecondLook), .flag(context.search.usesGraph),
      .real(context.search.diversity), .flag(context.search.logsQueries),
      .count(context.search.queryRetentionDays), .time(context.updatedAt), .integer(context.revision),
      .text(context.nextModel), .text(context.previousModel),
      .real(context.edgeHalfLifeDays),
    ]
  }

  private static func context(_ row: inout SQLiteRow) throws(StorageError) -> (row: Int64, context: Context) {
    let number = row.integer()
    let id = try row.id(Context.self)
    let workspace = try row.id(Workspace.self)
    let creator = try row.id(User.self)
    let createdAt = row.time()
    let lastUsedAt = row.optionalTime()
    var context = Context(
      id: id, workspace: workspace, name: row.text(), creator: creator, createdAt: createdAt)
    context.lastUsedAt = lastUsedAt
    context.isPrivate = row.flag()
    context.isLocked = row.flag()
    context.displayName = row.optionalText()
    context.description = row.optionalText()
    context.summary = row.optionalText()
    context.usageGuide = row.optionalText()
    context.embeddingModel = row.optionalText()
    context.sleepMode = try row.name()
    context.search.semanticWeight = row.real()
    context.search.keywordWeight = row.real()
    context.search.fetchFactor = Int(row.integer())
    context.search.usesReranker = row.flag()
    context.search.rerankerProvider = row.optionalText()
    context.search.rerankerModel = row.optionalText()
    context.search.fusion = try row.name()
    context.search.usesSecondLook = row.flag()
    context.search.usesGraph = row.flag()
    context.search.diversity = row.real()
    context.search.logsQueries = row.flag()
    context.search.queryRetentionDays = Int(row.integer())
    context.updatedAt = row.time()
    context.revision = row.integer()
    context.nextModel = row.optionalText()
    context.previousModel = row.optionalText()
    context.edgeHalfLifeDays = row.real()
    return (number, context)
  }
}

private var noContext: StorageError { StorageError(.notFound, "there is no such context") }

/// The columns that an update replaces, in the order in which `fields(of:)` gives them and a row is read.
private let contextFields = [
  "name", "is_private", "is_locked", "display_name", "description", "summary", "usage_guide",
  "embedding_model",
  "sleep_mode", "semantic_weight", "keyword_weight", "fetch_factor", "uses_reranker", "reranker_provider",
  "reranker_model", "fusion", "uses_second_look", "uses_graph", "diversity", "logs_queries",
  "query_retention_days", "updated_at", "revision", "next_model", "previous_model", "edge_half_life_days",
]

/// The living contexts of a workspace (first value) that a user (second value) may see.
private let visibleContexts =
  "\(allLivingContexts) AND workspace.id = ? AND (NOT context.is_private OR creator.id = ?)"

private let allLivingContexts = """
  SELECT context.row, context.id, workspace.id, creator.id, context.created_at, context.last_used_at,
    \(contextFields.map { "context.\($0)" }.joined(separator: ", "))
  FROM context
  JOIN workspace ON workspace.row = context.workspace JOIN user AS creator ON creator.row = context.creator
  WHERE context.deleted_at IS NULL
  """
