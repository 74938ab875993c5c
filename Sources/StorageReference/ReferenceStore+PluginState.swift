public import Model
public import Storage

extension ReferenceStore {
  public func setPluginState(
    _ entry: StateEntry, of plugin: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) {
    guard world.workspaces[scope.workspace] != nil else {
      throw StorageError(.notFound, "there is no such workspace")
    }
    let others = world.entries(of: plugin, at: entry.updatedAt, in: scope).filter {
      !$0.key.hasSameBytes(as: entry.key)
    }
    if others.count >= limit { throw StorageError(.full, "the plugin keeps \(limit) entries already") }
    world.pluginStates[scope.workspace, default: [:]][Name(plugin), default: [:]][Name(entry.key)] = entry
  }

  public func pluginState(
    _ key: String, of plugin: String, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> StateEntry? {
    world.entries(of: plugin, at: instant, in: scope).first { $0.key.hasSameBytes(as: key) }
  }

  public func pluginStates(
    of plugin: String, prefix: String, limit: Int, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> [StateEntry] {
    world.entries(of: plugin, at: instant, in: scope).filter { $0.key.utf8.starts(with: prefix.utf8) }
      .sorted { $0.key.precedesByBytes($1.key) }.prefix(max(0, limit)).map { $0 }
  }

  public func removePluginState(
    _ key: String, of plugin: String, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> Bool {
    let removed = world.pluginStates[scope.workspace]?[Name(plugin)]?.removeValue(forKey: Name(key))
    return removed.map { !$0.hasExpired(by: instant) } ?? false
  }

  public func clearPluginState(
    of plugin: String, in scope: WorkspaceScope
  ) async throws(StorageError) {
    world.pluginStates[scope.workspace]?[Name(plugin)] = nil
  }
}

extension World {
  fileprivate func entries(
    of plugin: String, at instant: Timestamp, in scope: WorkspaceScope
  ) -> [StateEntry] {
    let entries: [Name: StateEntry] = pluginStates[scope.workspace]?[Name(plugin)] ?? [:]
    return entries.values.filter { !$0.hasExpired(by: instant) }
  }

  /// Removes what expired. Returns how many entries that were.
  mutating func purgePluginState(expiredBy instant: Timestamp) -> Int {
    func count(_ states: [WorkspaceID: [Name: [Name: StateEntry]]]) -> Int {
      states.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.count } }
    }
    let before = count(pluginStates)
    pluginStates = pluginStates.mapValues { plugins in
      plugins.mapValues { entries in entries.filter { !$0.value.hasExpired(by: instant) } }
    }
    return before - count(pluginStates)
  }
}
