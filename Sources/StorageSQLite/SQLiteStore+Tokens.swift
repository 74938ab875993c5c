internal import JSON
public import Model
public import Storage

extension SQLiteStore {
  public func add(_ client: OAuthClient, limit: Int) async throws(StorageError) {
    try await write { (session) throws(StorageError) in
      let count = try session.integer("SELECT count(*) FROM oauth_client", []) ?? 0
      if count >= Int64(limit) {
        try session.run(
          """
          DELETE FROM oauth_client WHERE row IN (
            SELECT row FROM oauth_client WHERE last_used_at IS NULL ORDER BY created_at, row LIMIT ?)
          """, [.integer(count - Int64(limit) + 1)])
        if try session.integer("SELECT count(*) FROM oauth_client", []) ?? 0 >= Int64(limit) {
          throw StorageError(.full, "there is no room for another client")
        }
      }
      let addresses = JSONValue.array(client.redirectURIs.map { .string($0) })
      try session.run(
        """
        INSERT INTO oauth_client(id, name, redirect_uris, secret_digest, created_at, last_used_at)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        [
          .text(client.id), .text(client.name), .text(addresses.text),
          client.secretDigest.map { .blob($0) } ?? .null, .time(client.createdAt), .time(client.lastUsedAt),
        ])
    }
  }

  public func client(_ id: String) async throws(StorageError) -> OAuthClient? {
    try await read { (session) throws(StorageError) in
      try session.first(
        """
        SELECT id, name, redirect_uris, coalesce(secret_digest, x''), created_at, last_used_at
        FROM oauth_client WHERE id = ?
        """, [.text(id)]
      ) { (row) throws(StorageError) in
        var client = OAuthClient(
          id: row.text(), name: row.text(),
          redirectURIs: (try row.json().arrayValue ?? []).compactMap(\.stringValue),
          createdAt: Timestamp(microseconds: 0))
        let digest = row.bytes()
        client.secretDigest = digest.isEmpty ? nil : digest
        client.createdAt = row.time()
        client.lastUsedAt = row.optionalTime()
        return client
      }
    }
  }

  public func add(_ grant: Grant, _ code: AuthorizationCode) async throws(StorageError) {
    try await write { (session) throws(StorageError) in
      let workspace = try Self.row(of: grant.workspace, session)
      let user = try Self.row(of: grant.user, in: workspace, session)
      var key: Int64?
      if let id = grant.key {
        key = try session.integer(
          "SELECT row FROM api_key WHERE id = ? AND workspace = ? AND user = ?",
          [.id(id), .integer(workspace), .integer(user)])
        if key == nil { throw StorageError(.notFound, "there is no such key") }
      }
      let row = try session.insert(
        """
        INSERT INTO oauth_grant(
          id, workspace, user, key, role, scopes, client, client_name, resource, created_at, revoked_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          .id(grant.id), .integer(workspace), .integer(user), key.map { .integer($0) } ?? .null,
          .name(grant.role), .text(grant.scopes.text), .text(grant.client), .text(grant.clientName),
          .text(grant.resource), .time(grant.createdAt), .time(grant.revokedAt),
        ])
      try session.run(
        """
        INSERT INTO oauth_code(digest, family, redirect_uri, challenge, expires_at, used_at)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        [
          .blob(code.digest), .integer(row), .text(code.redirectURI), .text(code.challenge),
          .time(code.expiresAt), .time(code.usedAt),
        ])
      try session.run(
        "UPDATE oauth_client SET last_used_at = max(coalesce(last_used_at, ?1), ?1) WHERE id = ?2",
        [.time(grant.createdAt), .text(grant.client)])
    }
  }

  public func code(
    digest: [UInt8]
  ) async throws(StorageError) -> (code: AuthorizationCode, grant: Grant)? {
    try await read { (session) throws(StorageError) in
      try session.first(
        """
        SELECT \(grantColumns), redirect_uri, challenge, oauth_code.expires_at, used_at
        FROM oauth_code JOIN oauth_grant ON oauth_grant.row = family \(grantJoins)
        WHERE oauth_code.digest = ?
        """, [.blob(digest)]
      ) { (row) throws(StorageError) in
        let grant = try Self.grant(&row)
        let code = AuthorizationCode(
          digest: digest, grant: grant.id, redirectURI: row.text(), challenge: row.text(),
          expiresAt: row.time(), usedAt: row.optionalTime())
        return (code: code, grant: grant)
      }
    }
  }

  public func redeem(
    code digest: [UInt8], at instant: Timestamp, for tokens: [Token]
  ) async throws(StorageError) -> Bool {
    try await write { (session) throws(StorageError) in
      let changed = try session.run(
        """
        UPDATE oauth_code SET used_at = ? WHERE digest = ? AND used_at IS NULL
        AND family IN (SELECT row FROM oauth_grant WHERE row = family AND revoked_at IS NULL)
        """, [.time(instant), .blob(digest)])
      guard changed > 0 else { return false }
      for token in tokens { try Self.insert(token, session) }
      return true
    }
  }

  public func token(
    digest: [UInt8], at instant: Timestamp
  ) async throws(StorageError) -> FoundToken? {
    try await read { (session) throws(StorageError) in
      try session.first(
        """
        SELECT \(grantColumns), kind, oauth_token.scopes, oauth_token.expires_at, replaced_at, membership.role
        FROM oauth_token JOIN oauth_grant ON oauth_grant.row = family \(grantJoins)
        JOIN membership ON membership.workspace = oauth_grant.workspace AND membership.user = oauth_grant.user
        WHERE oauth_token.digest = ? AND (oauth_grant.key IS NULL
          OR api_key.revoked_at IS NULL AND (api_key.expires_at IS NULL OR api_key.expires_at > ?))
        """, [.blob(digest), .time(instant)]
      ) { (row) throws(StorageError) in
        let grant = try Self.grant(&row)
        let token = Token(
          digest: digest, kind: try row.name(), grant: grant.id, scopes: Set(text: row.text()),
          expiresAt: row.time(), replacedAt: row.optionalTime())
        return FoundToken(token: token, grant: grant, role: try row.name())
      }
    }
  }

  public func replace(
    _ digest: [UInt8], at instant: Timestamp, by tokens: [Token]
  ) async throws(StorageError) -> Bool {
    try await write { (session) throws(StorageError) in
      let changed = try session.run(
        """
        UPDATE oauth_token SET replaced_at = ? WHERE digest = ? AND kind = 'refresh' AND replaced_at IS NULL
        AND family IN (SELECT row FROM oauth_grant WHERE row = family AND revoked_at IS NULL)
        """, [.time(instant), .blob(digest)])
      guard changed > 0 else { return false }
      for token in tokens { try Self.insert(token, session) }
      return true
    }
  }

  public func revoke(_ grant: GrantID, at instant: Timestamp) async throws(StorageError) {
    try await write { (session) throws(StorageError) -> Void in
      try session.run(
        "UPDATE oauth_grant SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?",
        [.time(instant), .id(grant)])
    }
  }

  public func purgeTokens(
    expiredBy instant: Timestamp, clientsUnusedSince unusedSince: Timestamp
  ) async throws(StorageError) -> Int {
    try await write { (session) throws(StorageError) in
      // A family lives as long as one of its codes or tokens could still be exchanged or used.
      try session.run(
        "DELETE FROM oauth_token WHERE kind = 'access' AND expires_at <= ?", [.time(instant)])
      let grants = try session.run(
        """
        DELETE FROM oauth_grant WHERE NOT EXISTS (
          SELECT 1 FROM oauth_token WHERE family = oauth_grant.row AND expires_at > ?1 AND replaced_at IS NULL
        ) AND NOT EXISTS (
          SELECT 1 FROM oauth_code WHERE family = oauth_grant.row AND expires_at > ?1 AND used_at IS NULL
        )
        """, [.time(instant)])
      let clients = try session.run(
        """
        DELETE FROM oauth_client WHERE coalesce(last_used_at, created_at) < ?
        AND NOT EXISTS (SELECT 1 FROM oauth_grant WHERE client = oauth_client.id)
        """, [.time(unusedSince)])
      return grants + clients
    }
  }

  private static func insert(_ token: Token, _ session: SQLiteSession) throws(StorageError) {
    try session.run(
      """
      INSERT INTO oauth_token(digest, kind, family, scopes, expires_at, replaced_at)
      VALUES (?, ?, (SELECT row FROM oauth_grant WHERE id = ?), ?, ?, ?)
      """,
      [
        .blob(token.digest), .name(token.kind), .id(token.grant), .text(token.scopes.text),
        .time(token.expiresAt), .time(token.replacedAt),
      ])
  }

  private static func grant(_ row: inout SQLiteRow) throws(StorageError) -> Grant {
    Grant(
      id: try row.id(), workspace: try row.id(), user: try row.id(),
      key: try row.optionalID(), role: try row.name(), scopes: Set(text: row.text()),
      client: row.text(), clientName: row.text(), resource: row.text(), createdAt: row.time(),
      revokedAt: row.optionalTime())
  }
}

private let grantColumns = """
  oauth_grant.id, workspace.id, user.id, api_key.id, oauth_grant.role, oauth_grant.scopes, oauth_grant.client,
  oauth_grant.client_name, oauth_grant.resource, oauth_grant.created_at, oauth_grant.revoked_at
  """

private let grantJoins = """
  JOIN workspace ON workspace.row = oauth_grant.workspace JOIN user ON user.row = oauth_grant.user
  LEFT JOIN api_key ON api_key.row = oauth_grant.key
  """
