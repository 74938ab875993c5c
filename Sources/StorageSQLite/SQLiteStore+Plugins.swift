internal import JSON
public import Model
public import Storage

extension SQLiteStore {
  public func put(_ plugin: InstalledPlugin, in scope: WorkspaceScope) async throws(StorageError) {
    guard plugin.workspace == scope.workspace else {
      throw StorageError(.notFound, "the plugin belongs to another workspace")
    }
    let granted = JSONValue.array(plugin.granted.map { .string($0.description) })
    let manifest = PluginManifest.schema.encode(plugin.manifest)
    try await write { (session) throws(StorageError) -> Void in
      let workspace = try Self.row(of: scope.workspace, session)
      let installer = try Self.row(of: plugin.installer, in: workspace, session)
      try session.run(
        """
        INSERT INTO plugin(workspace, name, hash, installer, is_enabled, is_from_folder, installed_at, updated_at,
          granted, config, manifest, manifest_source, source)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (workspace, name) DO UPDATE SET hash = excluded.hash, installer = excluded.installer,
          is_enabled = excluded.is_enabled, is_from_folder = excluded.is_from_folder,
          installed_at = excluded.installed_at, updated_at = excluded.updated_at, granted = excluded.granted,
          config = excluded.config, manifest = excluded.manifest, manifest_source = excluded.manifest_source,
          source = excluded.source
        """,
        [
          .integer(workspace), .text(plugin.name), .text(plugin.hash), .integer(installer),
          .flag(plugin.isEnabled), .flag(plugin.isFromFolder), .time(plugin.installedAt),
          .time(plugin.updatedAt), .text(granted.text), .text(JSONValue.object(plugin.config).text),
          .text(manifest.text), .text(plugin.manifestSource), .text(plugin.source),
        ])
    }
  }

  public func plugin(_ name: String, in scope: WorkspaceScope) async throws(StorageError) -> InstalledPlugin?
  {
    try await read { (session) throws(StorageError) in
      try session.first(
        "\(selectPlugin) AND plugin.name = ?", [.id(scope.workspace), .text(name)], Self.plugin)
    }
  }

  public func plugins(in scope: WorkspaceScope) async throws(StorageError) -> [InstalledPlugin] {
    try await read { (session) throws(StorageError) in
      try session.rows("\(selectPlugin) ORDER BY plugin.name", [.id(scope.workspace)], Self.plugin)
    }
  }

  public func removePlugin(_ name: String, in scope: WorkspaceScope) async throws(StorageError) -> Bool {
    try await write { (session) throws(StorageError) in
      let workspace = "workspace = (SELECT row FROM workspace WHERE id = ?)"
      let values: [SQLiteValue] = [.id(scope.workspace), .text(name)]
      try session.run("DELETE FROM plugin_state WHERE \(workspace) AND plugin = ?", values)
      return try session.run("DELETE FROM plugin WHERE \(workspace) AND name = ?", values) > 0
    }
  }

  public func log(
    _ lines: [PluginLogLine], of plugin: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await write { (session) throws(StorageError) -> Void in
      guard let (plugin, user) = try Self.rows(of: plugin, in: scope, session) else { return }
      for line in lines {
        try session.run(
          "INSERT INTO plugin_log(plugin, user, at, level, hook, text) VALUES (?, ?, ?, ?, ?, ?)",
          [plugin, user, .time(line.at), .name(line.level), .name(line.hook), .text(line.text)])
      }
      try session.run(
        """
        DELETE FROM plugin_log WHERE plugin = ?1 AND user = ?2 AND row <=
          (SELECT row FROM plugin_log WHERE plugin = ?1 AND user = ?2 ORDER BY row DESC LIMIT 1 OFFSET ?3)
        """, [plugin, user, .count(max(0, limit))])
    }
  }

  public func pluginLog(
    of plugin: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [PluginLogLine] {
    try await read { (session) throws(StorageError) in
      guard let (plugin, user) = try Self.rows(of: plugin, in: scope, session) else { return [] }
      return try session.rows(
        "SELECT at, level, hook, text FROM plugin_log WHERE plugin = ? AND user = ? ORDER BY row DESC LIMIT ?",
        [plugin, user, .count(max(0, limit))]
      ) { (row) throws(StorageError) in
        PluginLogLine(at: row.time(), level: try row.name(), hook: try row.name(), text: row.text())
      }.reversed()
    }
  }

  /// The rows of a plugin and of the user; nil when the workspace has no such plugin.
  private static func rows(
    of plugin: String, in scope: WorkspaceScope, _ session: SQLiteSession
  ) throws(StorageError) -> (plugin: SQLiteValue, user: SQLiteValue)? {
    let rows = try session.first(
      """
      SELECT plugin.row, user.row FROM plugin JOIN workspace ON workspace.row = plugin.workspace
      JOIN user ON user.id = ? WHERE workspace.id = ? AND plugin.name = ?
      """, [.id(scope.user), .id(scope.workspace), .text(plugin)]
    ) { row in (row.integer(), row.integer()) }
    return rows.map { (.integer($0.0), .integer($0.1)) }
  }

  private static func plugin(_ row: inout SQLiteRow) throws(StorageError) -> InstalledPlugin {
    let (workspace, hash, installer): (WorkspaceID, String, UserID) = (
      try row.id(), row.text(), try row.id()
    )
    let (isEnabled, isFromFolder) = (row.flag(), row.flag())
    let (installedAt, updatedAt) = (row.time(), row.time())
    let granted = (try row.json().arrayValue ?? []).compactMap {
      $0.stringValue.flatMap(PluginCapability.init)
    }
    let config = try row.object()
    let manifest: PluginManifest
    do { manifest = try PluginManifest.schema.decode(try row.json()) } catch {
      throw StorageError(.corrupted, "a plugin's manifest makes no sense", cause: error)
    }
    var plugin = InstalledPlugin(
      workspace: workspace, manifest: manifest, hash: hash, manifestSource: row.text(), source: row.text(),
      config: config, granted: granted, installer: installer, installedAt: installedAt,
      isFromFolder: isFromFolder)
    plugin.isEnabled = isEnabled
    plugin.updatedAt = updatedAt
    return plugin
  }
}

/// The plugins of a workspace (the first value).
private let selectPlugin = """
  SELECT workspace.id, plugin.hash, user.id, plugin.is_enabled, plugin.is_from_folder, plugin.installed_at,
    plugin.updated_at, plugin.granted, plugin.config, plugin.manifest, plugin.manifest_source, plugin.source
  FROM plugin JOIN workspace ON workspace.row = plugin.workspace JOIN user ON user.row = plugin.installer
  WHERE workspace.id = ?
  """
