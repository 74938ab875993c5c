/// What a cosine means in one context: the share of its pairs of memories that are less alike.
///
/// Models differ in what they call alike, and so do contexts: where everything is about one subject, everything is. So
/// the scale is drawn from pairs of the context's own vectors.
public struct SimilarityScale: Sendable {
  private let sorted: [Float]

  /// A scale from the vectors of some memories, of one length. nil when there are too few to say.
  public init?(sample vectors: [[Float]]) {
    guard vectors.count >= 8 else { return nil }
    var cosines: [Float] = []
    for (index, one) in vectors.enumerated() {
      for other in vectors[..<index] { cosines.append(Self.cosine(one, other)) }
    }
    sorted = cosines.sorted()
  }

  /// 0 to 1.
  public func closeness(_ one: [Float], _ other: [Float]) -> Double {
    let cosine = Self.cosine(one, other)
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < cosine { low = middle + 1 } else { high = middle }
    }
    return Double(low) / Double(sorted.count)
  }

  /// 0 where one of the two has no length, or another number of dimensions.
  public static func cosine(_ one: [Float], _ other: [Float]) -> Float {
    guard one.count == other.count else { return 0 }
    var (dot, left, right): (Float, Float, Float) = (0, 0, 0)
    for (a, b) in zip(one, other) {
      dot += a * b
      left += a * a
      right += b * b
    }
    let length = (left * right).squareRoot()
    return length > 0 ? dot / length : 0
  }
}
