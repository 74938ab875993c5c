internal import Glibc
internal import Storage
internal import Threads

/// The place of a database file: made for its owner's eyes only, and guarded by a lock between processes.
final class StoreFolder: Sendable {
  let database: String
  /// The descriptor of the lock file; -1 before it is opened.
  private let descriptor = Lock<Int32>(-1)

  enum LockMode { case shared, exclusive }

  init(database: String) { self.database = database }

  deinit {
    // Ends the lock as well.
    descriptor.withLock { descriptor in
      if descriptor >= 0 { _ = close(descriptor) }
    }
  }

  /// Makes the folder of the database for its owner alone (0700), if it is missing.
  func makeFolder() throws(StorageError) {
    var path = ""
    for part in database.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
      path += part + "/"
      if path != "/", mkdir(path, 0o700) != 0, errno != EEXIST {
        throw Self.failure("the folder \(path) cannot be made")
      }
    }
  }

  /// Makes an empty file for the database (0600), if it is missing.
  func makeFile() throws(StorageError) {
    // SQLite gives its other files the permissions of this one. An existing file is not opened here: closing it again
    // would end the locks that SQLite holds on it in this process. https://www.sqlite.org/howtocorrupt.html
    let file = open(database, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
    if file >= 0 {
      _ = close(file)
    } else if errno != EEXIST {
      throw Self.failure("the database file \(database) cannot be made")
    }
  }

  /// Takes the lock, or changes its mode, without waiting. Returns false, with no lock held, when it cannot be had.
  func tryLock(_ mode: LockMode) throws(StorageError) -> Bool {
    let status = descriptor.withLock { descriptor -> Int32? in
      if descriptor < 0 { descriptor = open(database + ".lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600) }
      if descriptor < 0 { return nil }
      let operation = mode == .shared ? LOCK_SH : LOCK_EX
      var status = flock(descriptor, operation | LOCK_NB)
      while status != 0 && errno == EINTR { status = flock(descriptor, operation | LOCK_NB) }
      if status != 0 { flock(descriptor, LOCK_UN) }
      return status
    }
    guard let status else { throw Self.failure("the lock file \(database).lock cannot be opened") }
    return status == 0
  }

  func unlock() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { flock(descriptor, LOCK_UN) }
    }
  }

  /// The first path beside the database that nothing has taken: `<database>.<word>`, `<database>.<word>-2`, ….
  func freePath(_ word: String) -> String {
    var path = "\(database).\(word)"
    var number = 2
    while access(path, F_OK) == 0 {
      path = "\(database).\(word)-\(number)"
      number += 1
    }
    return path
  }

  static func failure(_ message: String) -> StorageError {
    let reason = String(cString: strerror(errno))
    return StorageError(.unavailable, "\(message): \(reason)")
  }
}
