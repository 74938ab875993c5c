internal import JSON
public import Model
public import Storage

extension SQLiteStore {
  public func enqueue(_ tasks: [QueuedTask]) async throws(StorageError) -> Int {
    try await write { (session) throws(StorageError) in try Self.enqueue(tasks, session) }
  }

  public func lease(
    _ kinds: [String], limit: Int, busy: Set<WorkspaceID>, at instant: Timestamp, until end: Timestamp
  ) async throws(StorageError) -> [QueuedTask] {
    try await write { (session) throws(StorageError) in
      let due = try Self.dueTasks(kinds, busy: busy, at: instant, session).sorted {
        ($0.task.dueAt, $0.task.id) < ($1.task.dueAt, $1.task.id)
      }
      return try due.prefix(max(0, limit)).map { (row, task) throws(StorageError) in
        try session.run(
          "UPDATE task SET due_at = ?, attempts = attempts + 1, changed_at = ? WHERE row = ?",
          [.time(end), .time(instant), .integer(row)])
        var leased = task
        leased.dueAt = end
        leased.attempts += 1
        leased.changedAt = instant
        return leased
      }
    }
  }

  public func finish(_ task: QueuedTask, at instant: Timestamp) async throws(StorageError) -> Bool {
    try await report(task, "state = 'finished', error = NULL", [], at: instant)
  }

  public func postpone(
    _ task: QueuedTask, until due: Timestamp, error: String, at instant: Timestamp
  ) async throws(StorageError) -> Bool {
    try await report(task, "due_at = ?, error = ?", [.time(due), .text(error)], at: instant)
  }

  public func park(
    _ task: QueuedTask, error: String, at instant: Timestamp
  ) async throws(StorageError) -> Bool {
    try await report(task, "state = 'parked', error = ?", [.text(error)], at: instant)
  }

  public func tasks(
    _ state: QueuedTask.State, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [QueuedTask] {
    try await read { (session) throws(StorageError) in
      try session.rows(
        """
        \(selectTask) WHERE task.user = (SELECT row FROM user WHERE id = ?)
          AND task.workspace = (SELECT row FROM workspace WHERE id = ?) AND task.state = ?
        ORDER BY task.changed_at DESC, task.id DESC LIMIT ?
        """, [.id(scope.user), .id(scope.workspace), .name(state), .count(max(0, limit))]
      ) { (row) throws(StorageError) in try Self.task(&row).task }
    }
  }

  public func release(
    _ task: TaskID, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> QueuedTask? {
    try await write { (session) throws(StorageError) in
      let released = try session.run(
        """
        UPDATE task SET state = 'waiting', due_at = ?1, changed_at = ?1, attempts = 0
        WHERE id = ?2 AND state = 'parked' AND user = (SELECT row FROM user WHERE id = ?3)
          AND workspace = (SELECT row FROM workspace WHERE id = ?4)
        """, [.time(instant), .id(task), .id(scope.user), .id(scope.workspace)])
      guard released > 0 else { return nil }
      return try session.first("\(selectTask) WHERE task.id = ?", [.id(task)]) { (row) throws(StorageError) in
        try Self.task(&row).task
      }
    }
  }

  public func nextDue(_ kinds: [String]) async throws(StorageError) -> Timestamp? {
    try await read { (session) throws(StorageError) in
      try session.first(
        """
        SELECT due_at FROM task INDEXED BY waiting_task_by_time
        WHERE state = 'waiting' AND due_at > -1 AND kind IN (SELECT value FROM json_each(?))
        ORDER BY due_at LIMIT 1
        """, [.names(kinds)]
      ) { row in row.time() }
    }
  }

  public func purgeTasks(finishedBefore instant: Timestamp) async throws(StorageError) -> Int {
    try await write { (session) throws(StorageError) in
      try session.run("DELETE FROM task WHERE state = 'finished' AND changed_at < ?", [.time(instant)])
    }
  }
}

extension SQLiteStore {
  /// Adds tasks inside a transaction. Returns how many were new.
  static func enqueue(_ tasks: [QueuedTask], _ session: SQLiteSession) throws(StorageError) -> Int {
    var added = 0
    for task in tasks {
      let workspace = try row(of: task.workspace, session)
      let user = try row(of: task.user, in: workspace, session)
      added += try session.run(
        """
        INSERT INTO task(id, workspace, user, kind, key, payload, state, due_at, attempts, created_at, changed_at)
        VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, 0, ?, ?) ON CONFLICT (workspace, kind, key) DO NOTHING
        """,
        [
          .id(task.id), .integer(workspace), .integer(user), .text(task.kind), .text(task.key),
          .text(task.payload.text), .time(task.dueAt), .time(task.createdAt), .time(task.createdAt),
        ])
    }
    return added
  }

  /// The oldest due task of each workspace that is not busy.
  private static func dueTasks(
    _ kinds: [String], busy: Set<WorkspaceID>, at instant: Timestamp, _ session: SQLiteSession
  ) throws(StorageError) -> [(row: Int64, task: QueuedTask)] {
    var due: [(row: Int64, task: QueuedTask)] = []
    // From workspace to workspace along the index, so that one with a long queue costs no more than one with a short.
    var last: Int64 = -1
    while let workspace = try session.integer(
      "SELECT workspace FROM task WHERE state = 'waiting' AND workspace > ? ORDER BY workspace LIMIT 1",
      [.integer(last)])
    {
      last = workspace
      let oldest = try session.first(
        """
        \(selectTask) WHERE task.state = 'waiting' AND task.workspace = ? AND task.due_at <= ?
          AND task.kind IN (SELECT value FROM json_each(?))
        ORDER BY task.due_at, task.id LIMIT 1
        """, [.integer(workspace), .time(instant), .names(kinds)], Self.task)
      if let oldest, !busy.contains(oldest.task.workspace) { due.append(oldest) }
    }
    return due
  }

  /// Sets what an attempt came to, if the task is still at that attempt.
  private func report(
    _ task: QueuedTask, _ assignments: String, _ values: [SQLiteValue], at instant: Timestamp
  ) async throws(StorageError) -> Bool {
    try await write { (session) throws(StorageError) in
      try session.run(
        "UPDATE task SET \(assignments), changed_at = ? WHERE id = ? AND attempts = ? AND state = 'waiting'",
        values + [.time(instant), .id(task.id), .count(task.attempts)]) > 0
    }
  }

  private static func task(_ row: inout SQLiteRow) throws(StorageError) -> (row: Int64, task: QueuedTask) {
    let number = row.integer()
    var task = QueuedTask(
      id: try row.id(), workspace: try row.id(), user: try row.id(), kind: row.text(), key: row.text(),
      payload: try row.json(), dueAt: row.time(), createdAt: row.time())
    task.state = try row.name()
    task.attempts = Int(row.integer())
    task.error = row.optionalText()
    task.changedAt = row.time()
    return (number, task)
  }
}

private let selectTask = """
  SELECT task.row, task.id, workspace.id, user.id, task.kind, task.key, task.payload, task.due_at, task.created_at,
    task.state, task.attempts, task.error, task.changed_at
  FROM task JOIN workspace ON workspace.row = task.workspace JOIN user ON user.row = task.user
  """

extension SQLiteValue {
  /// A list of words, for `json_each`.
  fileprivate static func names(_ names: [String]) -> SQLiteValue {
    .text(JSONValue.array(names.map { .string($0) }).text)
  }
}
