internal import Model
internal import Storage

extension MeddledStore {
  func enqueue(
    _ tasks: [QueuedTask]
  ) async throws(StorageError) -> Int {
    try await store.enqueue(tasks)
  }

  func lease(
    _ kinds: [String], limit: Int, busy: Set<WorkspaceID>, at instant: Timestamp, until end: Timestamp
  ) async throws(StorageError) -> [QueuedTask] {
    try await store.lease(kinds, limit: limit, busy: busy, at: instant, until: end)
  }

  func finish(
    _ task: QueuedTask, at instant: Timestamp
  ) async throws(StorageError) -> Bool {
    try await store.finish(task, at: instant)
  }

  func postpone(
    _ task: QueuedTask, until due: Timestamp, error: String, at instant: Timestamp
  ) async throws(StorageError) -> Bool {
    try await store.postpone(task, until: due, error: error, at: instant)
  }

  func park(
    _ task: QueuedTask, error: String, at instant: Timestamp
  ) async throws(StorageError) -> Bool {
    try await store.park(task, error: error, at: instant)
  }

  func tasks(
    _ state: QueuedTask.State, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [QueuedTask] {
    try await store.tasks(state, limit: limit, in: scope)
  }

  func release(
    _ task: TaskID, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> QueuedTask? {
    try await store.release(task, at: instant, in: scope)
  }

  func nextDue(
    _ kinds: [String]
  ) async throws(StorageError) -> Timestamp? {
    try await store.nextDue(kinds)
  }

  func purgeTasks(
    finishedBefore instant: Timestamp
  ) async throws(StorageError) -> Int {
    try await store.purgeTasks(finishedBefore: instant)
  }

  func setPluginState(
    _ entry: StateEntry, of plugin: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await store.setPluginState(entry, of: plugin, limit: limit, in: scope)
  }

  func pluginState(
    _ key: String, of plugin: String, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> StateEntry? {
    try await store.pluginState(key, of: plugin, at: instant, in: scope)
  }

  func pluginStates(
    of plugin: String, prefix: String, limit: Int, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> [StateEntry] {
    try await store.pluginStates(of: plugin, prefix: prefix, limit: limit, at: instant, in: scope)
  }

  func removePluginState(
    _ key: String, of plugin: String, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> Bool {
    try await store.removePluginState(key, of: plugin, at: instant, in: scope)
  }

  func clearPluginState(
    of plugin: String, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await store.clearPluginState(of: plugin, in: scope)
  }
}

extension MeddledStore {
  func put(
    _ plugin: InstalledPlugin, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await store.put(plugin, in: scope)
  }

  func plugin(
    _ name: String, in scope: WorkspaceScope
  ) async throws(StorageError) -> InstalledPlugin? {
    try await store.plugin(name, in: scope)
  }

  func plugins(
    in scope: WorkspaceScope
  ) async throws(StorageError) -> [InstalledPlugin] {
    try await store.plugins(in: scope)
  }

  func removePlugin(
    _ name: String, in scope: WorkspaceScope
  ) async throws(StorageError) -> Bool {
    try await store.removePlugin(name, in: scope)
  }

  func log(
    _ lines: [PluginLogLine], of plugin: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await store.log(lines, of: plugin, limit: limit, in: scope)
  }

  func pluginLog(
    of plugin: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [PluginLogLine] {
    try await store.pluginLog(of: plugin, limit: limit, in: scope)
  }
}
