public import Model

/// What plugins keep for themselves in a workspace: each has a namespace of its own, whoever it acts for.
public protocol PluginStateStore: Sendable {
  /// Sets one entry, replacing an older one and its expiry. Throws `full` when the plugin would then have more than
  /// `limit` entries that have not expired by the time the entry is written, `notFound` when there is no such workspace.
  func setPluginState(
    _ entry: StateEntry, of plugin: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError)

  /// The entry of that key; nil when there is none or it expired by `instant`.
  func pluginState(
    _ key: String, of plugin: String, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> StateEntry?

  /// The first entries whose keys begin so and that have not expired by `instant`, by key, at most `limit`.
  func pluginStates(
    of plugin: String, prefix: String, limit: Int, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> [StateEntry]

  /// Removes an entry. Returns whether there was one that had not expired by `instant`.
  func removePluginState(
    _ key: String, of plugin: String, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> Bool

  /// Removes all entries of a plugin: it is gone.
  func clearPluginState(of plugin: String, in scope: WorkspaceScope) async throws(StorageError)
}
