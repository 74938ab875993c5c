public import Model

/// Which memories to list, and how.
public struct MemoryListing: Sendable, Hashable {
  public enum Order: String, Sendable, Hashable, CaseIterable {
    /// Newest first; ties by id, newest first.
    case newest
    /// Oldest first; ties by id, oldest first.
    case oldest
    /// Changed last first; ties by id, newest first.
    case recentlyUpdated = "recently_updated"
    /// Importance descending, then created ascending, then id ascending.
    case important
  }

  public var filter = MemoryFilter()
  public var order = Order.newest
  public var limit = 50
  public var offset = 0

  public init() {}
}

/// A page of a listing.
public struct MemoryPage: Sendable, Hashable {
  public var memories: [Memory]
  /// How many there are on all pages.
  public var total: Int64

  public init(memories: [Memory], total: Int64) {
    self.memories = memories
    self.total = total
  }
}

/// Which tags to list, and how.
public struct TagListing: Sendable, Hashable {
  public enum Order: String, Sendable, Hashable, CaseIterable {
    /// Most used first; ties by name.
    case count
    /// Used last first; ties by name.
    case recent
    /// By name, by Unicode scalars.
    case alpha
  }

  public var order = Order.count
  public var limit = 50
  public var minimumCount: Int64 = 1
  /// Compared byte by byte.
  public var prefix = ""
  /// Only tags of memories that carry all of these; these themselves are left out.
  public var with: [String] = []

  public init() {}
}

/// The tags of a listing.
public struct TagPage: Sendable, Hashable {
  public struct Tag: Sendable, Hashable {
    public var name: String
    public var count: Int64
    /// When a memory with this tag was last written or used.
    public var lastUsedAt: Timestamp

    public init(name: String, count: Int64, lastUsedAt: Timestamp) {
      self.name = name
      self.count = count
      self.lastUsedAt = lastUsedAt
    }
  }

  public var tags: [Tag]
  /// How many there are without the limit.
  public var total: Int64

  public init(tags: [Tag], total: Int64) {
    self.tags = tags
    self.total = total
  }
}

/// Counts of a context's living memories.
public struct MemoryStatistics: Sendable, Hashable {
  public var total: Int64
  public var working: Int64
  public var persistent: Int64
  public var forgotten: Int64
  public var byType: [String: Int64]

  public init(total: Int64, working: Int64, persistent: Int64, forgotten: Int64, byType: [String: Int64]) {
    self.total = total
    self.working = working
    self.persistent = persistent
    self.forgotten = forgotten
    self.byType = byType
  }
}
