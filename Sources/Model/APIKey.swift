/// A long-lived credential of one user in one workspace.
///
/// The secret itself is shown once, when it is made, and never stored: `digest` is its SHA-256.
public struct APIKey: Sendable, Hashable {
  public var id: KeyID
  public var workspace: WorkspaceID
  public var user: UserID
  /// What its owner calls it.
  public var name: String
  /// The first characters of the secret, enough to recognise it in a list and useless for anything else.
  public var hint: String
  public var digest: [UInt8]
  /// The most that it may do, which is never more than its user's role.
  public var role: Role
  public var createdAt: Timestamp
  public var expiresAt: Timestamp?
  public var revokedAt: Timestamp?
  public var lastUsedAt: Timestamp?

  public init(
    id: KeyID, workspace: WorkspaceID, user: UserID, name: String, hint: String, digest: [UInt8], role: Role,
    createdAt: Timestamp, expiresAt: Timestamp? = nil, revokedAt: Timestamp? = nil,
    lastUsedAt: Timestamp? = nil
  ) {
    self.id = id
    self.workspace = workspace
    self.user = user
    self.name = name
    self.hint = hint
    self.digest = digest
    self.role = role
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.revokedAt = revokedAt
    self.lastUsedAt = lastUsedAt
  }

  /// Whether the key opens anything at `instant`.
  public func isValid(at instant: Timestamp) -> Bool {
    revokedAt == nil && expiresAt.map { instant < $0 } ?? true
  }
}
