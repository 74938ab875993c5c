extension Schema {
  /// Programs, what they were allowed to do, and how users sign in. Of secrets there are only digests.
  static let tokens = """
    CREATE TABLE oauth_client (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      redirect_uris TEXT NOT NULL,
      secret_digest BLOB,
      created_at INTEGER NOT NULL,
      last_used_at INTEGER
    ) STRICT;

    CREATE TABLE oauth_grant (
      row INTEGER PRIMARY KEY,
      id BLOB NOT NULL UNIQUE,
      workspace INTEGER NOT NULL REFERENCES workspace(row) ON DELETE CASCADE,
      user INTEGER NOT NULL REFERENCES user(row) ON DELETE CASCADE,
      key INTEGER REFERENCES api_key(row) ON DELETE CASCADE,
      role TEXT NOT NULL CHECK (role IN ('viewer', 'member', 'admin', 'owner')),
      scopes TEXT NOT NULL,
      client TEXT NOT NULL,
      client_name TEXT NOT NULL,
      resource TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      revoked_at INTEGER
    ) STRICT;

    CREATE INDEX oauth_grant_by_workspace ON oauth_grant(workspace);
    CREATE INDEX oauth_grant_by_user ON oauth_grant(user);
    CREATE INDEX oauth_grant_by_key ON oauth_grant(key);
    CREATE INDEX oauth_grant_by_client ON oauth_grant(client);

    CREATE TABLE oauth_code (
      digest BLOB PRIMARY KEY,
      family INTEGER NOT NULL REFERENCES oauth_grant(row) ON DELETE CASCADE,
      redirect_uri TEXT NOT NULL,
      challenge TEXT NOT NULL,
      expires_at INTEGER NOT NULL,
      used_at INTEGER
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX oauth_code_by_family ON oauth_code(family);

    CREATE TABLE oauth_token (
      digest BLOB PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('access', 'refresh')),
      family INTEGER NOT NULL REFERENCES oauth_grant(row) ON DELETE CASCADE,
      scopes TEXT NOT NULL,
      expires_at INTEGER NOT NULL,
      replaced_at INTEGER
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX oauth_token_by_family ON oauth_token(family);

    CREATE TABLE password (
      user INTEGER PRIMARY KEY REFERENCES user(row) ON DELETE CASCADE,
      name TEXT NOT NULL UNIQUE,
      hash TEXT NOT NULL,
      changed_at INTEGER NOT NULL
    ) STRICT;
    """
}
