/// A vector near to a query.
public struct VectorHit: Sendable, Equatable {
  public let id: VectorID
  /// The dot product with the query, of the vectors as they were given.
  public let score: Float

  public init(id: VectorID, score: Float) {
    self.id = id
    self.score = score
  }
}

extension VectorHit: Comparable {
  /// The order of an answer: the better score first, and among equals the smaller id.
  public static func < (left: Self, right: Self) -> Bool {
    left.score != right.score ? left.score > right.score : left.id < right.id
  }
}
