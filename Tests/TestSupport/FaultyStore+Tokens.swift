public import Model
public import Storage

extension FaultyStore {
  public func add(_ client: OAuthClient, limit: Int) async throws(StorageError) {
    try await call { (store) throws(StorageError) in try await store.add(client, limit: limit) }
  }

  public func client(_ id: String) async throws(StorageError) -> OAuthClient? {
    try await call { (store) throws(StorageError) in try await store.client(id) }
  }

  public func add(_ grant: Grant, _ code: AuthorizationCode) async throws(StorageError) {
    try await call { (store) throws(StorageError) in try await store.add(grant, code) }
  }

  public func code(
    digest: [UInt8]
  ) async throws(StorageError) -> (code: AuthorizationCode, grant: Grant)? {
    try await call { (store) throws(StorageError) in try await store.code(digest: digest) }
  }

  public func redeem(
    code digest: [UInt8], at instant: Timestamp, for tokens: [Token]
  ) async throws(StorageError) -> Bool {
    try await call { (store) throws(StorageError) in
      try await store.redeem(code: digest, at: instant, for: tokens)
    }
  }

  public func token(digest: [UInt8], at instant: Timestamp) async throws(StorageError) -> FoundToken? {
    try await call { (store) throws(StorageError) in try await store.token(digest: digest, at: instant) }
  }

  public func replace(
    _ digest: [UInt8], at instant: Timestamp, by tokens: [Token]
  ) async throws(StorageError) -> Bool {
    try await call { (store) throws(StorageError) in
      try await store.replace(digest, at: instant, by: tokens)
    }
  }

  public func revoke(_ grant: GrantID, at instant: Timestamp) async throws(StorageError) {
    try await call { (store) throws(StorageError) in try await store.revoke(grant, at: instant) }
  }

  public func purgeTokens(
    expiredBy instant: Timestamp, clientsUnusedSince unusedSince: Timestamp
  ) async throws(StorageError) -> Int {
    try await call { (store) throws(StorageError) in
      try await store.purgeTokens(expiredBy: instant, clientsUnusedSince: unusedSince)
    }
  }

  public func set(_ password: Password) async throws(StorageError) {
    try await call { (store) throws(StorageError) in try await store.set(password) }
  }

  public func password(
    named name: String
  ) async throws(StorageError) -> (password: Password, places: [Membership])? {
    try await call { (store) throws(StorageError) in try await store.password(named: name) }
  }
}
