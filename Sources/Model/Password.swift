/// How a user signs in without a key.
public struct Password: Sendable, Hashable {
  public var user: UserID
  /// What the user types beside it. No two users of a server have the same.
  public var name: String
  /// The slow hash of the password, with its salt and cost, as Argon2 writes it. The password itself is never kept.
  public var hash: String
  public var changedAt: Timestamp

  public init(user: UserID, name: String, hash: String, changedAt: Timestamp) {
    self.user = user
    self.name = name
    self.hash = hash
    self.changedAt = changedAt
  }
}
