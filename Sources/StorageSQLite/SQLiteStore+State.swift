internal import JSON
public import Model
public import Storage

extension SQLiteStore {
  public func set(_ entry: StateEntry, in scope: Scope) async throws(StorageError) {
    try await write { (session) throws(StorageError) in
      let context = try OpenContext.require(scope, in: session)
      try session.run(
        """
        INSERT INTO state(context, key, value, updated_at, expires_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (context, key) DO UPDATE
        SET value = excluded.value, updated_at = excluded.updated_at, expires_at = excluded.expires_at
        """,
        [
          context.value, .text(entry.key), .text(entry.value.text), .time(entry.updatedAt),
          .time(entry.expiresAt),
        ])
    }
  }

  public func state(
    _ key: String, at instant: Timestamp, in scope: Scope
  ) async throws(StorageError) -> StateEntry? {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return nil }
      return try session.first(
        "\(Self.presentEntries) AND key = ?", [context.value, .time(instant), .text(key)], Self.entry)
    }
  }

  public func states(at instant: Timestamp, in scope: Scope) async throws(StorageError) -> [StateEntry] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [] }
      return try session.rows(
        "\(Self.presentEntries) ORDER BY key", [context.value, .time(instant)], Self.entry)
    }
  }

  public func removeState(
    _ key: String, at instant: Timestamp, in scope: Scope
  ) async throws(StorageError) -> Bool {
    try await write { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return false }
      let removed = try session.rows(
        "DELETE FROM state WHERE context = ? AND key = ? RETURNING coalesce(expires_at > ?, 1)",
        [context.value, .text(key), .time(instant)]
      ) { $0.flag() }
      return removed.first ?? false
    }
  }

  /// The entries of a context (first value) that have not expired by an instant (second value).
  private static let presentEntries = """
    SELECT key, value, updated_at, expires_at FROM state
    WHERE context = ? AND (expires_at IS NULL OR expires_at > ?)
    """

  private static func entry(_ row: inout SQLiteRow) throws(StorageError) -> StateEntry {
    StateEntry(key: row.text(), value: try row.json(), updatedAt: row.time(), expiresAt: row.optionalTime())
  }
}
