public import Model
public import Storage
internal import Threads

extension SQLiteStore {
  public func ping() async throws(StorageError) {
    // The write transaction around it is what is tried.
    try await write { (session) throws(StorageError) in _ = try session.integer("PRAGMA user_version", []) }
    try await read { (session) throws(StorageError) in _ = try session.integer("PRAGMA user_version", []) }
  }

  public func purge(forgottenBefore instant: Timestamp) async throws(StorageError) -> Int {
    try await write { (session) throws(StorageError) in
      let before = SQLiteValue.time(instant)
      try session.run("DELETE FROM receipt WHERE at < ?", [before])
      var removed = try session.run(
        """
        DELETE FROM memory WHERE context IN (SELECT row FROM context WHERE deleted_at < ?)
        """, [before])
      removed += try session.run("DELETE FROM memory WHERE deleted_at < ?", [before])
      try session.run("DELETE FROM context WHERE deleted_at < ?", [before])
      return removed
    }
  }

  public func purgeState(expiredBy instant: Timestamp) async throws(StorageError) -> Int {
    try await write { (session) throws(StorageError) in
      try session.run("DELETE FROM state WHERE expires_at <= ?", [.time(instant)])
        + session.run("DELETE FROM plugin_state WHERE expires_at <= ?", [.time(instant)])
    }
  }

  public func removeStrayEdges() async throws(StorageError) -> Int {
    try await write { (session) throws(StorageError) in
      var removed = 0
      for links in EdgeRow.links {
        removed += try session.run("DELETE FROM \(links.table) WHERE \(links.isStray)", [])
      }
      return removed
    }
  }

  public func backup(to path: String) async throws(StorageError) {
    try await withOwnConnection("sqlite-backup") { (connection) throws(StorageError) in
      try SQLiteBackup.copy(connection, to: path)
    }
  }

  /// Puts a backup in the place of a database that no process uses, after making sure that it is sound.
  ///
  /// Returns where the old database is kept, if there was one. Throws `unavailable` when the database is in use or the
  /// backup cannot be read, `corrupted` when the backup is damaged or newer than this program.
  public static func restore(backup: String, to database: String) async throws(StorageError) -> String? {
    try await onThread("sqlite-restore") { () throws(StorageError) in
      try SQLiteBackup.restore(
        backup, to: StoreFolder(database: database), migrator: Migrator(migrations: Schema.migrations))
    }
  }
}

extension SQLiteStore {
  /// Runs work that takes long on a connection of its own, so that no question waits for it. A database in memory has
  /// one connection only.
  func withOwnConnection<Value: Sendable>(
    _ name: String, _ body: @escaping @Sendable (SQLiteConnection) throws(StorageError) -> Value
  ) async throws(StorageError) -> Value {
    guard let folder else { return try await withWritingConnection(body) }
    if isClosed { throw StorageError(.unavailable, "the store is closed") }
    let opening = opening
    return try await onThread(name) { () throws(StorageError) in try body(opening.makeReader(of: folder)) }
  }
}

/// Runs `body`, which may block, on a thread of its own.
private func onThread<Value: Sendable>(
  _ name: String, _ body: @escaping @Sendable () throws(StorageError) -> Value
) async throws(StorageError) -> Value {
  let outcome = await withCheckedContinuation { continuation in
    startThread(name: name) {
      let outcome: Result<Value, StorageError>
      do throws(StorageError) {
        outcome = .success(try body())
      } catch {
        outcome = .failure(error)
      }
      continuation.resume(returning: outcome)
    }
  }
  return try outcome.get()
}
