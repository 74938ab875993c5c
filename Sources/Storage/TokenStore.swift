public import Model

/// What programs were allowed to do, and the tokens that prove it. Asked before a scope exists, in order to make one.
///
/// Secrets never arrive here, only their digests.
public protocol TokenStore: Sendable {
  /// Adds a program that registered itself. Throws `conflict` when the id is taken. When there are `limit` of them, those
  /// that nobody ever allowed anything make room, oldest first; when there are none of these, throws `full`.
  func add(_ client: OAuthClient, limit: Int) async throws(StorageError)

  func client(_ id: String) async throws(StorageError) -> OAuthClient?

  /// Adds a grant with its code, and notes that its client was used. Throws `notFound` when the user is no member of the
  /// workspace or there is no such key, `conflict` when the id or the digest is taken.
  func add(_ grant: Grant, _ code: AuthorizationCode) async throws(StorageError)

  /// The code with this digest and its grant. Used and expired ones are returned: judging them is the caller's business.
  func code(digest: [UInt8]) async throws(StorageError) -> (code: AuthorizationCode, grant: Grant)?

  /// Marks a code as used and adds the first tokens of its grant, in one step. Returns false, and adds nothing, when the
  /// code was used before or its grant is revoked: of several that race, in any number of processes, one gets true.
  func redeem(code digest: [UInt8], at instant: Timestamp, for tokens: [Token]) async throws(StorageError)
    -> Bool

  /// The token with this digest, its grant, and the role that its user has in its workspace. Nil when there is none, when
  /// the user is a member no more, and when the key that the grant hangs on is revoked or has expired by `instant`.
  /// Expired, replaced and revoked ones are returned.
  func token(digest: [UInt8], at instant: Timestamp) async throws(StorageError) -> FoundToken?

  /// Marks a refresh token as replaced and adds those that replace it, in one step. Returns false, and adds nothing, when
  /// it was replaced before or its grant is revoked.
  func replace(_ digest: [UInt8], at instant: Timestamp, by tokens: [Token]) async throws(StorageError)
    -> Bool

  /// Revokes a grant with all its tokens, from `instant` on. A second time changes nothing.
  func revoke(_ grant: GrantID, at instant: Timestamp) async throws(StorageError)

  /// Removes what no longer opens anything by `instant`: access tokens that expired, and grants of which nothing is left
  /// that could be used or exchanged; and clients without a grant that were used, or made and never used, before
  /// `unusedSince`. Returns how many grants and clients went.
  ///
  /// Codes that were used and refresh tokens that were replaced stay as long as their grant, so that one which comes a
  /// second time is recognised.
  func purgeTokens(expiredBy instant: Timestamp, clientsUnusedSince unusedSince: Timestamp)
    async throws(StorageError) -> Int
}

/// A token, and who it speaks for.
public struct FoundToken: Sendable, Hashable {
  public var token: Token
  public var grant: Grant
  public var role: Role

  public init(token: Token, grant: Grant, role: Role) {
    self.token = token
    self.grant = grant
    self.role = role
  }
}

/// How users sign in without a key. Asked before a scope exists.
public protocol PasswordStore: Sendable {
  /// Sets a user's password and the name that goes with it, in the place of older ones. Throws `notFound` when there is no
  /// such user, `conflict` when the name is another user's.
  func set(_ password: Password) async throws(StorageError)

  /// The password that goes with a name, and where its user is a member.
  func password(named name: String) async throws(StorageError) -> (password: Password, places: [Membership])?
}
