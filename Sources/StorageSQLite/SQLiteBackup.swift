internal import CSQLite
internal import Glibc
internal import Storage

/// Copies of a database, made while it is in use, and the way back.
///
/// A copy is one file without a log beside it. It appears under its name when it is complete, checked, and on disk.
enum SQLiteBackup {
  /// Copies what `source` sees now to a new file. Throws `conflict` when the file exists.
  static func copy(_ source: SQLiteConnection, to path: String) throws(StorageError) {
    guard access(path, F_OK) != 0 else { throw exists(path) }
    let partial = path + ".partial"
    // A left-over of a copy that was interrupted gives way. The file is made here so that nobody else can read it.
    unlink(partial)
    let file = open(partial, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw StoreFolder.failure("the copy \(partial) cannot be made") }
    _ = close(file)
    defer { unlink(partial) }
    do throws(SQLiteError) {
      let target = try SQLiteConnection(path: partial)
      try transfer(from: source, to: target)
      // The copied header says WAL; a single file is easier to carry.
      try target.execute("PRAGMA journal_mode = DELETE")
    } catch {
      throw StorageError(error)
    }
    _ = try verified(partial)
    try synchronise(partial)
    // Unlike a rename, a link never replaces a file that somebody else put there meanwhile.
    guard link(partial, path) == 0 else {
      throw errno == EEXIST ? exists(path) : StoreFolder.failure("the copy \(path) cannot be put in place")
    }
    try synchronise(folder(of: path))
  }

  /// Puts a copy of `backup` in the place of the database. Returns where the old file is kept, if there was one.
  ///
  /// A database that is in use is left alone, with `unavailable`; a backup that is damaged or of an unknown version is
  /// refused with `corrupted`. At every moment there is either the old database or the new one.
  static func restore(
    _ backup: String, to folder: StoreFolder, migrator: Migrator
  ) throws(StorageError) -> String? {
    guard access(backup, R_OK) == 0 else { throw StoreFolder.failure("the backup \(backup) cannot be read") }
    let source = try verified(backup)
    guard try migrator.check(source) > 0 else {
      throw StorageError(.corrupted, "the backup \(backup) is an empty database")
    }
    try folder.makeFolder()
    guard try folder.tryLock(.exclusive) else {
      throw StorageError(.unavailable, "the database is in use; stop the server before restoring")
    }
    defer { folder.unlock() }
    let restored = folder.database + ".restored"
    unlink(restored)
    try copy(source, to: restored)
    let aside = try setAside(folder)
    guard rename(restored, folder.database) == 0 else {
      throw StoreFolder.failure("the restored file cannot be put in place")
    }
    try synchronise(self.folder(of: folder.database))
    return aside
  }

  /// Gives the present database a second name and makes sure that its log will not be taken for the new one's.
  private static func setAside(_ folder: StoreFolder) throws(StorageError) -> String? {
    let database = folder.database
    guard access(database, F_OK) == 0 else { return nil }
    // Folds the log into the file. A database that is too damaged for that keeps its log beside it.
    if let old = try? SQLiteConnection(path: database) { try? old.execute("PRAGMA journal_mode = DELETE") }
    let aside = folder.freePath("before-restore")
    guard link(database, aside) == 0 else { throw StoreFolder.failure("the old database cannot be kept") }
    if access(database + "-wal", F_OK) == 0, rename(database + "-wal", aside + "-wal") != 0 {
      throw StoreFolder.failure("the log of the old database cannot be kept")
    }
    unlink(database + "-shm")
    return aside
  }

  /// A connection to a file that is a sound database of this program. Throws `corrupted` for any other.
  private static func verified(_ path: String) throws(StorageError) -> SQLiteConnection {
    do throws(SQLiteError) {
      let copy = try SQLiteConnection(path: path, mode: .readOnly)
      guard try copy.integer("PRAGMA application_id") == Schema.applicationID else {
        throw SQLiteError(extendedCode: SQLITE_NOTADB, message: "the file is a database of another program")
      }
      let complaints = try copy.texts("PRAGMA integrity_check(5)")
      guard complaints == ["ok"] else {
        throw SQLiteError(extendedCode: SQLITE_CORRUPT, message: complaints.joined(separator: "; "))
      }
      guard try copy.texts("PRAGMA foreign_key_check").isEmpty else {
        throw SQLiteError(extendedCode: SQLITE_CORRUPT, message: "some rows point to nothing")
      }
      return copy
    } catch {
      throw StorageError(error)
    }
  }

  /// Copies all pages in one step, so that writes meanwhile cannot make it start again.
  /// https://www.sqlite.org/backup.html
  private static func transfer(from source: SQLiteConnection, to target: SQLiteConnection) throws(SQLiteError)
  {
    guard let backup = sqlite3_backup_init(target.pointer, "main", source.pointer, "main") else {
      throw SQLiteError(of: target.pointer)
    }
    let status = sqlite3_backup_step(backup, -1)
    sqlite3_backup_finish(backup)
    guard status == SQLITE_DONE else {
      throw SQLiteError(extendedCode: status, message: String(cString: sqlite3_errstr(status)))
    }
  }

  private static func synchronise(_ path: String) throws(StorageError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw StoreFolder.failure("\(path) cannot be opened") }
    defer { _ = close(file) }
    guard fsync(file) == 0 else { throw StoreFolder.failure("\(path) cannot be written to disk") }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func exists(_ path: String) -> StorageError {
    StorageError(.conflict, "the file \(path) exists already; choose another name")
  }
}
