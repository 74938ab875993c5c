internal import CSQLite
package import JSON
package import Model
package import Storage

/// The present row of a running statement, read column by column from the left.
///
/// Valid until the closure that it was passed to returns. Nothing read from it points into SQLite's memory.
package struct SQLiteRow: ~Copyable {
  private let statement: OpaquePointer
  private var column: Int32 = 0

  init(statement: OpaquePointer) { self.statement = statement }

  private mutating func next() -> Int32 {
    precondition(column < sqlite3_column_count(statement), "the row has no column \(column)")
    defer { column += 1 }
    return column
  }

  private mutating func nextUnlessNull() -> Int32? {
    let column = next()
    return sqlite3_column_type(statement, column) == SQLITE_NULL ? nil : column
  }

  package mutating func integer() -> Int64 { sqlite3_column_int64(statement, next()) }
  package mutating func real() -> Double { sqlite3_column_double(statement, next()) }
  package mutating func flag() -> Bool { integer() != 0 }
  package mutating func time() -> Timestamp { Timestamp(microseconds: integer()) }
  package mutating func text() -> String { text(at: next()) }
  package mutating func bytes() -> [UInt8] { bytes(at: next()) }

  package mutating func optionalTime() -> Timestamp? {
    nextUnlessNull().map { Timestamp(microseconds: sqlite3_column_int64(statement, $0)) }
  }
  package mutating func optionalText() -> String? {
    guard let column = nextUnlessNull() else { return nil }
    return text(at: column)
  }

  /// Throws `corrupted` when the column is not sixteen bytes.
  package mutating func id<Kind>(_ kind: Kind.Type = Kind.self) throws(StorageError) -> Identifier<Kind> {
    let column = next()
    guard sqlite3_column_bytes(statement, column) == 16, let bytes = sqlite3_column_blob(statement, column)
    else {
      throw StorageError(.corrupted, "an identifier does not have sixteen bytes")
    }
    return Identifier(
      high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
      low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
  }

  /// Nil for a null; otherwise as ``id(_:)``.
  package mutating func optionalID<Kind>(
    _ kind: Kind.Type = Kind.self
  ) throws(StorageError) -> Identifier<Kind>? {
    guard sqlite3_column_type(statement, column) != SQLITE_NULL else {
      _ = next()
      return nil
    }
    return try id(kind)
  }

  /// Throws `corrupted` when the column holds none of the known words.
  package mutating func name<Name: RawRepresentable<String>>(
    _ kind: Name.Type = Name.self
  ) throws(StorageError) -> Name {
    guard let name = Name(rawValue: text()) else {
      throw StorageError(.corrupted, "a column holds no known \(kind)")
    }
    return name
  }

  /// Throws `corrupted` when the column is not JSON.
  package mutating func json() throws(StorageError) -> JSONValue {
    do {
      // A snapshot nests what its memory holds once more, so the limit on what clients send is not this one.
      return try JSONValue(parsing: bytes(), depthLimit: JSONValue.deepestNesting)
    } catch {
      throw StorageError(.corrupted, "a column that should hold JSON does not", cause: error)
    }
  }

  /// Throws `corrupted` when the column is not a JSON object.
  package mutating func object() throws(StorageError) -> JSONObject {
    guard case .object(let object) = try json() else {
      throw StorageError(.corrupted, "a column that should hold a JSON object does not")
    }
    return object
  }

  private func bytes(at column: Int32) -> [UInt8] {
    // The pointer is asked for before the length, as https://www.sqlite.org/c3ref/column_blob.html advises.
    guard let start = sqlite3_column_blob(statement, column) else { return [] }
    return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
  }

  private func text(at column: Int32) -> String {
    guard let start = sqlite3_column_text(statement, column) else { return "" }
    let count = Int(sqlite3_column_bytes(statement, column))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }
}
