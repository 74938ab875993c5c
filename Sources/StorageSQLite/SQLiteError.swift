internal import CSQLite

/// What SQLite reported.
///
/// Bound values are no part of it, so that it can be logged: the SQL is the project's own text.
package struct SQLiteError: Error, Sendable {
  /// The primary result code, such as `SQLITE_CONSTRAINT`.
  package let code: Int32
  /// The code with its detail, such as `SQLITE_CONSTRAINT_UNIQUE`.
  package let extendedCode: Int32
  package let message: String
  package let sql: String?

  package init(extendedCode: Int32, message: String, sql: String? = nil) {
    code = extendedCode & 0xFF
    self.extendedCode = extendedCode
    self.message = message
    self.sql = sql
  }

  /// The error that `connection` reported last.
  init(of connection: OpaquePointer, sql: String? = nil) {
    self.init(
      extendedCode: sqlite3_extended_errcode(connection),
      message: String(cString: sqlite3_errmsg(connection)),
      sql: sql)
  }
}

extension SQLiteError: CustomStringConvertible {
  package var description: String {
    let place = sql.map { " in \"\($0)\"" } ?? ""
    return "SQLite error \(extendedCode): \(message)\(place)"
  }
}
