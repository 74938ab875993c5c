/// The schema, as the sequence of migrations that led to it. A released migration never changes: a new one follows.
package enum Schema {
  /// "MNEM" in the header of the file, by which `file` and this adapter recognise it.
  package static let applicationID: Int64 = 0x4D4E_454D

  /// A step's version is its place in this list.
  package static let migrations: [Migration] = [
    ("first schema", first),
    ("tasks and plugin state", tasksAndPluginState),
    ("plugins", plugins),
    ("models of contexts", modelsOfContexts),
    ("policies", policies),
    ("edges that learn", graph),
    ("query log and search settings", queryLog),
    ("tokens and passwords", tokens),
  ].enumerated().map { Migration(version: Int64($0 + 1), name: $1.0, sql: $1.1) }

  // Rows refer to each other by SQLite's own row numbers, which keeps indexes small; identifiers stay at the edge.
  //
  // The wall between contexts is part of the schema: an edge and a tag carry the context, and refer to the *pair* of
  // context and memory, so neither can exist across two contexts. When a memory moves, the pair cascades.
  private static let first = """
    CREATE TABLE workspace (
      row INTEGER PRIMARY KEY,
      id BLOB NOT NULL UNIQUE,
      name TEXT NOT NULL,
      description TEXT,
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE user (
      row INTEGER PRIMARY KEY,
      id BLOB NOT NULL UNIQUE,
      name TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE membership (
      workspace INTEGER NOT NULL REFERENCES workspace(row),
      user INTEGER NOT NULL REFERENCES user(row),
      role TEXT NOT NULL CHECK (role IN ('viewer', 'member', 'admin', 'owner')),
      PRIMARY KEY (workspace, user)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX membership_by_user ON membership(user);

    CREATE TABLE api_key (
      row INTEGER PRIMARY KEY,
      id BLOB NOT NULL UNIQUE,
      workspace INTEGER NOT NULL,
      user INTEGER NOT NULL,
      name TEXT NOT NULL,
      hint TEXT NOT NULL,
      digest BLOB NOT NULL UNIQUE,
      role TEXT NOT NULL CHECK (role IN ('viewer', 'member', 'admin', 'owner')),
      created_at INTEGER NOT NULL,
      expires_at INTEGER,
      revoked_at INTEGER,
      last_used_at INTEGER,
      FOREIGN KEY (workspace) REFERENCES workspace(row),
      FOREIGN KEY (user) REFERENCES user(row)
    ) STRICT;

    CREATE INDEX api_key_by_workspace ON api_key(workspace, created_at);
    CREATE INDEX api_key_by_user ON api_key(user);

    CREATE TABLE context (
      row INTEGER PRIMARY KEY,
      id BLOB NOT NULL UNIQUE,
      workspace INTEGER NOT NULL REFERENCES workspace(row),
      creator INTEGER NOT NULL REFERENCES user(row),
      name TEXT NOT NULL,
      is_private INTEGER NOT NULL CHECK (is_private IN (0, 1)),
      is_locked INTEGER NOT NULL CHECK (is_locked IN (0, 1)),
      display_name TEXT,
      description TEXT,
      summary TEXT,
      usage_guide TEXT,
      embedding_model TEXT,
      sleep_mode TEXT NOT NULL CHECK (sleep_mode IN ('full', 'edges_only', 'skip')),
      semantic_weight REAL NOT NULL,
      keyword_weight REAL NOT NULL,
      fetch_factor INTEGER NOT NULL,
      uses_reranker INTEGER NOT NULL CHECK (uses_reranker IN (0, 1)),
      reranker_provider TEXT,
      reranker_model TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      last_used_at INTEGER,
      deleted_at INTEGER,
      revision INTEGER NOT NULL
    ) STRICT;

    CREATE UNIQUE INDEX shared_context_name ON context(workspace, name) WHERE NOT is_private AND deleted_at IS NULL;
    CREATE UNIQUE INDEX private_context_name ON context(workspace, creator, name)
      WHERE is_private AND deleted_at IS NULL;
    CREATE INDEX living_context ON context(workspace) WHERE deleted_at IS NULL;
    CREATE INDEX context_by_creator ON context(creator);
    CREATE INDEX deleted_context ON context(deleted_at) WHERE deleted_at IS NOT NULL;

    -- What is long stands last, so that reading the front of a row does not read its overflow pages.
    CREATE TABLE memory (
      row INTEGER PRIMARY KEY,
      id BLOB NOT NULL UNIQUE,
      context INTEGER NOT NULL REFERENCES context(row) ON DELETE CASCADE,
      type TEXT NOT NULL,
      importance REAL NOT NULL,
      persistence TEXT NOT NULL CHECK (persistence IN ('working', 'persistent')),
      delivery TEXT NOT NULL CHECK (delivery IN ('on_recall', 'always', 'on_trigger')),
      trust TEXT NOT NULL CHECK (trust IN ('member', 'external', 'untrusted')),
      author BLOB NOT NULL,
      door TEXT NOT NULL,
      client TEXT,
      source_type TEXT,
      source_uri TEXT,
      external_id TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      deleted_at INTEGER,
      revision INTEGER NOT NULL,
      summary TEXT NOT NULL,
      context_summary TEXT,
      details TEXT NOT NULL,
      metadata TEXT NOT NULL,
      content TEXT NOT NULL
    ) STRICT;

    -- What edges and tags refer to.
    CREATE UNIQUE INDEX memory_in_context ON memory(context, row);
    CREATE UNIQUE INDEX memory_external_id ON memory(context, external_id)
      WHERE external_id IS NOT NULL AND deleted_at IS NULL;
    CREATE INDEX living_by_creation ON memory(context, created_at, id) WHERE deleted_at IS NULL;
    CREATE INDEX living_by_change ON memory(context, updated_at, id) WHERE deleted_at IS NULL;
    CREATE INDEX living_by_importance ON memory(context, importance DESC, created_at, id) WHERE deleted_at IS NULL;
    CREATE INDEX living_by_type ON memory(context, type, persistence) WHERE deleted_at IS NULL;
    CREATE INDEX forgotten_memory ON memory(context, deleted_at) WHERE deleted_at IS NOT NULL;

    -- Apart from the memory, because a recall writes it: so it does not rewrite a row of up to a megabyte.
    -- `touched_at` is the later of the memory's last change and its last use: listing tags asks many memories for it.
    CREATE TABLE memory_use (
      memory INTEGER PRIMARY KEY REFERENCES memory(row) ON DELETE CASCADE,
      access_count INTEGER NOT NULL,
      last_used_at INTEGER,
      touched_at INTEGER NOT NULL
    ) STRICT;

    CREATE TRIGGER memory_use_touched AFTER UPDATE OF updated_at ON memory BEGIN
      UPDATE memory_use SET touched_at = max(new.updated_at, coalesce(last_used_at, new.updated_at))
        WHERE memory = new.row;
    END;

    CREATE TABLE memory_tag (
      memory INTEGER NOT NULL,
      position INTEGER NOT NULL,
      context INTEGER NOT NULL,
      tag TEXT NOT NULL,
      is_living INTEGER NOT NULL CHECK (is_living IN (0, 1)),
      PRIMARY KEY (memory, position),
      FOREIGN KEY (context, memory) REFERENCES memory(context, row) ON UPDATE CASCADE ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX memory_tag_in_context ON memory_tag(context, memory);
    CREATE UNIQUE INDEX living_tag ON memory_tag(context, tag, memory) WHERE is_living;

    CREATE TRIGGER memory_tag_lives AFTER UPDATE OF deleted_at ON memory
    WHEN (old.deleted_at IS NULL) <> (new.deleted_at IS NULL) BEGIN
      UPDATE memory_tag SET is_living = new.deleted_at IS NULL WHERE memory = new.row;
    END;

    CREATE TABLE memory_change (
      row INTEGER PRIMARY KEY,
      memory INTEGER NOT NULL REFERENCES memory(row) ON DELETE CASCADE,
      revision INTEGER NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('created', 'updated', 'forgotten', 'restored', 'moved')),
      author BLOB NOT NULL,
      at INTEGER NOT NULL,
      snapshot TEXT NOT NULL,
      UNIQUE (memory, revision)
    ) STRICT;

    CREATE TABLE feedback (
      row INTEGER PRIMARY KEY,
      memory INTEGER NOT NULL REFERENCES memory(row) ON DELETE CASCADE,
      author BLOB NOT NULL,
      is_helpful INTEGER NOT NULL CHECK (is_helpful IN (0, 1)),
      query TEXT,
      note TEXT,
      at INTEGER NOT NULL
    ) STRICT;

    CREATE INDEX feedback_by_memory ON feedback(memory, at);

    CREATE TABLE edge (
      context INTEGER NOT NULL,
      source INTEGER NOT NULL,
      target INTEGER NOT NULL,
      type TEXT NOT NULL,
      id BLOB NOT NULL UNIQUE,
      weight REAL NOT NULL,
      confidence REAL NOT NULL,
      origin TEXT NOT NULL CHECK (origin IN ('hebbian', 'semantic', 'declared')),
      created_at INTEGER NOT NULL,
      last_used_at INTEGER NOT NULL,
      PRIMARY KEY (context, source, target, type),
      FOREIGN KEY (context, source) REFERENCES memory(context, row) ON UPDATE CASCADE ON DELETE CASCADE,
      FOREIGN KEY (context, target) REFERENCES memory(context, row) ON UPDATE CASCADE ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX edge_by_target ON edge(context, target);

    -- The feed that indexes follow. It names memories that may have moved or been purged since, so it refers to none.
    CREATE TABLE feed (
      context INTEGER NOT NULL REFERENCES context(row) ON DELETE CASCADE,
      sequence INTEGER NOT NULL,
      memory_id BLOB NOT NULL,
      is_living INTEGER NOT NULL CHECK (is_living IN (0, 1)),
      PRIMARY KEY (context, sequence)
    ) STRICT, WITHOUT ROWID;

    -- The answers to writes that carried an idempotency key. `changed` is a row of identifiers, sixteen bytes each.
    CREATE TABLE receipt (
      context INTEGER NOT NULL REFERENCES context(row) ON DELETE CASCADE,
      key TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      changed BLOB NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (context, key)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX receipt_by_age ON receipt(at);

    CREATE TABLE state (
      row INTEGER PRIMARY KEY,
      context INTEGER NOT NULL REFERENCES context(row) ON DELETE CASCADE,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      updated_at INTEGER NOT NULL,
      expires_at INTEGER,
      UNIQUE (context, key)
    ) STRICT;

    CREATE INDEX state_expiry ON state(expires_at) WHERE expires_at IS NOT NULL;

    -- One vector a memory and model, as 32-bit floats, little-endian. It can always be computed again.
    CREATE TABLE embedding (
      memory INTEGER NOT NULL REFERENCES memory(row) ON DELETE CASCADE,
      model TEXT NOT NULL,
      vector BLOB NOT NULL,
      PRIMARY KEY (memory, model)
    ) STRICT;

    CREATE TABLE embedding_failure (
      memory INTEGER NOT NULL REFERENCES memory(row) ON DELETE CASCADE,
      model TEXT NOT NULL,
      reason TEXT NOT NULL,
      attempts INTEGER NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (memory, model)
    ) STRICT, WITHOUT ROWID;

    -- The words of living memories. The text itself stays in `memory`; `scope` is one word that names the context, so
    -- that a search looks at one context's rows and no other's.
    CREATE VIEW living_text AS
      SELECT row, 'c' || context AS scope, summary, context_summary, content FROM memory WHERE deleted_at IS NULL;

    CREATE VIRTUAL TABLE memory_words USING fts5(
      scope, summary, context_summary, content,
      content = 'living_text', content_rowid = 'row', tokenize = 'unicode61 remove_diacritics 2'
    );

    CREATE TRIGGER memory_words_insert AFTER INSERT ON memory WHEN new.deleted_at IS NULL BEGIN
      INSERT INTO memory_words(rowid, scope, summary, context_summary, content)
        VALUES (new.row, 'c' || new.context, new.summary, new.context_summary, new.content);
    END;

    CREATE TRIGGER memory_words_update AFTER UPDATE OF context, summary, context_summary, content, deleted_at ON memory
    WHEN (old.context, old.summary, old.context_summary, old.content, old.deleted_at IS NULL)
      IS NOT (new.context, new.summary, new.context_summary, new.content, new.deleted_at IS NULL)
    BEGIN
      INSERT INTO memory_words(memory_words, rowid, scope, summary, context_summary, content)
        SELECT 'delete', old.row, 'c' || old.context, old.summary, old.context_summary, old.content
        WHERE old.deleted_at IS NULL;
      INSERT INTO memory_words(rowid, scope, summary, context_summary, content)
        SELECT new.row, 'c' || new.context, new.summary, new.context_summary, new.content
        WHERE new.deleted_at IS NULL;
    END;

    CREATE TRIGGER memory_words_delete AFTER DELETE ON memory WHEN old.deleted_at IS NULL BEGIN
      INSERT INTO memory_words(memory_words, rowid, scope, summary, context_summary, content)
        VALUES ('delete', old.row, 'c' || old.context, old.summary, old.context_summary, old.content);
    END;
    """
}
