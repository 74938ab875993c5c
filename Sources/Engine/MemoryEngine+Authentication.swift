@_spi(ScopeMaking) public import Identity
public import Model
internal import Storage

extension MemoryEngine {
  /// Who presents this credential. Asked on every request: a revoked key opens nothing from the next request on.
  ///
  /// - Parameters:
  ///   - workspace: The workspace that the request names, if it names one. A credential of another one is answered like
  ///     an unknown credential.
  ///   - resource: Where it is presented.
  public func authenticate(
    bearer secret: String?, workspace: WorkspaceID? = nil, at resource: ProtectedResource = .keysOnly,
    door: Caller.Door, client: String? = nil
  ) async throws(EngineError) -> Caller {
    guard let secret, !secret.isEmpty else { throw .unauthenticated(.missing) }
    guard let presented = KeySecret(presented: secret) else { throw .unauthenticated(.unknown) }
    let digest = presented.digest
    let found = try await stored { () async throws(StorageError) in try await store.key(digest: digest) }
    guard let (key, role) = found, workspace == nil || workspace == key.workspace else {
      throw .unauthenticated(.unknown)
    }
    let now = clock.now()
    if key.revokedAt != nil { throw .unauthenticated(.revoked) }
    guard key.isValid(at: now) else { throw .unauthenticated(.expired) }
    // To the minute is enough for people, and spares a write on every request.
    if key.lastUsedAt.map({ now - $0 > .seconds(60) }) ?? true { uses.note(key: key.id, at: now) }
    return Caller(
      user: key.user, workspace: key.workspace, role: min(role, key.role), key: key.id, door: door,
      client: client)
  }
}
