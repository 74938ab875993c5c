public import Model
public import Storage

extension ReferenceStore {
  public func add(_ client: OAuthClient, limit: Int) async throws(StorageError) {
    try change { (world) throws(StorageError) in
      guard world.clients[client.id] == nil else { throw StorageError(.conflict, "the client exists") }
      let unused = world.clients.values.filter { $0.lastUsedAt == nil }.sorted { $0.createdAt < $1.createdAt }
      for old in unused where world.clients.count >= limit { world.clients[old.id] = nil }
      guard world.clients.count < limit else {
        throw StorageError(.full, "there is no room for another client")
      }
      world.clients[client.id] = client
    }
  }

  public func client(_ id: String) async throws(StorageError) -> OAuthClient? { world.clients[id] }

  public func add(_ grant: Grant, _ code: AuthorizationCode) async throws(StorageError) {
    try change { (world) throws(StorageError) in
      guard world.role(of: grant.user, in: grant.workspace) != nil else {
        throw StorageError(.notFound, "the user is no member of the workspace")
      }
      if let id = grant.key {
        guard let key = world.keys[id], key.workspace == grant.workspace, key.user == grant.user else {
          throw StorageError(.notFound, "there is no such key")
        }
      }
      guard world.grants[grant.id] == nil, world.codes[code.digest] == nil else {
        throw StorageError(.conflict, "the grant exists")
      }
      world.grants[grant.id] = grant
      world.codes[code.digest] = code
      guard let client = world.clients[grant.client] else { return }
      world.clients[grant.client]?.lastUsedAt = max(client.lastUsedAt ?? grant.createdAt, grant.createdAt)
    }
  }

  public func code(
    digest: [UInt8]
  ) async throws(StorageError) -> (code: AuthorizationCode, grant: Grant)? {
    guard let code = world.codes[digest], let grant = world.grants[code.grant] else { return nil }
    return (code, grant)
  }

  public func redeem(
    code digest: [UInt8], at instant: Timestamp, for tokens: [Token]
  ) async throws(StorageError) -> Bool {
    try change { (world) throws(StorageError) in
      guard let code = world.codes[digest], code.usedAt == nil, world.isLive(code.grant) else { return false }
      world.codes[digest]?.usedAt = instant
      for token in tokens { try world.add(token) }
      return true
    }
  }

  public func token(
    digest: [UInt8], at instant: Timestamp
  ) async throws(StorageError) -> FoundToken? {
    guard let token = world.tokens[digest], let grant = world.grants[token.grant],
      let role = world.role(of: grant.user, in: grant.workspace)
    else { return nil }
    if let key = grant.key, world.keys[key]?.isValid(at: instant) != true { return nil }
    return FoundToken(token: token, grant: grant, role: role)
  }

  public func replace(
    _ digest: [UInt8], at instant: Timestamp, by tokens: [Token]
  ) async throws(StorageError) -> Bool {
    try change { (world) throws(StorageError) in
      guard let token = world.tokens[digest], token.kind == .refresh, token.replacedAt == nil,
        world.isLive(token.grant)
      else { return false }
      world.tokens[digest]?.replacedAt = instant
      for token in tokens { try world.add(token) }
      return true
    }
  }

  public func revoke(_ grant: GrantID, at instant: Timestamp) async throws(StorageError) {
    if world.grants[grant]?.revokedAt == nil { world.grants[grant]?.revokedAt = instant }
  }

  public func purgeTokens(
    expiredBy instant: Timestamp, clientsUnusedSince unusedSince: Timestamp
  ) async throws(StorageError) -> Int {
    world.tokens = world.tokens.filter { $0.value.kind == .refresh || $0.value.expiresAt > instant }
    let before = world.grants.count + world.clients.count
    world.grants = world.grants.filter { id, _ in
      world.tokens.values.contains { $0.grant == id && $0.expiresAt > instant && $0.replacedAt == nil }
        || world.codes.values.contains { $0.grant == id && $0.expiresAt > instant && $0.usedAt == nil }
    }
    world.tokens = world.tokens.filter { world.grants[$0.value.grant] != nil }
    world.codes = world.codes.filter { world.grants[$0.value.grant] != nil }
    world.clients = world.clients.filter { id, client in
      (client.lastUsedAt ?? client.createdAt) >= unusedSince
        || world.grants.values.contains { $0.client == id }
    }
    return before - world.grants.count - world.clients.count
  }
}

extension ReferenceStore {
  public func set(_ password: Password) async throws(StorageError) {
    guard world.users[password.user] != nil else { throw StorageError(.notFound, "there is no such user") }
    if world.passwords.values.contains(where: {
      $0.user != password.user && Name($0.name) == Name(password.name)
    }) {
      throw StorageError(.conflict, "the name is another user's")
    }
    world.passwords[password.user] = password
  }

  public func password(
    named name: String
  ) async throws(StorageError) -> (password: Password, places: [Membership])? {
    guard let password = world.passwords.values.first(where: { Name($0.name) == Name(name) }) else {
      return nil
    }
    let places = world.memberships.filter { $0.user == password.user }
      .compactMap { place in world.workspaces[place.workspace].map { (place, $0) } }
      .sorted { ($0.1.createdAt, $0.1.id) < ($1.1.createdAt, $1.1.id) }.map(\.0)
    return (password, places)
  }
}

extension World {
  fileprivate func isLive(_ grant: GrantID) -> Bool {
    grants[grant].map { $0.revokedAt == nil } ?? false
  }

  fileprivate mutating func add(_ token: Token) throws(StorageError) {
    guard tokens[token.digest] == nil else { throw StorageError(.conflict, "the token exists") }
    tokens[token.digest] = token
  }
}
