public import Model
public import Storage
internal import Identity
internal import Engine

/// Makes codes and tokens, exchanges one for the other, and takes back what fell into the wrong hands.
public struct TokenIssuer: Sendable {
  /// How long things live.
  public struct Lifetimes: Sendable {
    public var code: Duration = .seconds(60)
    public var access: Duration = .seconds(3_600)
    /// Of a refresh token, which is replaced by a new one each time it is used.
    public var refresh: Duration = .days(30)

    public init() {}
  }

  private let store: any TokenStore
  private let clock: any WallClock
  private let identifiers: IdentifierSource
  private let lifetimes: Lifetimes

  public init(
    store: any TokenStore, clock: any WallClock = SystemClock(), lifetimes: Lifetimes = Lifetimes()
  ) {
    self.store = store
    self.clock = clock
    identifiers = IdentifierSource(clock: clock)
    self.lifetimes = lifetimes
  }

  /// What a program gets.
  struct Issue: Sendable {
    let access: TokenSecret
    let refresh: TokenSecret
    let scopes: Set<Permission>
    let lifetime: Duration
  }

  /// Writes down what `user` allowed, and returns the code for it.
  func allow(
    _ request: AuthorizationRequest, by user: SignedInUser
  ) async throws(OAuthError) -> TokenSecret {
    let now = clock.now()
    let code = make(.authorizationCode)
    let grant = Grant(
      id: identifiers.make(), workspace: user.workspace, user: user.user, key: user.key, role: user.role,
      scopes: request.scopes, client: request.client.id, clientName: request.client.name,
      resource: request.target.resource, createdAt: now)
    let stored = AuthorizationCode(
      digest: code.digest, grant: grant.id, redirectURI: request.redirectURI.text,
      challenge: request.challenge, expiresAt: now + lifetimes.code)
    try await asked { () async throws(StorageError) in try await store.add(grant, stored) }
    return code
  }

  /// Exchanges a code. One that comes a second time was stolen, from the program or by it: all that it ever led to is
  /// taken back.
  func exchange(
    code text: String, verifier: String, redirectURI: String?, target: TokenTarget?, client: KnownClient
  ) async throws(OAuthError) -> Issue {
    let now = clock.now()
    guard let secret = TokenSecret(presented: text, as: .authorizationCode),
      let (code, grant) = try await asked({ () async throws(StorageError) in
        try await store.code(digest: secret.digest)
      }), grant.client == client.id
    else { throw OAuthError(.invalidGrant, "the code is not known") }
    guard code.usedAt == nil else { throw try await stolen(grant, "the code was used before", at: now) }
    guard grant.revokedAt == nil else { throw OAuthError(.invalidGrant, "the access was revoked") }
    guard now < code.expiresAt else { throw OAuthError(.invalidGrant, "the code has expired") }
    guard redirectURI == nil || redirectURI == code.redirectURI else {
      throw OAuthError(.invalidGrant, "redirect_uri is not the one that the code was sent to")
    }
    guard ProofKey.matches(verifier, code.challenge) else {
      throw OAuthError(.invalidGrant, "code_verifier does not belong to the code")
    }
    try require(target, of: grant)
    let (issue, tokens) = issue(grant.scopes, in: grant, at: now)
    let isFirst = try await asked { () async throws(StorageError) in
      try await store.redeem(code: secret.digest, at: now, for: tokens)
    }
    guard isFirst else { throw try await stolen(grant, "the code was used before", at: now) }
    return issue
  }

  /// Exchanges a refresh token. One that was exchanged before is in two hands, and nobody knows which are the right ones:
  /// both get nothing any more, and the user is asked again.
  func refresh(
    _ text: String, scopes wanted: Set<Permission>?, target: TokenTarget?, client: KnownClient
  ) async throws(OAuthError) -> Issue {
    let now = clock.now()
    guard let secret = TokenSecret(presented: text, as: .refreshToken),
      let found = try await asked({ () async throws(StorageError) in
        try await store.token(digest: secret.digest, at: now)
      }), found.token.kind == .refresh, found.grant.client == client.id
    else { throw OAuthError(.invalidGrant, "the refresh token is not known") }
    guard found.grant.revokedAt == nil else { throw OAuthError(.invalidGrant, "the access was revoked") }
    guard found.token.replacedAt == nil else {
      throw try await stolen(found.grant, "the refresh token was used before", at: now)
    }
    guard now < found.token.expiresAt else {
      throw OAuthError(.invalidGrant, "the refresh token has expired")
    }
    try require(target, of: found.grant)
    let scopes = wanted ?? found.token.scopes
    guard scopes.isSubset(of: found.token.scopes) else {
      throw OAuthError(.invalidScope, "a refresh token brings no more than it was given for")
    }
    let (issue, tokens) = issue(scopes, in: found.grant, at: now)
    let isFirst = try await asked { () async throws(StorageError) in
      try await store.replace(secret.digest, at: now, by: tokens)
    }
    guard isFirst else { throw try await stolen(found.grant, "the refresh token was used before", at: now) }
    return issue
  }

  /// Takes back what a token belongs to, if it is the client's. A token that is not known is revoked already.
  func revoke(_ text: String, by client: KnownClient) async throws(OAuthError) {
    guard
      let secret = TokenSecret(presented: text, as: .accessToken)
        ?? TokenSecret(presented: text, as: .refreshToken)
    else { return }
    let now = clock.now()
    let found = try await asked { () async throws(StorageError) in
      try await store.token(digest: secret.digest, at: now)
    }
    guard let found, found.grant.client == client.id else { return }
    try await asked { () async throws(StorageError) in try await store.revoke(found.grant.id, at: now) }
  }

  private func stolen(_ grant: Grant, _ what: String, at now: Timestamp) async throws(OAuthError)
    -> OAuthError
  {
    try await asked { () async throws(StorageError) in try await store.revoke(grant.id, at: now) }
    return OAuthError(.invalidGrant, "\(what); everything that it led to is revoked")
  }

  private func require(_ target: TokenTarget?, of grant: Grant) throws(OAuthError) {
    if let target, target.resource != grant.resource {
      throw OAuthError(.invalidTarget, "resource is not the one that the user was asked about")
    }
  }

  private func issue(
    _ scopes: Set<Permission>, in grant: Grant, at now: Timestamp
  ) -> (Issue, [Token]) {
    let issue = Issue(
      access: make(.accessToken), refresh: make(.refreshToken), scopes: scopes, lifetime: lifetimes.access)
    return (
      issue,
      [
        Token(
          digest: issue.access.digest, kind: .access, grant: grant.id, scopes: scopes,
          expiresAt: now + lifetimes.access),
        // What a refresh asks less for does not make the next one less.
        Token(
          digest: issue.refresh.digest, kind: .refresh, grant: grant.id, scopes: grant.scopes,
          expiresAt: now + lifetimes.refresh),
      ]
    )
  }

  private func make(_ kind: TokenSecret.Kind) -> TokenSecret {
    var random = SystemRandomNumberGenerator()
    return TokenSecret.make(kind, from: &random)
  }
}

/// Asks the store, and says in OAuth's words when it cannot answer.
func asked<Value>(
  _ question: () async throws(StorageError) -> Value
) async throws(OAuthError) -> Value {
  do { return try await question() } catch {
    switch error.code {
    case .unavailable, .conflict, .full:
      throw OAuthError(.temporarilyUnavailable, "the store cannot take this now; try again in a moment")
    case .notFound, .corrupted: throw OAuthError(.serverError, "something went wrong on the server")
    }
  }
}
