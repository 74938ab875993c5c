/// A memory that may be an answer, as the indexes found it.
struct Candidate: Sendable {
  let number: UInt32
  /// The BM25 score; 0 when no word matches.
  var keyword = 0.0
  /// The cosine to the question; nil when there is no vector to compare.
  var cosine: Double?
}
