internal import Glibc
internal import Storage

/// How the connections of a store are made and set up.
struct SQLiteOpening: Sendable {
  let options: SQLiteOptions
  let migrator: Migrator

  /// The writing connection of a database in memory.
  func makeMemory() throws(StorageError) -> SQLiteConnection {
    let connection = try connect(to: ":memory:", isWriter: true)
    try migrator.migrate(connection)
    return connection
  }

  /// The writing connection of a file whose schema is in its newest version, made or upgraded if need be.
  ///
  /// Each process holds the folder's lock in shared mode for as long as the store is open, and in exclusive mode while
  /// it changes the schema: so nobody sees half a schema, and nobody changes it under a running program.
  func makeWriter(in folder: StoreFolder) throws(StorageError) -> SQLiteConnection {
    try folder.makeFolder()
    try folder.makeFile()
    let started = ContinuousClock.now
    while true {
      if try folder.tryLock(.shared) {
        do throws(StorageError) {
          let connection = try connect(to: folder.database, isWriter: true)
          if try isReady(connection) { return connection }
        } catch {
          folder.unlock()
          throw error
        }
      }
      if try folder.tryLock(.exclusive) {
        defer { folder.unlock() }
        try upgrade(folder)
        continue
      }
      guard ContinuousClock.now - started < options.busyTimeout else {
        folder.unlock()
        throw StorageError(
          .unavailable, "another process uses the database and its schema has to change: stop that one first")
      }
      // This is the writer's own thread, and nothing else can run on it yet.
      usleep(5_000)
    }
  }

  /// A connection for questions.
  func makeReader(of folder: StoreFolder) throws(StorageError) -> SQLiteConnection {
    try connect(to: folder.database, isWriter: false)
  }

  private func isReady(_ connection: SQLiteConnection) throws(StorageError) -> Bool {
    let version = try migrator.check(connection)
    let mode = try SQLiteSession(connection: connection).first("PRAGMA journal_mode", []) { $0.text() }
    return version == migrator.newest && mode == "wal"
  }

  private func upgrade(_ folder: StoreFolder) throws(StorageError) {
    let connection = try connect(to: folder.database, isWriter: true)
    let version = try migrator.check(connection)
    if version > 0, version < migrator.newest {
      let copy = folder.freePath("before-v\(migrator.newest)")
      try SQLiteBackup.copy(connection, to: copy)
    }
    do throws(SQLiteError) {
      try connection.execute("PRAGMA journal_mode = WAL")
    } catch {
      throw StorageError(error)
    }
    try migrator.migrate(connection)
  }

  private func connect(to path: String, isWriter: Bool) throws(StorageError) -> SQLiteConnection {
    let synchronous = options.durability == .power ? "FULL" : "NORMAL"
    do throws(SQLiteError) {
      let connection = try SQLiteConnection(
        path: path, busyTimeout: options.busyTimeout, statementLimit: options.statementLimit)
      try connection.execute("PRAGMA foreign_keys = ON")
      try connection.execute("PRAGMA synchronous = \(synchronous)")
      try connection.execute("PRAGMA temp_store = MEMORY")
      try connection.execute("PRAGMA mmap_size = \(options.mappedBytes)")
      // In KiB, when negative. Readers see most of the file through the map instead.
      try connection.execute("PRAGMA cache_size = \(isWriter ? -32_000 : -4_000)")
      if isWriter {
        // What is purged is overwritten, and not just unlinked.
        try connection.execute("PRAGMA secure_delete = ON")
        // A log that a burst has made large is cut back at the next checkpoint.
        try connection.execute("PRAGMA journal_size_limit = \(64 << 20)")
        try connection.execute("PRAGMA wal_autocheckpoint = 1000")
        if let limit = options.maximumBytes {
          let pageSize = try connection.integer("PRAGMA page_size") ?? 4_096
          try connection.execute("PRAGMA max_page_count = \(max(1, limit / pageSize))")
        }
      } else {
        try connection.execute("PRAGMA query_only = ON")
      }
      return connection
    } catch {
      throw StorageError(error)
    }
  }
}
