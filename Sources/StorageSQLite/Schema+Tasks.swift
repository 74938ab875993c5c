extension Schema {
  /// The queue of tasks, and what plugins keep. Tasks wait in two orders: by workspace, from which one is taken of each,
  /// and by time, for how long there is nothing to do.
  static let tasksAndPluginState = """
    CREATE TABLE task (
      row INTEGER PRIMARY KEY,
      id BLOB NOT NULL UNIQUE,
      workspace INTEGER NOT NULL REFERENCES workspace(row) ON DELETE CASCADE,
      user INTEGER NOT NULL REFERENCES user(row) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      key TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'finished', 'parked')),
      due_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      error TEXT,
      created_at INTEGER NOT NULL,
      changed_at INTEGER NOT NULL,
      payload TEXT NOT NULL,
      UNIQUE (workspace, kind, key)
    ) STRICT;

    CREATE INDEX waiting_task ON task(workspace, due_at) WHERE state = 'waiting';
    CREATE INDEX waiting_task_by_time ON task(due_at) WHERE state = 'waiting';
    CREATE INDEX finished_task ON task(changed_at) WHERE state = 'finished';
    CREATE INDEX task_by_user ON task(user, workspace, state, changed_at);

    CREATE TABLE plugin_state (
      row INTEGER PRIMARY KEY,
      workspace INTEGER NOT NULL REFERENCES workspace(row) ON DELETE CASCADE,
      plugin TEXT NOT NULL,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      updated_at INTEGER NOT NULL,
      expires_at INTEGER,
      UNIQUE (workspace, plugin, key)
    ) STRICT;

    CREATE INDEX plugin_state_expiry ON plugin_state(expires_at) WHERE expires_at IS NOT NULL;
    """
}
