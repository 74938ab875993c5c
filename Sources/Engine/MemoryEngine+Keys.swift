@_spi(ScopeMaking) public import Identity
public import Model
internal import Storage

/// What a new key should be.
public struct KeyDraft: Sendable {
  public var name: String
  /// The most that it may do; nil means as much as its maker.
  public var role: Role?
  public var expiresAt: Timestamp?

  public init(name: String, role: Role? = nil, expiresAt: Timestamp? = nil) {
    self.name = name
    self.role = role
    self.expiresAt = expiresAt
  }
}

extension MemoryEngine {
  /// Makes a key for the caller. Its secret is returned here and never again.
  public func createKey(
    _ draft: KeyDraft, as caller: Caller
  ) async throws(EngineError) -> (key: APIKey, secret: KeySecret) {
    let now = clock.now()
    let role = draft.role ?? caller.role
    guard role <= caller.role else { throw .roleRequired(role, has: caller.role) }
    if let expiresAt = draft.expiresAt, expiresAt <= now {
      throw .invalid("expires_at", "is in the past", allowed: "an instant in the future")
    }
    var random = SystemRandomNumberGenerator()
    let secret = KeySecret.make(from: &random)
    let key = APIKey(
      id: identifiers.make(), workspace: caller.workspace, user: caller.user, name: draft.name,
      hint: secret.hint,
      digest: secret.digest, role: role, createdAt: now, expiresAt: draft.expiresAt)
    try await stored { () async throws(StorageError) in try await store.add(key) }
    return (key, secret)
  }

  /// The caller's keys; an admin sees all of the workspace.
  public func keys(as caller: Caller) async throws(EngineError) -> [APIKey] {
    let all = try await stored { () async throws(StorageError) in
      try await store.keys(in: WorkspaceScope(caller))
    }
    return caller.role >= .admin ? all : all.filter { $0.user == caller.user }
  }

  /// Revokes a key, effective with the next request. Revoking it again changes nothing. A key can revoke itself and those
  /// that may do no more than it.
  public func revokeKey(_ name: String, as caller: Caller) async throws(EngineError) -> APIKey {
    guard let id = KeyID(name), let key = try await keys(as: caller).first(where: { $0.id == id }) else {
      throw .keyNotFound(name)
    }
    // Otherwise whoever finds a viewer's key could lock its user out.
    if key.id != caller.key { try caller.require(key.role) }
    let now = clock.now()
    _ = try await stored { () async throws(StorageError) in
      try await store.revoke(id, at: now, in: WorkspaceScope(caller))
    }
    var revoked = key
    revoked.revokedAt = key.revokedAt ?? now
    return revoked
  }

  /// The server acting for a user that it has just made.
  func callerOfServer(user: UserID, workspace: WorkspaceID) -> Caller {
    Caller(user: user, workspace: workspace, role: .owner, key: nil, door: .cli)
  }
}
