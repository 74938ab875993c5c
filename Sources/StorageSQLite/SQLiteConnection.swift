internal import CSQLite

/// One connection to a database: the only owner of its pointer, and of the statements prepared on it.
///
/// Not Sendable, and opened without SQLite's own mutex: it belongs to one actor with one thread.
/// https://www.sqlite.org/threadsafe.html
package final class SQLiteConnection {
  let pointer: OpaquePointer
  private var statements: [String: SQLiteStatement] = [:]
  private let statementLimit: Int
  /// Counts the uses of statements, in order to know which was used longest ago.
  private var uses: UInt64 = 0

  /// Opens `path`, or a private database in memory for `:memory:`.
  package init(
    path: String, mode: Mode = .readWrite, busyTimeout: Duration = .seconds(5), statementLimit: Int = 100
  ) throws(SQLiteError) {
    var pointer: OpaquePointer?
    let status = sqlite3_open_v2(
      path, &pointer, mode.flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    guard let pointer else { throw SQLiteError(extendedCode: SQLITE_NOMEM, message: "out of memory") }
    guard status == SQLITE_OK else {
      let error = SQLiteError(of: pointer)
      // Even a connection that failed to open has to be closed.
      sqlite3_close_v2(pointer)
      throw error
    }
    self.pointer = pointer
    self.statementLimit = statementLimit
    sqlite3_busy_timeout(pointer, Int32(clamping: busyTimeout.components.seconds * 1_000))
    // Forbids what only an attacker or an accident would do: writing shadow tables, editing the schema by hand, and
    // "text" standing for 'text'. The schema itself has to be trusted: this SQLite does not let the triggers of an
    // untrusted one write to a full-text index.
    _ = CSQLite_set_switch(pointer, SQLITE_DBCONFIG_DEFENSIVE, 1)
    _ = CSQLite_set_switch(pointer, SQLITE_DBCONFIG_DQS_DDL, 0)
    _ = CSQLite_set_switch(pointer, SQLITE_DBCONFIG_DQS_DML, 0)
  }

  deinit {
    statements.removeAll()
    sqlite3_close_v2(pointer)
  }

  /// How a file is opened. None of them creates one.
  package enum Mode: Sendable {
    case readWrite, readOnly, create

    fileprivate var flags: Int32 {
      switch self {
      case .readWrite: SQLITE_OPEN_READWRITE
      case .readOnly: SQLITE_OPEN_READONLY
      case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      }
    }
  }

  /// Whether no transaction is open.
  package var isIdle: Bool { sqlite3_get_autocommit(pointer) != 0 }

  /// How many rows the last statement changed, those changed by triggers not counted.
  package var changedRows: Int { Int(sqlite3_changes64(pointer)) }

  /// The number of the row that was inserted last, those inserted by triggers not counted.
  package var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(pointer) }

  /// Runs a statement and hands each row to `row` until it returns false. `translating` makes SQLite's error the
  /// caller's.
  package func run<Failure: Error>(
    _ sql: String, _ values: [SQLiteValue], translating: (SQLiteError) -> Failure,
    row: (inout SQLiteRow) throws(Failure) -> Bool
  ) throws(Failure) {
    let statement: SQLiteStatement
    do throws(SQLiteError) {
      statement = try prepared(sql)
    } catch {
      throw translating(error)
    }
    try statement.run(values, translating: translating, row: row)
  }

  /// Runs a statement whose rows, if any, do not matter.
  package func execute(_ sql: String, _ values: [SQLiteValue] = []) throws(SQLiteError) {
    try run(sql, values, translating: { $0 }) { (_) throws(SQLiteError) in true }
  }

  /// The first column of the first row, as a number.
  package func integer(_ sql: String, _ values: [SQLiteValue] = []) throws(SQLiteError) -> Int64? {
    var result: Int64?
    try run(sql, values, translating: { $0 }) { (row) throws(SQLiteError) in
      result = row.integer()
      return false
    }
    return result
  }

  /// The first column of every row, as text.
  package func texts(_ sql: String, _ values: [SQLiteValue] = []) throws(SQLiteError) -> [String] {
    var result: [String] = []
    try run(sql, values, translating: { $0 }) { (row) throws(SQLiteError) in
      result.append(row.text())
      return true
    }
    return result
  }

  /// The texts of the statements that are kept.
  package var keptStatements: [String] { statements.keys.sorted() }

  /// Runs a script of several statements that take no values and give no rows.
  package func script(_ sql: String) throws(SQLiteError) {
    let status = sqlite3_exec(pointer, sql, nil, nil, nil)
    if status != SQLITE_OK { throw SQLiteError(of: pointer, sql: sql) }
  }

  /// A statement that nobody runs at the moment: a kept one, or a new one.
  private func prepared(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
    uses += 1
    if let kept = statements[sql] {
      // Asked for inside one of its own rows: a second one, which is not kept.
      if kept.isInUse { return try SQLiteStatement(sql, on: pointer, isKept: false) }
      kept.lastUse = uses
      return kept
    }
    let statement = try SQLiteStatement(sql, on: pointer, isKept: true)
    statement.lastUse = uses
    if statements.count >= statementLimit,
      let oldest = statements.values.min(by: { $0.lastUse < $1.lastUse })
    {
      statements[oldest.sql] = nil
    }
    statements[sql] = statement
    return statement
  }
}
