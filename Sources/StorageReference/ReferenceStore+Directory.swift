public import Model
public import Storage

extension ReferenceStore {
  public func found(_ founding: Founding) async throws(StorageError) -> Bool {
    try change { (world) throws(StorageError) in
      guard world.workspaces.isEmpty, world.users.isEmpty else { return false }
      try world.add(founding.workspace, owner: founding.owner)
      try world.add(founding.context)
      try world.add(founding.key)
      return true
    }
  }

  public func add(_ workspace: Workspace, owner: User) async throws(StorageError) {
    try change { (world) throws(StorageError) in try world.add(workspace, owner: owner) }
  }

  public func add(_ user: User, to workspace: WorkspaceID, as role: Role) async throws(StorageError) {
    try change { (world) throws(StorageError) in try world.add(user, to: workspace, as: role) }
  }

  public func workspaces() async throws(StorageError) -> [Workspace] {
    world.workspaces.values.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
  }

  public func workspace(_ id: WorkspaceID) async throws(StorageError) -> Workspace? { world.workspaces[id] }

  public func user(_ id: UserID) async throws(StorageError) -> User? { world.users[id] }

  public func members(of workspace: WorkspaceID) async throws(StorageError) -> [(user: User, role: Role)] {
    world.memberships.filter { $0.workspace == workspace }
      .compactMap { membership in world.users[membership.user].map { (user: $0, role: membership.role) } }
      .sorted { ($0.user.createdAt, $0.user.id) < ($1.user.createdAt, $1.user.id) }
  }

  public func key(digest: [UInt8]) async throws(StorageError) -> (key: APIKey, role: Role)? {
    guard let key = world.keys.values.first(where: { $0.digest == digest }) else { return nil }
    return world.role(of: key.user, in: key.workspace).map { (key, $0) }
  }

  public func add(_ key: APIKey) async throws(StorageError) {
    try change { (world) throws(StorageError) in try world.add(key) }
  }

  public func keys(in scope: WorkspaceScope) async throws(StorageError) -> [APIKey] {
    world.keys.values.filter { $0.workspace == scope.workspace }
      .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
  }

  public func revoke(
    _ key: KeyID, at instant: Timestamp, in scope: WorkspaceScope
  ) async throws(StorageError) -> Bool {
    guard let present = world.keys[key], present.workspace == scope.workspace else { return false }
    if present.revokedAt == nil { world.keys[key]?.revokedAt = instant }
    return true
  }

  public func noteUse(of key: KeyID, at instant: Timestamp) async throws(StorageError) {
    guard let present = world.keys[key] else { return }
    world.keys[key]?.lastUsedAt = max(present.lastUsedAt ?? instant, instant)
  }
}

extension World {
  mutating func add(_ workspace: Workspace, owner: User) throws(StorageError) {
    guard workspaces[workspace.id] == nil else { throw StorageError(.conflict, "the workspace exists") }
    workspaces[workspace.id] = workspace
    try add(owner, to: workspace.id, as: .owner)
  }

  mutating func add(_ user: User, to workspace: WorkspaceID, as role: Role) throws(StorageError) {
    guard workspaces[workspace] != nil else { throw StorageError(.notFound, "there is no such workspace") }
    guard users[user.id] == nil else { throw StorageError(.conflict, "the user exists") }
    users[user.id] = user
    memberships.append(Membership(workspace: workspace, user: user.id, role: role))
  }

  mutating func add(_ key: APIKey) throws(StorageError) {
    guard role(of: key.user, in: key.workspace) != nil else {
      throw StorageError(.notFound, "the user is no member of the workspace")
    }
    guard keys[key.id] == nil, !keys.values.contains(where: { $0.digest == key.digest }) else {
      throw StorageError(.conflict, "the key exists")
    }
    keys[key.id] = key
  }
}
