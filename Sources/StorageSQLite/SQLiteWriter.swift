package import Storage
internal import Threads

/// The one connection that writes, on its own thread.
///
/// Writes that wait for it at the same moment share a transaction, each inside a savepoint of its own, so that eight
/// writers cost one wait for the disk and not eight. None is acknowledged before the COMMIT.
package actor SQLiteWriter {
  private let thread = ThreadExecutor(name: "sqlite-writer")
  package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// How many writes share a transaction at most, so that the first does not wait for all.
  private static let batchLimit = 64

  private let waiting = Lock(Waiting())
  private var connection: SQLiteConnection?

  private struct Waiting {
    var jobs: [any WriteJob] = []
    /// Whether a drain is on its way that will see what is appended now.
    var isDrainScheduled = false
  }

  /// Opens the connection on the writer's thread.
  package func open(
    _ make: @Sendable () throws(StorageError) -> SQLiteConnection
  ) throws(StorageError) {
    connection = try make()
  }

  /// Runs `body` inside a transaction and returns after it was committed.
  ///
  /// What `body` throws undoes what it did and reaches the caller. It may run a second time when a transaction that it
  /// shared was lost to the fault of another, so it must depend on nothing but the database.
  package nonisolated func write<Value: Sendable>(
    _ body: @escaping @Sendable (SQLiteSession) throws(StorageError) -> Value
  ) async throws(StorageError) -> Value {
    let outcome = await withCheckedContinuation { continuation in
      let job = WriteRequest(body: body, continuation: continuation)
      let isFirst = waiting.withLock { waiting in
        waiting.jobs.append(job)
        defer { waiting.isDrainScheduled = true }
        return !waiting.isDrainScheduled
      }
      if isFirst { Task { await drain() } }
    }
    return try outcome.get()
  }

  /// Runs `body` on the connection, with no transaction around it.
  package func withConnection<Value: Sendable>(
    _ body: @Sendable (SQLiteConnection) throws(StorageError) -> Value
  ) throws(StorageError) -> Value {
    guard let connection else { throw Self.closed }
    return try body(connection)
  }

  /// Closes the connection. Later calls fail with `unavailable`.
  package func close() {
    guard let connection else { return }
    // Refreshes the planner's statistics where they are out of date, and leaves one tidy file behind. Neither is
    // worth an error at this point: the data is safe in either case.
    try? connection.execute("PRAGMA optimize")
    try? connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    self.connection = nil
  }

  private static var closed: StorageError { StorageError(.unavailable, "the store is closed") }

  private func drain() {
    while true {
      let batch = waiting.withLock { waiting in
        let batch = Array(waiting.jobs.prefix(Self.batchLimit))
        waiting.jobs.removeFirst(batch.count)
        if batch.isEmpty { waiting.isDrainScheduled = false }
        return batch
      }
      if batch.isEmpty { return }
      guard let connection else {
        for job in batch { job.finish(.failure(Self.closed)) }
        continue
      }
      rollBack(connection)
      if batch.count > 1, commitTogether(batch, on: connection) { continue }
      for job in batch { commitAlone(job, on: connection) }
    }
  }

  /// Commits the batch as one transaction and finishes its jobs. Returns false, with nothing done and nobody told,
  /// when the transaction was lost as a whole.
  private func commitTogether(_ batch: [any WriteJob], on connection: SQLiteConnection) -> Bool {
    let session = SQLiteSession(connection: connection)
    do throws(SQLiteError) {
      try connection.execute("BEGIN IMMEDIATE")
    } catch {
      // Whoever keeps the file locked would keep each of them waiting in turn.
      for job in batch { job.finish(.failure(StorageError(error))) }
      return true
    }
    do throws(SQLiteError) {
      for job in batch {
        try connection.execute("SAVEPOINT job")
        if !job.attempt(session) {
          // A full disk and the like end the whole transaction, not just this part of it.
          if connection.isIdle { return false }
          try connection.execute("ROLLBACK TO job")
        }
        try connection.execute("RELEASE job")
      }
      try connection.execute("COMMIT")
    } catch {
      rollBack(connection)
      return false
    }
    for job in batch { job.finish(.success(())) }
    return true
  }

  private func commitAlone(_ job: any WriteJob, on connection: SQLiteConnection) {
    do throws(SQLiteError) {
      try connection.execute("BEGIN IMMEDIATE")
      if job.attempt(SQLiteSession(connection: connection)) {
        try connection.execute("COMMIT")
      } else {
        rollBack(connection)
      }
      job.finish(.success(()))
    } catch {
      rollBack(connection)
      job.finish(.failure(StorageError(error)))
    }
  }

  private func rollBack(_ connection: SQLiteConnection) {
    // Some errors have ended the transaction already. https://www.sqlite.org/lang_transaction.html
    if !connection.isIdle { try? connection.execute("ROLLBACK") }
  }
}

/// A write that waits for its turn.
private protocol WriteJob: Sendable {
  /// Does the work and keeps the outcome for `finish`. Returns false when it threw.
  func attempt(_ session: SQLiteSession) -> Bool

  /// Wakes the caller: with the outcome of the last attempt, or with `failure` of the transaction around it.
  func finish(_ transaction: Result<Void, StorageError>)
}

private final class WriteRequest<Value: Sendable>: WriteJob, @unchecked Sendable {
  // Sendable: `outcome` is touched by the writer's thread alone.
  private let body: @Sendable (SQLiteSession) throws(StorageError) -> Value
  private let continuation: CheckedContinuation<Result<Value, StorageError>, Never>
  private var outcome: Result<Value, StorageError>?

  init(
    body: @escaping @Sendable (SQLiteSession) throws(StorageError) -> Value,
    continuation: CheckedContinuation<Result<Value, StorageError>, Never>
  ) {
    self.body = body
    self.continuation = continuation
  }

  func attempt(_ session: SQLiteSession) -> Bool {
    do throws(StorageError) {
      outcome = .success(try body(session))
      return true
    } catch {
      outcome = .failure(error)
      return false
    }
  }

  func finish(_ transaction: Result<Void, StorageError>) {
    switch transaction {
    case .failure(let error): continuation.resume(returning: .failure(error))
    case .success:
      guard let outcome else { preconditionFailure("a write is finished before it was attempted") }
      continuation.resume(returning: outcome)
    }
  }
}
