internal import CSQLite
package import Storage

extension StorageError {
  /// What a failure inside SQLite means to a caller that knows nothing of SQLite.
  package init(_ error: SQLiteError) {
    let (code, message): (Code, String) =
      switch error.code {
      case SQLITE_CONSTRAINT: Self.violation(error.extendedCode)
      case SQLITE_BUSY, SQLITE_LOCKED:
        (.unavailable, "another process kept the database file locked; try again")
      case SQLITE_INTERRUPT: (.unavailable, "the call was interrupted")
      case SQLITE_FULL: (.full, "no room left for the database file; free some disk space")
      case SQLITE_TOOBIG: (.full, "the value is larger than the database can hold")
      case SQLITE_CORRUPT: (.corrupted, "the database file is damaged; restore a backup")
      case SQLITE_NOTADB: (.corrupted, "the file is not a database")
      case SQLITE_IOERR: (.unavailable, "the disk reported an error")
      case SQLITE_CANTOPEN: (.unavailable, "the database file cannot be opened")
      case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
        (.unavailable, "the database file cannot be written; check its owner and permissions")
      case SQLITE_NOMEM: (.unavailable, "out of memory")
      default: (.corrupted, "the database did not understand the store; was its schema changed by hand?")
      }
    self.init(code, message, cause: error)
  }

  private static func violation(_ extendedCode: Int32) -> (Code, String) {
    switch extendedCode {
    case CSQLite_CONSTRAINT_UNIQUE, CSQLite_CONSTRAINT_PRIMARYKEY, CSQLite_CONSTRAINT_ROWID:
      (.conflict, "the name or identifier is taken")
    case CSQLite_CONSTRAINT_FOREIGNKEY: (.notFound, "what it refers to does not exist")
    default: (.corrupted, "a value breaks a rule of the schema")
    }
  }
}
