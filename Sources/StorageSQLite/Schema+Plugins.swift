extension Schema {
  /// Installed plugins and their logs. A log belongs to the user for whom the plugin acted: it may tell what that user saw.
  static let plugins = """
    CREATE TABLE plugin (
      row INTEGER PRIMARY KEY,
      workspace INTEGER NOT NULL REFERENCES workspace(row) ON DELETE CASCADE,
      name TEXT NOT NULL,
      hash TEXT NOT NULL,
      installer INTEGER NOT NULL REFERENCES user(row) ON DELETE CASCADE,
      is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
      is_from_folder INTEGER NOT NULL CHECK (is_from_folder IN (0, 1)),
      installed_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      granted TEXT NOT NULL,
      config TEXT NOT NULL,
      manifest TEXT NOT NULL,
      manifest_source TEXT NOT NULL,
      source TEXT NOT NULL,
      UNIQUE (workspace, name)
    ) STRICT;

    CREATE INDEX plugin_by_installer ON plugin(installer);

    CREATE TABLE plugin_log (
      row INTEGER PRIMARY KEY,
      plugin INTEGER NOT NULL REFERENCES plugin(row) ON DELETE CASCADE,
      user INTEGER NOT NULL REFERENCES user(row) ON DELETE CASCADE,
      at INTEGER NOT NULL,
      level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'error')),
      hook TEXT NOT NULL,
      text TEXT NOT NULL
    ) STRICT;

    CREATE INDEX plugin_log_by_user ON plugin_log(plugin, user);
    CREATE INDEX plugin_log_user ON plugin_log(user);
    """
}
