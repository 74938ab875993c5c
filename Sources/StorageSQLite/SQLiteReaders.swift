package import Storage
internal import Threads

/// The connections that answer questions, while the writer writes: in WAL mode neither waits for the other.
package final class SQLiteReaders: Sendable {
  private let readers: [SQLiteReader]
  /// How many questions each reader has before it.
  private let load: Lock<[Int]>

  package init(count: Int) {
    precondition(count > 0, "a store needs a reader")
    readers = (0..<count).map { SQLiteReader(name: "sqlite-read-\($0)") }
    load = Lock([Int](repeating: 0, count: count))
  }

  /// Opens every connection, each on its own thread.
  package func open(_ make: @Sendable () throws(StorageError) -> SQLiteConnection) async throws(StorageError)
  {
    for reader in readers { try await reader.open(make) }
  }

  /// Runs `body` inside a read transaction of the reader with the least to do: all that it asks sees one state of the
  /// database, which includes everything committed before the call.
  package func read<Value: Sendable>(
    _ body: @Sendable (SQLiteSession) throws(StorageError) -> Value
  ) async throws(StorageError) -> Value {
    let index = load.withLock { load in
      let index = load.indices.min { load[$0] < load[$1] } ?? 0
      load[index] += 1
      return index
    }
    defer { load.withLock { $0[index] -= 1 } }
    return try await readers[index].read(body)
  }

  /// Closes every connection, each after the questions before it.
  package func close() async {
    for reader in readers { await reader.close() }
  }
}

/// One connection that reads.
private actor SQLiteReader {
  private let thread: ThreadExecutor
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
  private var connection: SQLiteConnection?

  init(name: String) { thread = ThreadExecutor(name: name) }

  func open(_ make: @Sendable () throws(StorageError) -> SQLiteConnection) throws(StorageError) {
    connection = try make()
  }

  func close() { connection = nil }

  func read<Value: Sendable>(
    _ body: @Sendable (SQLiteSession) throws(StorageError) -> Value
  ) throws(StorageError) -> Value {
    guard let connection else { throw StorageError(.unavailable, "the store is closed") }
    do throws(SQLiteError) {
      try connection.execute("BEGIN")
    } catch {
      throw StorageError(error)
    }
    // Nothing was written, so there is nothing to commit, and ending a read cannot fail in a way that matters.
    defer { try? connection.execute("ROLLBACK") }
    return try body(SQLiteSession(connection: connection))
  }
}
