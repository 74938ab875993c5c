public import JSON

/// A value that an agent keeps for itself in a context, apart from memories and never in a recall.
public struct StateEntry: Sendable, Hashable {
  public var key: String
  public var value: JSONValue
  public var updatedAt: Timestamp
  public var expiresAt: Timestamp?

  public init(key: String, value: JSONValue, updatedAt: Timestamp, expiresAt: Timestamp? = nil) {
    self.key = key
    self.value = value
    self.updatedAt = updatedAt
    self.expiresAt = expiresAt
  }
}

/// What somebody said about a memory that they were given. Append-only.
public struct Feedback: Sendable, Hashable {
  public var memory: MemoryID
  public var author: UserID
  public var isHelpful: Bool
  public var query: String?
  public var note: String?
  public var at: Timestamp

  public init(
    memory: MemoryID, author: UserID, isHelpful: Bool, query: String? = nil, note: String? = nil,
    at: Timestamp
  ) {
    self.memory = memory
    self.author = author
    self.isHelpful = isHelpful
    self.query = query
    self.note = note
    self.at = at
  }
}
