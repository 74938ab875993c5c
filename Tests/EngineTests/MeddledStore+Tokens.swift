internal import Model
internal import Storage

extension MeddledStore {
  func add(_ client: OAuthClient, limit: Int) async throws(StorageError) {
    try await store.add(client, limit: limit)
  }

  func client(_ id: String) async throws(StorageError) -> OAuthClient? {
    try await store.client(id)
  }

  func add(_ grant: Grant, _ code: AuthorizationCode) async throws(StorageError) {
    try await store.add(grant, code)
  }

  func code(
    digest: [UInt8]
  ) async throws(StorageError) -> (code: AuthorizationCode, grant: Grant)? {
    try await store.code(digest: digest)
  }

  func redeem(
    code digest: [UInt8], at instant: Timestamp, for tokens: [Token]
  ) async throws(StorageError) -> Bool {
    try await store.redeem(code: digest, at: instant, for: tokens)
  }

  func token(digest: [UInt8], at instant: Timestamp) async throws(StorageError) -> FoundToken? {
    try await store.token(digest: digest, at: instant)
  }

  func replace(
    _ digest: [UInt8], at instant: Timestamp, by tokens: [Token]
  ) async throws(StorageError) -> Bool {
    try await store.replace(digest, at: instant, by: tokens)
  }

  func revoke(_ grant: GrantID, at instant: Timestamp) async throws(StorageError) {
    try await store.revoke(grant, at: instant)
  }

  func purgeTokens(
    expiredBy instant: Timestamp, clientsUnusedSince unusedSince: Timestamp
  ) async throws(StorageError) -> Int {
    try await store.purgeTokens(expiredBy: instant, clientsUnusedSince: unusedSince)
  }

  func set(_ password: Password) async throws(StorageError) {
    try await store.set(password)
  }

  func password(
    named name: String
  ) async throws(StorageError) -> (password: Password, places: [Membership])? {
    try await store.password(named: name)
  }
}
