internal import CSQLite
package import Model

/// A value to bind to a parameter: SQLite's five storage classes, and the ways in which the model maps to them.
package enum SQLiteValue: Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  /// Bytes that SQLite compares as text, whether they are UTF-8 or not.
  case rawText([UInt8])
  case blob([UInt8])
  /// The sixteen bytes of an identifier, big-endian, so that SQLite's byte order is the identifiers' order.
  case uuid(high: UInt64, low: UInt64)

  package static func id<Kind>(_ identifier: Identifier<Kind>) -> Self {
    .uuid(high: identifier.high, low: identifier.low)
  }
  package static func text(_ value: String?) -> Self { value.map { .text($0) } ?? .null }
  package static func flag(_ value: Bool) -> Self { .integer(value ? 1 : 0) }
  package static func count(_ value: Int) -> Self { .integer(Int64(value)) }
  package static func time(_ value: Timestamp) -> Self { .integer(value.microseconds) }
  package static func time(_ value: Timestamp?) -> Self { value.map { .integer($0.microseconds) } ?? .null }
  package static func name<Name: RawRepresentable<String>>(_ value: Name) -> Self { .text(value.rawValue) }
}

extension SQLiteValue {
  /// Binds to the parameter with that number, from 1. SQLite copies the bytes. Returns the result code.
  func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    switch self {
    case .null: return sqlite3_bind_null(statement, index)
    case .integer(let value): return sqlite3_bind_int64(statement, index, value)
    case .real(let value): return sqlite3_bind_double(statement, index, value)
    case .text(var value): return value.withUTF8 { bindText($0, to: statement, at: index) }
    case .rawText(let bytes): return bytes.withUnsafeBufferPointer { bindText($0, to: statement, at: index) }
    case .blob(let bytes):
      if bytes.isEmpty { return sqlite3_bind_zeroblob(statement, index, 0) }
      return sqlite3_bind_blob64(statement, index, bytes, UInt64(bytes.count), CSQLite_transient())
    case .uuid(let high, let low):
      return withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) {
        sqlite3_bind_blob64(statement, index, $0.baseAddress, 16, CSQLite_transient())
      }
    }
  }

  private func bindText(_ bytes: UnsafeBufferPointer<UInt8>, to statement: OpaquePointer, at index: Int32)
    -> Int32
  {
    // A null pointer would bind NULL, and an empty string is not that.
    guard let start = bytes.baseAddress, !bytes.isEmpty else {
      return sqlite3_bind_text(statement, index, "", 0, CSQLite_transient())
    }
    return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { start in
      sqlite3_bind_text64(
        statement, index, start, UInt64(bytes.count), CSQLite_transient(), UInt8(SQLITE_UTF8))
    }
  }
}
