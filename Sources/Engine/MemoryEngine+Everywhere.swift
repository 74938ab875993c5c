public import Identity
public import Model
internal import Storage

/// Questions across all contexts that a caller may read.
extension MemoryEngine {
  /// Access to every context that `caller` may read, those used last first.
  public func everywhere(as caller: Caller) async throws(EngineError) -> [ReadAccess] {
    let contexts = try await contexts(as: caller).sorted { left, right in
      let (used, other) = (left.lastUsedAt ?? left.createdAt, right.lastUsedAt ?? right.createdAt)
      return (used, right.name) > (other, left.name)
    }
    return contexts.map { reading($0, as: caller) }
  }

  /// Where a memory is, in whichever context that may be.
  public func whereabouts(of name: String, as caller: Caller) async throws(EngineError) -> ReadAccess {
    guard MemoryID(name) != nil else { throw .memoryNotFound(name) }
    for access in try await everywhere(as: caller) {
      do throws(EngineError) {
        _ = try await memory(name, in: access)
        return access
      } catch {
        guard case .memoryNotFound = error else { throw error }
      }
    }
    throw .memoryNotFound(name)
  }

  /// Pairs of living memories of a context, among the `limit` that changed last, that somebody has declared to contradict
  /// each other.
  public func contradictions(
    limit: Int, in access: ReadAccess
  ) async throws(EngineError) -> [(Memory, Memory)] {
    var listing = MemoryListing()
    listing.order = .recentlyUpdated
    listing.limit = limit
    let memories = try await list(listing, in: access).memories
    let edges = try await stored { () async throws(StorageError) in
      try await store.edges(
        touching: memories.map(\.id), types: [Edge.KnownType.contradicts], in: access.scope)
    }
    let ends = try await living(edges.flatMap { [$0.source, $0.target] }.withoutRepetition, in: access)
    let byID = Dictionary(ends.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return edges.compactMap { edge in
      guard let source = byID[edge.source], let target = byID[edge.target] else { return nil }
      return (source, target)
    }
  }
}
