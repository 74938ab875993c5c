public import Model
public import Storage

extension SQLiteStore {
  public func set(_ password: Password) async throws(StorageError) {
    try await write { (session) throws(StorageError) in
      guard let user = try session.integer("SELECT row FROM user WHERE id = ?", [.id(password.user)]) else {
        throw StorageError(.notFound, "there is no such user")
      }
      try session.run(
        """
        INSERT INTO password(user, name, hash, changed_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (user) DO UPDATE
        SET name = excluded.name, hash = excluded.hash, changed_at = excluded.changed_at
        """, [.integer(user), .text(password.name), .text(password.hash), .time(password.changedAt)])
    }
  }

  public func password(
    named name: String
  ) async throws(StorageError) -> (password: Password, places: [Membership])? {
    try await read { (session) throws(StorageError) in
      let found = try session.first(
        """
        SELECT user.id, password.name, hash, changed_at FROM password JOIN user ON user.row = password.user
        WHERE password.name = ?
        """, [.text(name)]
      ) { (row) throws(StorageError) in
        Password(user: try row.id(), name: row.text(), hash: row.text(), changedAt: row.time())
      }
      guard let found else { return nil }
      let places = try session.rows(
        """
        SELECT workspace.id, membership.role FROM membership JOIN user ON user.row = membership.user
        JOIN workspace ON workspace.row = membership.workspace
        WHERE user.id = ? ORDER BY workspace.created_at, workspace.id
        """, [.id(found.user)]
      ) { (row) throws(StorageError) in
        Membership(workspace: try row.id(), user: found.user, role: try row.name())
      }
      return (found, places)
    }
  }
}
