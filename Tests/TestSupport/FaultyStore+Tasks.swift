public import Model
public import Storage

extension FaultyStore {
  public func enqueue(
    _ tasks: [QueuedTask]
  ) async throws(StorageError) -> Int {
    try await call { (store) throws(StorageError) in
      try await store.enqueue(tasks)
    }
  }

  public func lease(
    _ kinds: [String], limit: Int, busy: Set<WorkspaceID>, at instant: Timestamp, until end: Timestamp
  ) async throws(StorageError) -> [QueuedTask] {
    try await call { (store) throws(StorageError) in
      try await store.lease(kinds, limit: limit, busy: busy, at: instant, until: end)
    }
  }

  public func finish(
    _ task: QueuedTask, at instant: Timestamp
  ) async throws(StorageError) -> Bool {
    try await call { (store) throws(StorageError) in
      try await store.finish(task, at: instant)
    }
  }

  public func postpone(
    _ task: QueuedTask, until due: Timestamp, error: String, at instant: Timestamp
  ) async throws(StorageError) -> Bool {
    try await call { (store) throws(StorageError) in
      try await store.postpone(task, until: due, error: error, at: instant)
    }
  }

  public func park(
    _ task: QueuedTask, error: String, at instant: Timestamp
  ) async throws(StorageError) -> Bool {
    try await call { (store) throws(StorageError) in
      try await store.park(task, error: error, at: instant)
    }
  }

  public func tasks(
    _ state: QueuedTask.State, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [QueuedTask] {
    try await call { (store) throws(StorageError) in
      try await store.tasks(state, limit: limit, in: scope)
    }
  }

  public func release(
    _ task: TaskID, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> QueuedTask? {
    try await call { (store) throws(StorageError) in
      try await store.release(task, at: instant, in: scope)
    }
  }

  public func nextDue(
    _ kinds: [String]
  ) async throws(StorageError) -> Timestamp? {
    try await call { (store) throws(StorageError) in
      try await store.nextDue(kinds)
    }
  }

  public func purgeTasks(
    finishedBefore instant: Timestamp
  ) async throws(StorageError) -> Int {
    try await call { (store) throws(StorageError) in
      try await store.purgeTasks(finishedBefore: instant)
    }
  }

  public func setPluginState(
    _ entry: StateEntry, of plugin: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await call { (store) throws(StorageError) in
      try await store.setPluginState(entry, of: plugin, limit: limit, in: scope)
    }
  }

  public func pluginState(
    _ key: String, of plugin: String, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> StateEntry? {
    try await call { (store) throws(StorageError) in
      try await store.pluginState(key, of: plugin, at: instant, in: scope)
    }
  }

  public func pluginStates(
    of plugin: String, prefix: String, limit: Int, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> [StateEntry] {
    try await call { (store) throws(StorageError) in
      try await store.pluginStates(of: plugin, prefix: prefix, limit: limit, at: instant, in: scope)
    }
  }

  public func removePluginState(
    _ key: String, of plugin: String, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> Bool {
    try await call { (store) throws(StorageError) in
      try await store.removePluginState(key, of: plugin, at: instant, in: scope)
    }
  }

  public func clearPluginState(
    of plugin: String, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await call { (store) throws(StorageError) in
      try await store.clearPluginState(of: plugin, in: scope)
    }
  }
}

extension FaultyStore {
  public func put(
    _ plugin: InstalledPlugin, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await call { (store) throws(StorageError) in
      try await store.put(plugin, in: scope)
    }
  }

  public func plugin(
    _ name: String, in scope: WorkspaceScope
  ) async throws(StorageError) -> InstalledPlugin? {
    try await call { (store) throws(StorageError) in
      try await store.plugin(name, in: scope)
    }
  }

  public func plugins(
    in scope: WorkspaceScope
  ) async throws(StorageError) -> [InstalledPlugin] {
    try await call { (store) throws(StorageError) in
      try await store.plugins(in: scope)
    }
  }

  public func removePlugin(
    _ name: String, in scope: WorkspaceScope
  ) async throws(StorageError) -> Bool {
    try await call { (store) throws(StorageError) in
      try await store.removePlugin(name, in: scope)
    }
  }

  public func log(
    _ lines: [PluginLogLine], of plugin: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await call { (store) throws(StorageError) in
      try await store.log(lines, of: plugin, limit: limit, in: scope)
    }
  }

  public func pluginLog(
    of plugin: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [PluginLogLine] {
    try await call { (store) throws(StorageError) in
      try await store.pluginLog(of: plugin, limit: limit, in: scope)
    }
  }
}
