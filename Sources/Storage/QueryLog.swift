public import Model

/// What was asked of a context and found, kept where its settings say so: what policies are tried on before they are used.
public protocol QueryLog: Sendable {
  /// Keeps a question until `query.expiresAt`. Throws `notFound` when the context is not visible.
  func log(_ query: LoggedQuery, in scope: Scope) async throws(StorageError)

  /// Questions that have not expired by `instant`, the latest first; of equal times the one that was logged last. At most
  /// `limit`, and only those asked before `before` if that is given. All users of the context see the same.
  func loggedQueries(
    limit: Int, before: Timestamp?, at instant: Timestamp, in scope: Scope
  ) async throws(StorageError) -> [LoggedQuery]

  /// Removes every question of the context. Returns how many there were.
  func forgetQueries(in scope: Scope) async throws(StorageError) -> Int

  /// Removes what expired by `instant`, in every context. Returns how many there were.
  func purgeQueries(expiredBy instant: Timestamp) async throws(StorageError) -> Int
}

/// A question as it was asked, and what was answered.
public struct LoggedQuery: Sendable, Hashable {
  public var text: String
  /// `hybrid`, `semantic` or `keyword`.
  public var mode: String
  public var limit: Int
  /// Whether the answer had to meet conditions.
  public var isFiltered: Bool
  /// What was answered, best first.
  public var results: [Result]
  /// `high`, `moderate`, `low` or `none`.
  public var confidence: String
  /// The formula that made the scores.
  public var formula: String
  /// How long the answer took.
  public var microseconds: Int64
  public var user: UserID
  public var at: Timestamp
  public var expiresAt: Timestamp

  /// A memory that was answered.
  public struct Result: Sendable, Hashable {
    public var memory: MemoryID
    public var score: Double

    public init(memory: MemoryID, score: Double) {
      self.memory = memory
      self.score = score
    }
  }

  public init(
    text: String, mode: String, limit: Int, isFiltered: Bool = false, results: [Result], confidence: String,
    formula: String, microseconds: Int64, user: UserID, at: Timestamp, expiresAt: Timestamp
  ) {
    self.text = text
    self.mode = mode
    self.limit = limit
    self.isFiltered = isFiltered
    self.results = results
    self.confidence = confidence
    self.formula = formula
    self.microseconds = microseconds
    self.user = user
    self.at = at
    self.expiresAt = expiresAt
  }
}
