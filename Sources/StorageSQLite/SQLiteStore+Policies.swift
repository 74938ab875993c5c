public import Model
public import Storage

extension SQLiteStore {
  public func add(_ policy: Policy, limit: Int, in scope: WorkspaceScope) async throws(StorageError) -> Policy
  {
    guard policy.workspace == scope.workspace else {
      throw StorageError(.notFound, "the policy belongs to another workspace")
    }
    return try await write { (session) throws(StorageError) in
      let workspace = try Self.row(of: scope.workspace, session)
      let author = try Self.row(of: policy.author, in: workspace, session)
      var added = policy
      added.version = 1
      if let newest = try Self.policy(policy.name, version: nil, in: scope, session) {
        guard newest.kind == policy.kind else {
          throw StorageError(.conflict, "the name belongs to a policy of another kind")
        }
        if newest.hash == policy.hash { return newest }
        added.version = newest.version + 1
      }
      let count = try session.integer(
        "SELECT count(*) FROM policy WHERE workspace = ?", [.integer(workspace)])
      if count ?? 0 >= Int64(limit) { throw StorageError(.full, "the workspace has \(limit) versions") }
      let row = try session.insert(
        """
        INSERT INTO policy(workspace, name, version, kind, hash, author, created_at, source)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          .integer(workspace), .text(added.name), .integer(added.version), .name(added.kind),
          .text(added.hash), .integer(author), .time(added.createdAt), .text(added.source),
        ])
      try Self.note(
        .put, added.kind, context: .null, policy: .integer(row), at: added.createdAt,
        (workspace, .integer(author)),
        session)
      return added
    }
  }

  public func policy(
    _ name: String, version: Int64?, in scope: WorkspaceScope
  ) async throws(StorageError) -> Policy? {
    try await read { (session) throws(StorageError) in
      try Self.policy(name, version: version, in: scope, session)
    }
  }

  public func policies(named name: String?, in scope: WorkspaceScope) async throws(StorageError) -> [Policy] {
    try await read { (session) throws(StorageError) in
      if let name {
        return try session.rows(
          "\(selectPolicy) AND policy.name = ?2 ORDER BY policy.version DESC",
          [.id(scope.workspace), .text(name)],
          Self.policy)
      }
      return try session.rows(
        """
        \(selectPolicy) AND policy.version =
          (SELECT max(version) FROM policy AS other WHERE other.workspace = policy.workspace AND other.name = policy.name)
        ORDER BY policy.name
        """, [.id(scope.workspace)], Self.policy)
    }
  }

  public func policyEvents(limit: Int, in scope: WorkspaceScope) async throws(StorageError) -> [PolicyEvent] {
    try await read { (session) throws(StorageError) in
      try session.rows(
        """
        SELECT event.action, event.kind, context.id, policy.name, policy.version, policy.hash, user.id, event.at
        FROM policy_event AS event JOIN workspace ON workspace.row = event.workspace
        JOIN user ON user.row = event.user LEFT JOIN policy ON policy.row = event.policy
        LEFT JOIN context ON context.row = event.context
        WHERE workspace.id = ? AND (event.context IS NULL OR context.row IN (\(Self.openContexts)))
        ORDER BY event.row DESC LIMIT ?
        """, [.id(scope.workspace), .id(scope.workspace), .id(scope.user), .count(max(0, limit))]
      ) { (row) throws(StorageError) in
        let (action, kind): (PolicyEvent.Action, PolicyKind) = (try row.name(), try row.name())
        let context: ContextID? = try row.optionalID()
        let policy = row.policyReference()
        return PolicyEvent(
          action, kind: kind, context: context, policy: policy, user: try row.id(), at: row.time())
      }
    }
  }

  public func log(
    _ lines: [PolicyLogLine], of policy: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await write { (session) throws(StorageError) -> Void in
      let rows = try session.first(
        """
        SELECT workspace.row, user.row FROM workspace JOIN user ON user.id = ?
        WHERE workspace.id = ?
          AND EXISTS (SELECT 1 FROM policy WHERE policy.workspace = workspace.row AND policy.name = ?)
        """, [.id(scope.user), .id(scope.workspace), .text(policy)]
      ) { row in (row.integer(), row.integer()) }
      guard let (workspace, user) = rows else { return }
      let log: [SQLiteValue] = [.integer(workspace), .text(policy), .integer(user)]
      for line in lines {
        try session.run(
          "INSERT INTO policy_log(workspace, name, user, version, at, level, text) VALUES (?, ?, ?, ?, ?, ?, ?)",
          log + [.integer(line.version), .time(line.at), .name(line.level), .text(line.text)])
      }
      try session.run(
        """
        DELETE FROM policy_log WHERE workspace = ?1 AND name = ?2 AND user = ?3 AND row <=
          (SELECT row FROM policy_log WHERE workspace = ?1 AND name = ?2 AND user = ?3
           ORDER BY row DESC LIMIT 1 OFFSET ?4)
        """, log + [.count(max(0, limit))])
    }
  }

  public func policyLog(
    of policy: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [PolicyLogLine] {
    try await read { (session) throws(StorageError) in
      try session.rows(
        """
        SELECT log.at, log.level, log.version, log.text FROM policy_log AS log
        WHERE log.workspace = (SELECT row FROM workspace WHERE id = ?) AND log.name = ?
          AND log.user = (SELECT row FROM user WHERE id = ?)
        ORDER BY log.row DESC LIMIT ?
        """, [.id(scope.workspace), .text(policy), .id(scope.user), .count(max(0, limit))]
      ) { (row) throws(StorageError) in
        PolicyLogLine(at: row.time(), level: try row.name(), version: row.integer(), text: row.text())
      }.reversed()
    }
  }

  static func policy(
    _ name: String, version: Int64?, in scope: WorkspaceScope, _ session: SQLiteSession
  ) throws(StorageError) -> Policy? {
    try session.first(
      """
      \(selectPolicy) AND policy.name = ?2 AND (?3 IS NULL OR policy.version = ?3)
      ORDER BY policy.version DESC LIMIT 1
      """, [.id(scope.workspace), .text(name), version.map { .integer($0) } ?? .null], Self.policy)
  }

  private static func policy(_ row: inout SQLiteRow) throws(StorageError) -> Policy {
    let workspace: WorkspaceID = try row.id()
    let (kind, name): (PolicyKind, String) = (try row.name(), row.text())
    let (version, hash) = (row.integer(), row.text())
    let author: UserID = try row.id()
    let createdAt = row.time()
    return Policy(
      workspace: workspace, kind: kind, name: name, version: version, hash: hash, source: row.text(),
      author: author, createdAt: createdAt)
  }

  /// Keeps what was done. `by` are the rows of workspace and user.
  static func note(
    _ action: PolicyEvent.Action, _ kind: PolicyKind, context: SQLiteValue, policy: SQLiteValue,
    at instant: Timestamp,
    _ by: (workspace: Int64, user: SQLiteValue), _ session: SQLiteSession
  ) throws(StorageError) {
    try session.run(
      "INSERT INTO policy_event(workspace, context, action, kind, policy, user, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [.integer(by.workspace), context, .name(action), .name(kind), policy, by.user, .time(instant)])
  }

  /// The rows of the contexts that a user (second value) may see in a workspace (first value).
  static let openContexts = """
    SELECT open.row FROM context AS open JOIN workspace AS home ON home.row = open.workspace
    WHERE home.id = ? AND open.deleted_at IS NULL
      AND (NOT open.is_private OR open.creator = (SELECT row FROM user WHERE id = ?))
    """
}

extension SQLiteRow {
  /// Name, version and hash; nil when they are null.
  mutating func policyReference() -> PolicyReference? {
    let (name, version, hash) = (optionalText(), integer(), optionalText())
    guard let name, let hash else { return nil }
    return PolicyReference(name: name, version: version, hash: hash)
  }
}

/// The versions of a workspace (the first value).
private let selectPolicy = """
  SELECT workspace.id, policy.kind, policy.name, policy.version, policy.hash, user.id, policy.created_at, policy.source
  FROM policy JOIN workspace ON workspace.row = policy.workspace JOIN user ON user.row = policy.author
  WHERE workspace.id = ?1
  """
