public import Model

/// Finds memories by their words.
public protocol KeywordSearch: Sendable {
  /// Living memories that contain at least one word of the query and that the filter admits, best first, at most
  /// `limit`. Case and accents do not matter. Two calls with the same query and no write in between give the same
  /// answer. Any text is a legal query; one without a word finds nothing. Of a very long query, the words
  /// after the first 1,024 different ones may be passed over.
  func search(_ query: KeywordQuery, in scope: Scope) async throws(StorageError) -> [KeywordHit]
}

/// A question in words.
public struct KeywordQuery: Sendable, Hashable {
  public var text: String
  public var filter = MemoryFilter()
  public var limit = 50

  public init(_ text: String) { self.text = text }
}

/// A memory that answers a question in words.
public struct KeywordHit: Sendable, Hashable {
  public var memory: MemoryID
  /// Greater than 0, greater is better. Comparable within one answer only.
  public var score: Double

  public init(memory: MemoryID, score: Double) {
    self.memory = memory
    self.score = score
  }
}
