internal import JSON
public import Model
public import Storage

extension SQLiteStore {
  public func setPluginState(
    _ entry: StateEntry, of plugin: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await write { (session) throws(StorageError) in
      let workspace = SQLiteValue.integer(try Self.row(of: scope.workspace, session))
      let others = """
        SELECT count(*) FROM plugin_state WHERE workspace = ? AND plugin = ? AND key <> ?
          AND (expires_at IS NULL OR expires_at > ?)
        """
      let count = try session.integer(
        others, [workspace, .text(plugin), .text(entry.key), .time(entry.updatedAt)])
      if count ?? 0 >= limit { throw StorageError(.full, "the plugin keeps \(limit) entries already") }
      try session.run(
        """
        INSERT INTO plugin_state(workspace, plugin, key, value, updated_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (workspace, plugin, key) DO UPDATE
        SET value = excluded.value, updated_at = excluded.updated_at, expires_at = excluded.expires_at
        """,
        [
          workspace, .text(plugin), .text(entry.key), .text(entry.value.text), .time(entry.updatedAt),
          .time(entry.expiresAt),
        ])
    }
  }

  public func pluginState(
    _ key: String, of plugin: String, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> StateEntry? {
    try await read { (session) throws(StorageError) in
      try session.first(
        "\(presentEntries) AND key = ?",
        [.id(scope.workspace), .text(plugin), .time(instant), .text(key)], Self.pluginEntry)
    }
  }

  public func pluginStates(
    of plugin: String, prefix: String, limit: Int, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> [StateEntry] {
    try await read { (session) throws(StorageError) in
      // Every key that begins so lies between the prefix and the prefix with the greatest character behind it.
      try session.rows(
        "\(presentEntries) AND key >= ? AND key < ? || char(1114111) ORDER BY key LIMIT ?",
        [
          .id(scope.workspace), .text(plugin), .time(instant), .text(prefix), .text(prefix),
          .count(max(0, limit)),
        ], Self.pluginEntry)
    }
  }

  public func removePluginState(
    _ key: String, of plugin: String, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> Bool {
    try await write { (session) throws(StorageError) in
      let removed = try session.rows(
        """
        DELETE FROM plugin_state WHERE workspace = (SELECT row FROM workspace WHERE id = ?) AND plugin = ? AND key = ?
        RETURNING coalesce(expires_at > ?, 1)
        """, [.id(scope.workspace), .text(plugin), .text(key), .time(instant)]
      ) { $0.flag() }
      return removed.first ?? false
    }
  }

  public func clearPluginState(
    of plugin: String, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await write { (session) throws(StorageError) -> Void in
      try session.run(
        "DELETE FROM plugin_state WHERE workspace = (SELECT row FROM workspace WHERE id = ?) AND plugin = ?",
        [.id(scope.workspace), .text(plugin)])
    }
  }

  private static func pluginEntry(_ row: inout SQLiteRow) throws(StorageError) -> StateEntry {
    StateEntry(key: row.text(), value: try row.json(), updatedAt: row.time(), expiresAt: row.optionalTime())
  }
}

/// The entries of a plugin in a workspace (first two values) that have not expired by an instant (third value).
private let presentEntries = """
  SELECT key, value, updated_at, expires_at FROM plugin_state
  WHERE workspace = (SELECT row FROM workspace WHERE id = ?) AND plugin = ? AND (expires_at IS NULL OR expires_at > ?)
  """
