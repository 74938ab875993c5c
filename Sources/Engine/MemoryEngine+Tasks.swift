public import Identity
public import JSON
public import Model
public import Storage

extension MemoryEngine {
  /// Work that was queued for the caller, the latest change first.
  public func tasks(
    _ state: QueuedTask.State, limit: Int, as caller: Caller
  ) async throws(EngineError) -> [QueuedTask] {
    try await stored { () async throws(StorageError) in
      try await store.tasks(state, limit: limit, in: WorkspaceScope(caller))
    }
  }

  /// Lets parked work of the caller's be tried again.
  public func retryTask(_ name: String, as caller: Caller) async throws(EngineError) -> QueuedTask {
    guard let id = TaskID(name) else { throw .taskNotFound(name) }
    let now = clock.now()
    let released = try await stored { () async throws(StorageError) in
      try await store.release(id, at: now, in: WorkspaceScope(caller))
    }
    guard let released else { throw .taskNotFound(name) }
    bell.ring()
    return released
  }

  /// A task that is not queued yet, on behalf of a user.
  public func task(
    _ kind: String, key: String, payload: JSONValue, for user: UserID, in workspace: WorkspaceID,
    after delay: Duration = .zero
  ) -> QueuedTask {
    let now = clock.now()
    return QueuedTask(
      id: identifiers.make(), workspace: workspace, user: user, kind: kind, key: key, payload: payload,
      dueAt: now + delay, createdAt: now)
  }

  /// Queues work. What is known by its key is not queued again.
  public func enqueue(_ tasks: [QueuedTask]) async throws(EngineError) {
    guard !tasks.isEmpty else { return }
    _ = try await stored { () async throws(StorageError) in try await store.enqueue(tasks) }
    bell.ring()
  }
}
