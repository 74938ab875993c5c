internal import Storage

/// One step of the schema's history.
package struct Migration: Sendable {
  package let version: Int64
  package let name: String
  package let sql: String

  package init(version: Int64, name: String, sql: String) {
    self.version = version
    self.name = name
    self.sql = sql
  }

  /// Tells whether the text was edited after it was applied somewhere: FNV-1a over it, in 64 bits. Against accidents,
  /// not against attackers.
  package var checksum: Int64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in sql.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int64(bitPattern: hash)
  }
}

/// Brings the schema of a database to the newest version this program knows.
struct Migrator {
  let migrations: [Migration]

  var newest: Int64 { migrations.last?.version ?? 0 }

  /// The schema version of a database: 0 when it is new. Throws `corrupted` when the database belongs to another
  /// program, has a version that this one does not know, or was made by a migration that has changed since.
  func check(_ connection: SQLiteConnection) throws(StorageError) -> Int64 {
    let session = SQLiteSession(connection: connection)
    let application = try session.integer("PRAGMA application_id", []) ?? 0
    guard try session.exists("SELECT 1 FROM sqlite_schema", []) else { return 0 }
    guard application == Schema.applicationID else {
      throw StorageError(.corrupted, "the file is a database of another program; choose another path")
    }
    let applied = try session.rows("SELECT version, checksum FROM migration ORDER BY version", []) { row in
      (version: row.integer(), checksum: row.integer())
    }
    for (index, step) in applied.enumerated() {
      guard index < migrations.count else {
        throw StorageError(
          .corrupted,
          "the database has schema version \(step.version), and this program knows \(migrations.count): "
            + "a newer one wrote it. Run that one, or restore a backup from before its upgrade")
      }
      guard migrations[index].version == step.version, migrations[index].checksum == step.checksum else {
        throw StorageError(
          .corrupted,
          "the database was made by another form of schema version \(step.version): a migration was edited after "
            + "it was released. Run the program that made the database")
      }
    }
    return applied.last?.version ?? 0
  }

  /// Applies the steps after `version`, each in a transaction that makes sure of the version again: of several
  /// processes that try, one does it.
  func migrate(_ connection: SQLiteConnection) throws(StorageError) {
    do throws(SQLiteError) {
      // Steps may rebuild tables that others refer to; all references are checked before the commit instead. The
      // switch does nothing inside a transaction. https://www.sqlite.org/lang_altertable.html#otheralter
      try connection.execute("PRAGMA foreign_keys = OFF")
    } catch {
      throw StorageError(error)
    }
    for migration in migrations { try apply(migration, on: connection) }
    do throws(SQLiteError) {
      try connection.execute("PRAGMA foreign_keys = ON")
    } catch {
      throw StorageError(error)
    }
  }

  private func apply(_ migration: Migration, on connection: SQLiteConnection) throws(StorageError) {
    do throws(SQLiteError) {
      try connection.execute("BEGIN IMMEDIATE")
    } catch {
      throw StorageError(error)
    }
    do throws(StorageError) {
      if try check(connection) < migration.version { try applySteps(of: migration, on: connection) }
      do throws(SQLiteError) {
        try connection.execute("COMMIT")
      } catch {
        throw StorageError(error)
      }
    } catch {
      if !connection.isIdle { try? connection.execute("ROLLBACK") }
      throw error
    }
  }

  private func applySteps(of migration: Migration, on connection: SQLiteConnection) throws(StorageError) {
    do throws(SQLiteError) {
      if migration.version == 1 {
        try connection.script(
          """
          PRAGMA application_id = \(Schema.applicationID);
          CREATE TABLE migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum INTEGER NOT NULL) STRICT;
          """)
      }
      try connection.script(migration.sql)
      try connection.execute(
        "INSERT INTO migration(version, name, checksum) VALUES (?, ?, ?)",
        [.integer(migration.version), .text(migration.name), .integer(migration.checksum)])
    } catch {
      throw StorageError(error)
    }
    let dangling = try SQLiteSession(connection: connection).exists("PRAGMA foreign_key_check", [])
    if dangling {
      throw StorageError(
        .corrupted, "schema version \(migration.version) would leave rows that point to nothing")
    }
  }
}
