public import Model
public import Storage

extension SQLiteStore {
  public func key(digest: [UInt8]) async throws(StorageError) -> (key: APIKey, role: Role)? {
    try await read { (session) throws(StorageError) in
      try session.first(
        """
        SELECT \(keyColumns), membership.role FROM api_key
        JOIN workspace ON workspace.row = api_key.workspace JOIN user ON user.row = api_key.user
        JOIN membership ON membership.workspace = api_key.workspace AND membership.user = api_key.user
        WHERE api_key.digest = ?
        """, [.blob(digest)]
      ) { (row) throws(StorageError) in (key: try Self.key(&row), role: try row.name()) }
    }
  }

  public func add(_ key: APIKey) async throws(StorageError) {
    try await write { (session) throws(StorageError) in try Self.insert(key, session) }
  }

  public func keys(in scope: WorkspaceScope) async throws(StorageError) -> [APIKey] {
    try await read { (session) throws(StorageError) in
      try session.rows(
        """
        SELECT \(keyColumns) FROM api_key
        JOIN workspace ON workspace.row = api_key.workspace JOIN user ON user.row = api_key.user
        WHERE workspace.id = ? ORDER BY api_key.created_at, api_key.id
        """, [.id(scope.workspace)], Self.key)
    }
  }

  public func revoke(
    _ key: KeyID, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> Bool {
    try await write { (session) throws(StorageError) in
      try session.run(
        """
        UPDATE api_key SET revoked_at = coalesce(revoked_at, ?)
        WHERE id = ? AND workspace = (SELECT row FROM workspace WHERE id = ?)
        """, [.time(instant), .id(key), .id(scope.workspace)]) > 0
    }
  }

  public func noteUse(of key: KeyID, at instant: Timestamp) async throws(StorageError) {
    try await write { (session) throws(StorageError) -> Void in
      try session.run(
        "UPDATE api_key SET last_used_at = max(coalesce(last_used_at, ?1), ?1) WHERE id = ?2",
        [.time(instant), .id(key)])
    }
  }

  /// Adds a key. Throws `notFound` when its user is no member of its workspace, `conflict` on a known digest or id.
  static func insert(_ key: APIKey, _ session: SQLiteSession) throws(StorageError) {
    let workspace = try row(of: key.workspace, session)
    let user = try row(of: key.user, in: workspace, session)
    try session.run(
      """
      INSERT INTO api_key(
        id, workspace, user, name, hint, digest, role, created_at, expires_at, revoked_at, last_used_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .id(key.id), .integer(workspace), .integer(user), .text(key.name), .text(key.hint), .blob(key.digest),
        .name(key.role), .time(key.createdAt), .time(key.expiresAt), .time(key.revokedAt),
        .time(key.lastUsedAt),
      ])
  }

  private static func key(_ row: inout SQLiteRow) throws(StorageError) -> APIKey {
    APIKey(
      id: try row.id(), workspace: try row.id(), user: try row.id(), name: row.text(), hint: row.text(),
      digest: row.bytes(), role: try row.name(), createdAt: row.time(), expiresAt: row.optionalTime(),
      revokedAt: row.optionalTime(), lastUsedAt: row.optionalTime())
  }
}

private let keyColumns = """
  api_key.id, workspace.id, user.id, api_key.name, api_key.hint, api_key.digest, api_key.role, api_key.created_at,
  api_key.expires_at, api_key.revoked_at, api_key.last_used_at
  """
