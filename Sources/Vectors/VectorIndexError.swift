/// Why the index could not do what was asked.
public enum VectorIndexError: Error, Equatable {
  /// A vector has another dimension than the index. Nothing was changed.
  case wrongDimension(expected: Int, found: Int)
  /// A vector holds something that is no number, or is longer than a million. Nothing was changed.
  case notAVector
  /// The files are not what was written. Start with ``VectorIndex/create(in:space:options:)`` and apply all rows.
  case damaged(String)
  /// The files belong to another model. Start anew, as with damage.
  case differentSpace
  /// The set of rows was made before the index was compacted. Make it again.
  case staleRows
  /// Only one snapshot at a time.
  case snapshotUnderWay
  /// More than four billion rows.
  case full
  /// The operating system refused: what was tried, and its error number.
  case system(String, code: Int32)
}
