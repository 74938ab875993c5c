extension Schema {
  /// How a context is searched, beyond weights, and what was asked there. `results` is a row of identifiers and scores:
  /// sixteen bytes and a 64-bit float each, best first.
  static let queryLog = """
    ALTER TABLE context ADD COLUMN fusion TEXT NOT NULL DEFAULT 'weighted' CHECK (fusion IN ('weighted', 'rrf'));
    ALTER TABLE context ADD COLUMN uses_second_look INTEGER NOT NULL DEFAULT 1 CHECK (uses_second_look IN (0, 1));
    ALTER TABLE context ADD COLUMN uses_graph INTEGER NOT NULL DEFAULT 1 CHECK (uses_graph IN (0, 1));
    ALTER TABLE context ADD COLUMN diversity REAL NOT NULL DEFAULT 0;
    ALTER TABLE context ADD COLUMN logs_queries INTEGER NOT NULL DEFAULT 0 CHECK (logs_queries IN (0, 1));
    ALTER TABLE context ADD COLUMN query_retention_days INTEGER NOT NULL DEFAULT 30;

    CREATE TABLE logged_query (
      row INTEGER PRIMARY KEY,
      context INTEGER NOT NULL REFERENCES context(row) ON DELETE CASCADE,
      at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      user BLOB NOT NULL,
      mode TEXT NOT NULL,
      k INTEGER NOT NULL,
      is_filtered INTEGER NOT NULL CHECK (is_filtered IN (0, 1)),
      confidence TEXT NOT NULL,
      formula TEXT NOT NULL,
      microseconds INTEGER NOT NULL,
      text TEXT NOT NULL,
      results BLOB NOT NULL
    ) STRICT;

    CREATE INDEX logged_query_in_context ON logged_query(context, at, row);
    CREATE INDEX logged_query_expiry ON logged_query(expires_at);
    """
}
