public import Model
public import Storage

extension ReferenceStore {
  public func put(_ plugin: InstalledPlugin, in scope: WorkspaceScope) async throws(StorageError) {
    guard plugin.workspace == scope.workspace,
      world.role(of: plugin.installer, in: scope.workspace) != nil
    else { throw StorageError(.notFound, "the plugin or its installer is of another workspace") }
    world.plugins[scope.workspace, default: [:]][Name(plugin.name)] = plugin
  }

  public func plugin(_ name: String, in scope: WorkspaceScope) async throws(StorageError) -> InstalledPlugin?
  {
    world.plugins[scope.workspace]?[Name(name)]
  }

  public func plugins(in scope: WorkspaceScope) async throws(StorageError) -> [InstalledPlugin] {
    (world.plugins[scope.workspace] ?? [:]).values.sorted { $0.name.precedesByBytes($1.name) }
  }

  public func removePlugin(_ name: String, in scope: WorkspaceScope) async throws(StorageError) -> Bool {
    world.pluginStates[scope.workspace]?[Name(name)] = nil
    world.pluginLogs[scope.workspace]?[Name(name)] = nil
    return world.plugins[scope.workspace]?.removeValue(forKey: Name(name)) != nil
  }

  public func log(
    _ lines: [PluginLogLine], of plugin: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) {
    guard world.plugins[scope.workspace]?[Name(plugin)] != nil else { return }
    let all = (world.pluginLogs[scope.workspace]?[Name(plugin)]?[scope.user] ?? []) + lines
    world.pluginLogs[scope.workspace, default: [:]][Name(plugin), default: [:]][scope.user] =
      Array(all.suffix(max(0, limit)))
  }

  public func pluginLog(
    of plugin: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [PluginLogLine] {
    Array((world.pluginLogs[scope.workspace]?[Name(plugin)]?[scope.user] ?? []).suffix(max(0, limit)))
  }
}
