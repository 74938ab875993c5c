internal import CSQLite

/// A prepared statement. Owned by the connection that prepared it, and finalised before that is closed.
final class SQLiteStatement {
  let sql: String
  fileprivate(set) var isInUse = false
  /// When the connection handed it out last, on the connection's own count.
  var lastUse: UInt64 = 0
  private let pointer: OpaquePointer
  private let connection: OpaquePointer

  /// Compiles one statement. Text after it is a mistake of the caller.
  init(_ sql: String, on connection: OpaquePointer, isKept: Bool) throws(SQLiteError) {
    var pointer: OpaquePointer?
    var sqlCopy = sql
    let status = sqlCopy.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { text in
        sqlite3_prepare_v3(
          connection, text.baseAddress, Int32(text.count), isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0,
          &pointer,
          nil)
      }
    }
    guard status == SQLITE_OK, let pointer else { throw SQLiteError(of: connection, sql: sql) }
    self.sql = sql
    self.pointer = pointer
    self.connection = connection
  }

  deinit { sqlite3_finalize(pointer) }

  /// Runs the statement and hands each row to `body` until it returns false.
  func run<Failure: Error>(
    _ values: [SQLiteValue], translating: (SQLiteError) -> Failure,
    row body: (inout SQLiteRow) throws(Failure) -> Bool
  ) throws(Failure) {
    isInUse = true
    defer {
      // Ends the statement's read lock and forgets private data; the error, if any, was reported by the step.
      sqlite3_reset(pointer)
      sqlite3_clear_bindings(pointer)
      isInUse = false
    }
    let wanted = sqlite3_bind_parameter_count(pointer)
    precondition(wanted == Int32(values.count), "\(sql) wants \(wanted) values, not \(values.count)")
    for (index, value) in values.enumerated() {
      let status = value.bind(to: pointer, at: Int32(index + 1))
      if status != SQLITE_OK { throw translating(SQLiteError(of: connection, sql: sql)) }
    }
    while true {
      switch sqlite3_step(pointer) {
      case SQLITE_ROW:
        var row = SQLiteRow(statement: pointer)
        guard try body(&row) else { return }
      case SQLITE_DONE: return
      default: throw translating(SQLiteError(of: connection, sql: sql))
      }
    }
  }
}
