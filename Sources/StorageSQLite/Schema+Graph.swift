extension Schema {
  /// Edges that learn and fade. The indexes give the heaviest edges of a memory first, so that a hub costs no more than
  /// what is asked of it.
  static let graph = """
    ALTER TABLE edge ADD COLUMN evidence INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE edge ADD COLUMN weighed_at INTEGER NOT NULL DEFAULT 0;
    UPDATE edge SET weighed_at = created_at;

    CREATE INDEX edge_by_source_weight ON edge(context, source, weight DESC);
    DROP INDEX edge_by_target;
    CREATE INDEX edge_by_target_weight ON edge(context, target, weight DESC);

    -- Pairs that were used together and are no edge yet; `low` has the lesser identifier.
    CREATE TABLE acquaintance (
      context INTEGER NOT NULL,
      low INTEGER NOT NULL,
      high INTEGER NOT NULL,
      times INTEGER NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (context, low, high),
      FOREIGN KEY (context, low) REFERENCES memory(context, row) ON UPDATE CASCADE ON DELETE CASCADE,
      FOREIGN KEY (context, high) REFERENCES memory(context, row) ON UPDATE CASCADE ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX acquaintance_by_high ON acquaintance(context, high);

    ALTER TABLE context ADD COLUMN edge_half_life_days REAL NOT NULL DEFAULT 14;
    """
}
