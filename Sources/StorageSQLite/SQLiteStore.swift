public import Storage
internal import Threads

/// The embedded store: one SQLite file, which several processes may use at the same time.
///
/// ```swift
/// let store = try await SQLiteStore.open(.file("/var/lib/mneme/mneme.sqlite"))
/// …
/// await store.close()
/// ```
///
/// Writes go through one connection, which groups those that arrive together (``SQLiteWriter``); questions go to a
/// pool of readers, which never wait for it (``SQLiteReaders``). Each port has its file: `SQLiteStore+Memories`,
/// `SQLiteStore+Contexts`, and so on. All statements about memories name a context by its row number, and only
/// ``OpenContext`` gives that out, after it has compared workspace, context and user.
public final class SQLiteStore: Store {
  private let writer: SQLiteWriter
  /// Nil for a database in memory, which has one connection: its writer answers the questions too.
  private let readers: SQLiteReaders?
  /// Nil for a database in memory.
  let folder: StoreFolder?
  let opening: SQLiteOpening
  private let closed = Lock(false)

  var isClosed: Bool { closed.withLock { $0 } }

  private init(writer: SQLiteWriter, readers: SQLiteReaders?, folder: StoreFolder?, opening: SQLiteOpening) {
    self.writer = writer
    self.readers = readers
    self.folder = folder
    self.opening = opening
  }

  /// Opens a store, and makes or upgrades its schema where needed. Before an upgrade a copy of the file is left beside
  /// it, `<file>.before-v<version>`.
  ///
  /// Throws `corrupted` for a file that is no store or that a newer program wrote, `unavailable` for one that cannot be
  /// opened or that another process is restoring.
  public static func open(
    _ location: SQLiteLocation, options: SQLiteOptions = SQLiteOptions()
  ) async throws(StorageError) -> SQLiteStore {
    try await open(location, options: options, migrations: Schema.migrations)
  }

  /// As above, with another history of the schema.
  package static func open(
    _ location: SQLiteLocation, options: SQLiteOptions, migrations: [Migration]
  ) async throws(StorageError) -> SQLiteStore {
    let opening = SQLiteOpening(options: options, migrator: Migrator(migrations: migrations))
    let writer = SQLiteWriter()
    switch location {
    case .memory:
      try await writer.open { () throws(StorageError) in try opening.makeMemory() }
      return SQLiteStore(writer: writer, readers: nil, folder: nil, opening: opening)
    case .file(let path):
      let folder = StoreFolder(database: path)
      try await writer.open { () throws(StorageError) in try opening.makeWriter(in: folder) }
      let readers = SQLiteReaders(count: max(1, options.readers))
      try await readers.open { () throws(StorageError) in try opening.makeReader(of: folder) }
      return SQLiteStore(writer: writer, readers: readers, folder: folder, opening: opening)
    }
  }

  /// Closes the store after the calls before it, and folds the write-ahead log into the file. Later calls throw
  /// `unavailable`. A store that is not closed loses nothing; the next one to open it does the folding.
  public func close() async {
    closed.withLock { $0 = true }
    await readers?.close()
    await writer.close()
    folder?.unlock()
  }

  /// Runs a question inside a read transaction: all it asks sees the same state.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (SQLiteSession) throws(StorageError) -> Value
  ) async throws(StorageError) -> Value {
    if let readers { return try await readers.read(body) }
    return try await writer.write(body)
  }

  /// Runs a change inside a transaction, all or nothing. `body` must depend on nothing but the database.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (SQLiteSession) throws(StorageError) -> Value
  ) async throws(StorageError) -> Value {
    try await writer.write(body)
  }

  /// Runs `body` on the writing connection, outside any transaction.
  package func withWritingConnection<Value: Sendable>(
    _ body: @Sendable (SQLiteConnection) throws(StorageError) -> Value
  ) async throws(StorageError) -> Value {
    try await writer.withConnection(body)
  }
}
