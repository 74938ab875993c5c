public import Model
public import Storage

extension ReferenceStore {
  public func enqueue(_ tasks: [QueuedTask]) async throws(StorageError) -> Int {
    try change { (world) throws(StorageError) in try world.enqueue(tasks) }
  }

  public func lease(
    _ kinds: [String], limit: Int, busy: Set<WorkspaceID>, at instant: Timestamp, until end: Timestamp
  ) async throws(StorageError) -> [QueuedTask] {
    let due = world.tasks.filter {
      $0.state == .waiting && $0.dueAt <= instant && kinds.contains($0.kind) && !busy.contains($0.workspace)
    }.sorted { ($0.dueAt, $0.id) < ($1.dueAt, $1.id) }
    var leased: [QueuedTask] = []
    for task in due where !leased.contains(where: { $0.workspace == task.workspace }) && leased.count < limit
    {
      var task = task
      task.dueAt = end
      task.attempts += 1
      task.changedAt = instant
      world.replace(task)
      leased.append(task)
    }
    return leased
  }

  public func finish(_ task: QueuedTask, at instant: Timestamp) async throws(StorageError) -> Bool {
    world.report(task, at: instant) { ($0.state, $0.error) = (.finished, nil) }
  }

  public func postpone(
    _ task: QueuedTask, until due: Timestamp, error: String, at instant: Timestamp
  ) async throws(StorageError) -> Bool {
    world.report(task, at: instant) { ($0.dueAt, $0.error) = (due, error) }
  }

  public func park(
    _ task: QueuedTask, error: String, at instant: Timestamp
  ) async throws(StorageError) -> Bool {
    world.report(task, at: instant) { ($0.state, $0.error) = (.parked, error) }
  }

  public func tasks(
    _ state: QueuedTask.State, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [QueuedTask] {
    let found = world.tasks.filter {
      $0.state == state && $0.workspace == scope.workspace && $0.user == scope.user
    }
    return found.sorted { ($0.changedAt, $0.id) > ($1.changedAt, $1.id) }.prefix(max(0, limit)).map { $0 }
  }

  public func release(
    _ task: TaskID, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> QueuedTask? {
    guard
      var present = world.tasks.first(where: {
        $0.id == task && $0.state == .parked && $0.workspace == scope.workspace && $0.user == scope.user
      })
    else { return nil }
    present.state = .waiting
    present.dueAt = instant
    present.changedAt = instant
    present.attempts = 0
    world.replace(present)
    return present
  }

  public func nextDue(_ kinds: [String]) async throws(StorageError) -> Timestamp? {
    world.tasks.filter { $0.state == .waiting && kinds.contains($0.kind) }.map(\.dueAt).min()
  }

  public func purgeTasks(finishedBefore instant: Timestamp) async throws(StorageError) -> Int {
    let before = world.tasks.count
    world.tasks.removeAll { $0.state == .finished && $0.changedAt < instant }
    return before - world.tasks.count
  }
}

extension World {
  mutating func enqueue(_ tasks: [QueuedTask]) throws(StorageError) -> Int {
    var added = 0
    for task in tasks {
      guard role(of: task.user, in: task.workspace) != nil else {
        throw StorageError(.notFound, "the user is no member of the workspace")
      }
      let isKnown = self.tasks.contains {
        $0.workspace == task.workspace && $0.kind.hasSameBytes(as: task.kind)
          && $0.key.hasSameBytes(as: task.key)
      }
      if isKnown { continue }
      guard !self.tasks.contains(where: { $0.id == task.id }) else {
        throw StorageError(.conflict, "the task exists")
      }
      var fresh = task
      fresh.state = .waiting
      fresh.attempts = 0
      fresh.error = nil
      fresh.changedAt = task.createdAt
      self.tasks.append(fresh)
      added += 1
    }
    return added
  }

  fileprivate mutating func replace(_ task: QueuedTask) {
    guard let place = tasks.firstIndex(where: { $0.id == task.id }) else { return }
    tasks[place] = task
  }

  fileprivate mutating func report(
    _ task: QueuedTask, at instant: Timestamp, _ change: (inout QueuedTask) -> Void
  ) -> Bool {
    guard var present = tasks.first(where: { $0.id == task.id }), present.state == .waiting,
      present.attempts == task.attempts
    else { return false }
    change(&present)
    present.changedAt = instant
    replace(present)
    return true
  }
}
