internal import Storage

/// A connection inside a transaction, as the store's own code uses it: questions and changes in, values and
/// `StorageError`s out.
///
/// Handed to a closure by ``SQLiteWriter`` or ``SQLiteReaders`` and valid for its duration.
package struct SQLiteSession {
  let connection: SQLiteConnection

  /// Runs a change. Returns how many rows it touched.
  @discardableResult
  func run(_ sql: String, _ values: [SQLiteValue]) throws(StorageError) -> Int {
    try connection.run(sql, values, translating: StorageError.init) { (_) throws(StorageError) in true }
    return connection.changedRows
  }

  /// Runs an insertion of one row. Returns its row number.
  func insert(_ sql: String, _ values: [SQLiteValue]) throws(StorageError) -> Int64 {
    try run(sql, values)
    return connection.lastInsertedRow
  }

  /// What `read` makes of every row.
  func rows<Value>(
    _ sql: String, _ values: [SQLiteValue], _ read: (inout SQLiteRow) throws(StorageError) -> Value
  ) throws(StorageError) -> [Value] {
    var result: [Value] = []
    try connection.run(sql, values, translating: StorageError.init) { (row) throws(StorageError) in
      result.append(try read(&row))
      return true
    }
    return result
  }

  /// What `read` makes of the first row; nil when there is none. For questions: a change with a RETURNING clause that
  /// is not run to its end is undone.
  func first<Value>(
    _ sql: String, _ values: [SQLiteValue], _ read: (inout SQLiteRow) throws(StorageError) -> Value
  ) throws(StorageError) -> Value? {
    var result: Value?
    try connection.run(sql, values, translating: StorageError.init) { (row) throws(StorageError) in
      result = try read(&row)
      return false
    }
    return result
  }

  /// Whether there is a row.
  func exists(_ sql: String, _ values: [SQLiteValue]) throws(StorageError) -> Bool {
    try first(sql, values) { (_) throws(StorageError) in true } ?? false
  }

  /// The first column of the first row; nil when there is no row.
  func integer(_ sql: String, _ values: [SQLiteValue]) throws(StorageError) -> Int64? {
    try first(sql, values) { (row) throws(StorageError) in row.integer() }
  }
}
