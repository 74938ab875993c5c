/// Which vectors a search may return. Filters are applied while searching, so the answer is as good as without one.
public enum VectorFilter: Sendable {
  /// Only these. Ids that the index doesn't have are ignored.
  case only([VectorID])
  /// Only these rows, made by ``VectorView/rows(of:)`` or ``VectorView/rows(where:)``: what to use when one filter
  /// serves several searches.
  case rows(RowSet)
}

/// A set of an index's rows, one bit each.
///
/// It speaks of what was there when it was made: vectors added or replaced later are not in it, deleted ones drop
/// out. Compaction renumbers rows, after which a search with an old set throws ``VectorIndexError/staleRows``.
public struct RowSet: Sendable {
  let words: [UInt32]
  let numbering: UInt64
  /// How many rows it holds.
  public let count: Int
}
