public import Model

/// The plugins of a workspace, and what they wrote into their logs.
public protocol PluginStore: PluginStateStore {
  /// Writes a plugin, in the place of one of the same name. Throws `notFound` when its workspace is another one than the
  /// scope's or its installer is no member.
  func put(_ plugin: InstalledPlugin, in scope: WorkspaceScope) async throws(StorageError)

  /// The plugin of that name.
  func plugin(_ name: String, in scope: WorkspaceScope) async throws(StorageError) -> InstalledPlugin?

  /// All plugins of the workspace, by name.
  func plugins(in scope: WorkspaceScope) async throws(StorageError) -> [InstalledPlugin]

  /// Removes a plugin with its log and what it kept. Returns whether there was one.
  func removePlugin(_ name: String, in scope: WorkspaceScope) async throws(StorageError) -> Bool

  /// Adds lines to the log that a plugin has with the scope's user, and drops the oldest when there are more than `limit`.
  /// Of a plugin that is not there, nothing is kept.
  func log(
    _ lines: [PluginLogLine], of plugin: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError)

  /// The last lines that a plugin wrote when it acted for the scope's user, oldest first.
  func pluginLog(
    of plugin: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [PluginLogLine]
}
