/// Some of the queries that were really asked: what the lists are measured with.
struct QuerySample {
  static let capacity = 64
  private static let stride = 8

  private(set) var vectors: [[Float]] = []
  private var offered = 0

  /// Begins with those that a snapshot kept.
  init(_ base: Base?, dimension: Int) {
    guard let kept = base?.section(.queries).bindMemory(to: Float.self) else { return }
    for from in Swift.stride(from: 0, to: kept.count, by: dimension) {
      vectors.append(Array(kept[from..<(from + dimension)]))
    }
  }

  /// Keeps one in eight, in the place of the oldest.
  mutating func offer(_ query: [Float]) {
    offered += 1
    guard offered % Self.stride == 1 else { return }
    if vectors.count < Self.capacity {
      vectors.append(query)
    } else {
      vectors[offered / Self.stride % Self.capacity] = query
    }
  }
}
