public import Model
public import Storage

extension SQLiteStore {
  public func list(_ listing: MemoryListing, in scope: Scope) async throws(StorageError) -> MemoryPage {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else {
        return MemoryPage(memories: [], total: 0)
      }
      let conditions = FilterConditions(listing.filter, in: context)
      let admitted = "memory.context = ? AND memory.deleted_at IS NULL\(conditions.sql)"
      let values = [context.value] + conditions.values
      let total = try session.integer("SELECT count(*) FROM memory WHERE \(admitted)", values) ?? 0
      let memories = try session.rows(
        "\(MemoryRow.select) WHERE \(admitted) ORDER BY \(Self.columns(of: listing.order)) LIMIT ? OFFSET ?",
        values + [.count(max(0, listing.limit)), .count(max(0, listing.offset))]
      ) { (row) throws(StorageError) in try MemoryRow.read(&row, session).memory }
      return MemoryPage(memories: memories, total: total)
    }
  }

  public func statistics(in scope: Scope) async throws(StorageError) -> MemoryStatistics {
    try await read { (session) throws(StorageError) in
      var statistics = MemoryStatistics(total: 0, working: 0, persistent: 0, forgotten: 0, byType: [:])
      guard let context = try OpenContext.find(scope, in: session) else { return statistics }
      let groups = try session.rows(
        """
        SELECT type, persistence, count(*) FROM memory INDEXED BY living_by_type
        WHERE context = ? AND deleted_at IS NULL GROUP BY type, persistence
        """, [context.value]
      ) { (row) throws(StorageError) in
        (type: row.text(), persistence: try row.name(Persistence.self), count: row.integer())
      }
      for group in groups {
        statistics.total += group.count
        statistics.byType[group.type, default: 0] += group.count
        switch group.persistence {
        case .working: statistics.working += group.count
        case .persistent: statistics.persistent += group.count
        }
      }
      statistics.forgotten =
        try session.integer(
          "SELECT count(*) FROM memory WHERE context = ? AND deleted_at IS NOT NULL", [context.value]) ?? 0
      return statistics
    }
  }

  private static func columns(of order: MemoryListing.Order) -> String {
    switch order {
    case .newest: "memory.created_at DESC, memory.id DESC"
    case .oldest: "memory.created_at, memory.id"
    case .recentlyUpdated: "memory.updated_at DESC, memory.id DESC"
    case .important: "memory.importance DESC, memory.created_at, memory.id"
    }
  }
}
