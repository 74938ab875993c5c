/// A program that registered itself, in order to ask users for access.
public struct OAuthClient: Sendable, Hashable {
  public var id: String
  /// What it calls itself; nobody checked it.
  public var name: String
  /// The addresses, and no others, to which users may be sent back.
  public var redirectURIs: [String]
  /// The SHA-256 of its secret; nil for a program that cannot keep one, as those on people's machines cannot.
  public var secretDigest: [UInt8]?
  public var createdAt: Timestamp
  /// When a user last allowed it something.
  public var lastUsedAt: Timestamp?

  public init(
    id: String, name: String, redirectURIs: [String], secretDigest: [UInt8]? = nil, createdAt: Timestamp,
    lastUsedAt: Timestamp? = nil
  ) {
    self.id = id
    self.name = name
    self.redirectURIs = redirectURIs
    self.secretDigest = secretDigest
    self.createdAt = createdAt
    self.lastUsedAt = lastUsedAt
  }
}
