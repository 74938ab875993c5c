/// What a user allowed a program to do in their name: the root of a family of tokens, which live and die with it.
public struct Grant: Sendable, Hashable {
  public var id: GrantID
  public var workspace: WorkspaceID
  public var user: UserID
  /// The key that the user signed in with, if it was one. When it opens nothing any more, neither does the grant.
  public var key: KeyID?
  /// The most that it may do, which is never more than its user's role.
  public var role: Role
  public var scopes: Set<Permission>
  /// The program: the id that it registered, or the URL of the document that describes it.
  public var client: String
  /// What the program calls itself.
  public var clientName: String
  /// The resource that its tokens are for, as a URL.
  public var resource: String
  public var createdAt: Timestamp
  public var revokedAt: Timestamp?

  public init(
    id: GrantID, workspace: WorkspaceID, user: UserID, key: KeyID? = nil, role: Role,
    scopes: Set<Permission>, client: String, clientName: String, resource: String, createdAt: Timestamp,
    revokedAt: Timestamp? = nil
  ) {
    self.id = id
    self.workspace = workspace
    self.user = user
    self.key = key
    self.role = role
    self.scopes = scopes
    self.client = client
    self.clientName = clientName
    self.resource = resource
    self.createdAt = createdAt
    self.revokedAt = revokedAt
  }
}

/// What a program exchanges, once and soon, for its first tokens.
public struct AuthorizationCode: Sendable, Hashable {
  /// The SHA-256 of the code, which is all of it that is kept.
  public var digest: [UInt8]
  public var grant: GrantID
  /// Where the code was sent to.
  public var redirectURI: String
  /// The SHA-256, in base64, of what only the program that asked for the code knows (PKCE).
  public var challenge: String
  public var expiresAt: Timestamp
  public var usedAt: Timestamp?

  public init(
    digest: [UInt8], grant: GrantID, redirectURI: String, challenge: String, expiresAt: Timestamp,
    usedAt: Timestamp? = nil
  ) {
    self.digest = digest
    self.grant = grant
    self.redirectURI = redirectURI
    self.challenge = challenge
    self.expiresAt = expiresAt
    self.usedAt = usedAt
  }
}

/// A token of a grant.
public struct Token: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Sent with each request.
    case access
    /// Exchanged, once, for the next two.
    case refresh
  }

  /// The SHA-256 of the token, which is all of it that is kept.
  public var digest: [UInt8]
  public var kind: Kind
  public var grant: GrantID
  /// Some or all of the grant's.
  public var scopes: Set<Permission>
  public var expiresAt: Timestamp
  /// When a refresh token was exchanged.
  public var replacedAt: Timestamp?

  public init(
    digest: [UInt8], kind: Kind, grant: GrantID, scopes: Set<Permission>, expiresAt: Timestamp,
    replacedAt: Timestamp? = nil
  ) {
    self.digest = digest
    self.kind = kind
    self.grant = grant
    self.scopes = scopes
    self.expiresAt = expiresAt
    self.replacedAt = replacedAt
  }
}

extension Set<Permission> {
  /// As OAuth writes them: `memory:read memory:write`.
  public var text: String { sorted().map(\.rawValue).joined(separator: " ") }

  /// Reads what ``text`` wrote, and what clients ask for. A word that means nothing here counts for nothing.
  public init(text: some StringProtocol) {
    self = Set(text.split(separator: " ").compactMap { Permission(rawValue: String($0)) })
  }
}
