public import Model
public import Storage

extension ReferenceStore {
  public func list(_ listing: MemoryListing, in scope: Scope) async throws(StorageError) -> MemoryPage {
    let admitted = world.living(in: scope).filter(listing.filter.admits).sorted(by: listing.order.precedes)
    let page = admitted.dropFirst(max(0, listing.offset)).prefix(max(0, listing.limit))
    return MemoryPage(memories: Array(page), total: Int64(admitted.count))
  }

  public func tags(_ listing: TagListing, in scope: Scope) async throws(StorageError) -> TagPage {
    var tags: [Name: TagPage.Tag] = [:]
    let all = world.living(in: scope).filter { memory in
      listing.with.allSatisfy { memory.tags.containsBytes(of: $0) }
    }
    for memory in all {
      let used = max(memory.updatedAt, memory.lastUsedAt ?? memory.updatedAt)
      for tag in memory.tags
      where tag.utf8.starts(with: listing.prefix.utf8) && !listing.with.containsBytes(of: tag) {
        var entry = tags[Name(tag)] ?? TagPage.Tag(name: tag, count: 0, lastUsedAt: used)
        entry.count += 1
        entry.lastUsedAt = max(entry.lastUsedAt, used)
        tags[Name(tag)] = entry
      }
    }
    let frequent = tags.values.filter { $0.count >= listing.minimumCount }.sorted { left, right in
      switch listing.order {
      case .count where left.count != right.count: left.count > right.count
      case .recent where left.lastUsedAt != right.lastUsedAt: left.lastUsedAt > right.lastUsedAt
      default: left.name.precedesByBytes(right.name)
      }
    }
    return TagPage(tags: Array(frequent.prefix(max(0, listing.limit))), total: Int64(frequent.count))
  }

  public func statistics(in scope: Scope) async throws(StorageError) -> MemoryStatistics {
    let living = world.living(in: scope)
    let isOpen = world.openContext(scope) != nil
    let forgotten = world.memories.values.filter {
      isOpen && $0.context == scope.context && $0.deletedAt != nil
    }
    var byType: [String: Int64] = [:]
    for memory in living { byType[memory.type, default: 0] += 1 }
    return MemoryStatistics(
      total: Int64(living.count), working: Int64(living.count { $0.persistence == .working }),
      persistent: Int64(living.count { $0.persistence == .persistent }), forgotten: Int64(forgotten.count),
      byType: byType)
  }
}

extension MemoryListing.Order {
  fileprivate func precedes(_ left: Memory, _ right: Memory) -> Bool {
    switch self {
    case .newest: (left.createdAt, left.id) > (right.createdAt, right.id)
    case .oldest: (left.createdAt, left.id) < (right.createdAt, right.id)
    case .recentlyUpdated: (left.updatedAt, left.id) > (right.updatedAt, right.id)
    case .important:
      (-left.importance, left.createdAt, left.id) < (-right.importance, right.createdAt, right.id)
    }
  }
}
