extension Schema {
  /// Versions of policies, the places where they are in force, and what was done about them.
  ///
  /// What is in force at a place is the latest of its activations; one without a policy stands for what is shipped.
  /// Rolling back removes the latest. A log belongs to the user for whom the policy decided: it may tell what they saw.
  static let policies = """
    CREATE TABLE policy (
      row INTEGER PRIMARY KEY,
      workspace INTEGER NOT NULL REFERENCES workspace(row) ON DELETE CASCADE,
      name TEXT NOT NULL,
      version INTEGER NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('scoring', 'search', 'gate', 'sleep')),
      hash TEXT NOT NULL,
      author INTEGER NOT NULL REFERENCES user(row),
      created_at INTEGER NOT NULL,
      source TEXT NOT NULL,
      UNIQUE (workspace, name, version)
    ) STRICT;

    CREATE INDEX policy_by_author ON policy(author);

    CREATE TABLE policy_place (
      row INTEGER PRIMARY KEY,
      workspace INTEGER NOT NULL REFERENCES workspace(row) ON DELETE CASCADE,
      context INTEGER REFERENCES context(row) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN ('scoring', 'search', 'gate', 'sleep')),
      is_pinned INTEGER NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1)),
      shadow INTEGER REFERENCES policy(row),
      shadow_since INTEGER,
      recalls INTEGER NOT NULL DEFAULT 0,
      errors INTEGER NOT NULL DEFAULT 0,
      changed_tops INTEGER NOT NULL DEFAULT 0,
      overlap REAL NOT NULL DEFAULT 0,
      correlation REAL NOT NULL DEFAULT 0,
      gain REAL NOT NULL DEFAULT 0,
      microseconds INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    -- NULL differs from NULL in an index, so the workspace's own place is row 0 of no context.
    CREATE UNIQUE INDEX policy_place_key ON policy_place(workspace, kind, ifnull(context, 0));
    CREATE INDEX policy_place_by_context ON policy_place(context) WHERE context IS NOT NULL;
    CREATE INDEX policy_place_by_shadow ON policy_place(shadow) WHERE shadow IS NOT NULL;

    CREATE TABLE policy_activation (
      row INTEGER PRIMARY KEY,
      place INTEGER NOT NULL REFERENCES policy_place(row) ON DELETE CASCADE,
      policy INTEGER REFERENCES policy(row),
      user INTEGER NOT NULL REFERENCES user(row),
      at INTEGER NOT NULL
    ) STRICT;

    CREATE INDEX policy_activation_by_place ON policy_activation(place);
    CREATE INDEX policy_activation_by_policy ON policy_activation(policy);
    CREATE INDEX policy_activation_by_user ON policy_activation(user);

    CREATE TABLE policy_event (
      row INTEGER PRIMARY KEY,
      workspace INTEGER NOT NULL REFERENCES workspace(row) ON DELETE CASCADE,
      context INTEGER REFERENCES context(row) ON DELETE CASCADE,
      action TEXT NOT NULL,
      kind TEXT NOT NULL,
      policy INTEGER REFERENCES policy(row),
      user INTEGER NOT NULL REFERENCES user(row),
      at INTEGER NOT NULL
    ) STRICT;

    CREATE INDEX policy_event_by_workspace ON policy_event(workspace);
    CREATE INDEX policy_event_by_context ON policy_event(context) WHERE context IS NOT NULL;
    CREATE INDEX policy_event_by_policy ON policy_event(policy);
    CREATE INDEX policy_event_by_user ON policy_event(user);

    CREATE TABLE policy_log (
      row INTEGER PRIMARY KEY,
      workspace INTEGER NOT NULL REFERENCES workspace(row) ON DELETE CASCADE,
      name TEXT NOT NULL,
      user INTEGER NOT NULL REFERENCES user(row) ON DELETE CASCADE,
      version INTEGER NOT NULL,
      at INTEGER NOT NULL,
      level TEXT NOT NULL CHECK (level IN ('info', 'error')),
      text TEXT NOT NULL
    ) STRICT;

    CREATE INDEX policy_log_by_name ON policy_log(workspace, name, user);
    CREATE INDEX policy_log_by_user ON policy_log(user);
    """
}
