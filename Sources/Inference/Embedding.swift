/// A text as a direction: floats of unit length, so that a dot product is a cosine.
public struct Embedding: Sendable, Hashable {
  /// The components. Their squares add up to 1, or all are 0 when there was nothing to embed.
  public let values: [Float]

  /// The direction of `values`: they are scaled to unit length. Nil if one is not finite.
  public init?(normalizing values: [Float]) {
    var squares = 0.0
    for value in values { squares += Double(value) * Double(value) }
    guard squares.isFinite else { return nil }
    let scale = squares > 0 ? 1 / squares.squareRoot() : 0
    self.values = values.map { Float(Double($0) * scale) }
  }

  /// Values that are of unit length already.
  package init(unit values: [Float]) { self.values = values }

  /// The cosine of the angle between the two texts' directions: 1 for the same, about 0 for unrelated ones.
  public func similarity(to other: Embedding) -> Float {
    precondition(values.count == other.values.count, "vectors of different models cannot be compared")
    var sum: Float = 0
    for index in values.indices { sum += values[index] * other.values[index] }
    return sum
  }
}
