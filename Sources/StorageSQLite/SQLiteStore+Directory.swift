public import Model
public import Storage

extension SQLiteStore {
  public func found(_ founding: Founding) async throws(StorageError) -> Bool {
    try await write { (session) throws(StorageError) in
      // Transactions that write exclude each other in all processes, so one of those that race sees an empty store.
      if try session.exists("SELECT 1 FROM workspace", []) { return false }
      if try session.exists("SELECT 1 FROM user", []) { return false }
      try Self.insert(founding.workspace, owner: founding.owner, session)
      try Self.insert(founding.context, session)
      try Self.insert(founding.key, session)
      return true
    }
  }

  public func add(_ workspace: Workspace, owner: User) async throws(StorageError) {
    try await write { (session) throws(StorageError) in try Self.insert(workspace, owner: owner, session) }
  }

  public func add(_ user: User, to workspace: WorkspaceID, as role: Role) async throws(StorageError) {
    try await write { (session) throws(StorageError) in
      try Self.insert(user, to: Self.row(of: workspace, session), as: role, session)
    }
  }

  public func workspaces() async throws(StorageError) -> [Workspace] {
    try await read { (session) throws(StorageError) in
      try session.rows(
        "SELECT id, name, description, created_at FROM workspace ORDER BY created_at, id", [], Self.workspace)
    }
  }

  public func workspace(_ id: WorkspaceID) async throws(StorageError) -> Workspace? {
    try await read { (session) throws(StorageError) in
      try session.first(
        "SELECT id, name, description, created_at FROM workspace WHERE id = ?", [.id(id)], Self.workspace)
    }
  }

  public func user(_ id: UserID) async throws(StorageError) -> User? {
    try await read { (session) throws(StorageError) in
      try session.first("SELECT id, name, created_at FROM user WHERE id = ?", [.id(id)], Self.user)
    }
  }

  public func members(of workspace: WorkspaceID) async throws(StorageError) -> [(user: User, role: Role)] {
    try await read { (session) throws(StorageError) in
      try session.rows(
        """
        SELECT user.id, user.name, user.created_at, membership.role FROM membership
        JOIN workspace ON workspace.row = membership.workspace JOIN user ON user.row = membership.user
        WHERE workspace.id = ? ORDER BY user.created_at, user.id
        """, [.id(workspace)]
      ) { (row) throws(StorageError) in (user: try Self.user(&row), role: try row.name()) }
    }
  }
}

extension SQLiteStore {
  /// Adds a workspace with its owner. Throws `conflict` when an id is taken.
  private static func insert(
    _ workspace: Workspace, owner: User, _ session: SQLiteSession
  ) throws(StorageError) {
    let row = try session.insert(
      "INSERT INTO workspace(id, name, description, created_at) VALUES (?, ?, ?, ?)",
      [.id(workspace.id), .text(workspace.name), .text(workspace.description), .time(workspace.createdAt)])
    try insert(owner, to: row, as: .owner, session)
  }

  private static func insert(
    _ user: User, to workspace: Int64, as role: Role, _ session: SQLiteSession
  ) throws(StorageError) {
    let row = try session.insert(
      "INSERT INTO user(id, name, created_at) VALUES (?, ?, ?)",
      [.id(user.id), .text(user.name), .time(user.createdAt)])
    try session.run(
      "INSERT INTO membership(workspace, user, role) VALUES (?, ?, ?)",
      [.integer(workspace), .integer(row), .name(role)])
  }

  /// The row of a workspace. Throws `notFound` when there is none.
  static func row(of workspace: WorkspaceID, _ session: SQLiteSession) throws(StorageError) -> Int64 {
    guard let row = try session.integer("SELECT row FROM workspace WHERE id = ?", [.id(workspace)]) else {
      throw StorageError(.notFound, "there is no such workspace")
    }
    return row
  }

  /// The row of a member of a workspace. Throws `notFound` when the user is none.
  static func row(
    of user: UserID, in workspace: Int64, _ session: SQLiteSession
  ) throws(StorageError) -> Int64 {
    let member = """
      SELECT user.row FROM user JOIN membership ON membership.user = user.row
      WHERE user.id = ? AND membership.workspace = ?
      """
    guard let row = try session.integer(member, [.id(user), .integer(workspace)]) else {
      throw StorageError(.notFound, "the user is no member of the workspace")
    }
    return row
  }

  private static func workspace(_ row: inout SQLiteRow) throws(StorageError) -> Workspace {
    Workspace(id: try row.id(), name: row.text(), description: row.optionalText(), createdAt: row.time())
  }

  private static func user(_ row: inout SQLiteRow) throws(StorageError) -> User {
    User(id: try row.id(), name: row.text(), createdAt: row.time())
  }
}
