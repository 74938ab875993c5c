import Glibc

/// Vectors that lie as those of short texts do: around a common mean, in broad fields, in topics within them, and in few
/// directions beyond that. The nearest of a vector's neighbours has a cosine of about 0.74, the tenth of 0.66, and two
/// at random of 0.2, as measured on memories embedded with a small sentence model.
package struct BenchmarkData: ~Copyable {
  /// What of a vector's square is due to what. The rest varies in `directions` directions.
  private static let shares = (mean: Float(0.2), field: Float(0.12), topic: Float(0.24), noise: Float(0.06))
  private static let directions = 64
  private static let vectorsInTopic = 50
  private static let fields = 300

  package let dimension: Int
  private var random = SplitMix(seed: 2_026)
  private var spare: Float?
  private var fields: [Float] = []
  private var topics: [Float] = []
  private var fieldOfTopic: [Int] = []
  private var axes: [Float] = []

  /// Data of which `count` vectors will be drawn.
  package init(dimension: Int, count: Int) {
    self.dimension = dimension
    let topicCount = max(count / Self.vectorsInTopic, 1)
    fields = (0..<(Self.fields + 1)).flatMap { _ in direction() }
    axes = (0..<Self.directions).flatMap { _ in direction() }
    topics.reserveCapacity(topicCount * dimension)
    for _ in 0..<topicCount {
      topics.append(contentsOf: direction())
      fieldOfTopic.append(1 + Int(random.next() % UInt64(Self.fields)))
    }
  }

  /// The next vector, of unit length.
  package mutating func next() -> [Float] {
    let topic = Int(random.next() % UInt64(fieldOfTopic.count))
    var vector = [Float](repeating: 0, count: dimension)
    add(Self.shares.mean.squareRoot(), fields, at: 0, to: &vector)
    add(Self.shares.field.squareRoot(), fields, at: fieldOfTopic[topic], to: &vector)
    add(Self.shares.topic.squareRoot(), topics, at: topic, to: &vector)
    let shares = Self.shares
    let rest = 1 - shares.mean - shares.field - shares.topic - shares.noise
    // Directions weigh as one over the square root of their rank.
    var weights = (1...Self.directions).map { 1 / Float($0).squareRoot() }
    let length = weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for index in weights.indices { weights[index] *= rest.squareRoot() / length * gaussian() }
    for index in weights.indices { add(weights[index], axes, at: index, to: &vector) }
    addNoise(Self.shares.noise.squareRoot(), to: &vector)
    return scaled(vector)
  }

  /// A question: near to the vectors of a topic, but never as near as they are to each other.
  package mutating func nextQuery() -> [Float] {
    var vector = next()
    addNoise(0.5, to: &vector)
    return scaled(vector)
  }

  private mutating func direction() -> [Float] {
    let vector = (0..<dimension).map { _ in gaussian() }
    return scaled(vector)
  }

  private mutating func addNoise(_ length: Float, to vector: inout [Float]) {
    let step = length / Float(dimension).squareRoot()
    for index in vector.indices { vector[index] += step * gaussian() }
  }

  private func add(_ weight: Float, _ rows: [Float], at row: Int, to vector: inout [Float]) {
    rows.withUnsafeBufferPointer { rows in
      vector.withUnsafeMutableBufferPointer { vector in
        for index in 0..<dimension { vector[index] += weight * rows[row * dimension + index] }
      }
    }
  }

  private func scaled(_ vector: [Float]) -> [Float] {
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return vector.map { $0 / length }
  }

  /// Normally distributed, by Marsaglia's polar method.
  private mutating func gaussian() -> Float {
    if let spare {
      self.spare = nil
      return spare
    }
    while true {
      let bits = random.next()
      let x = Float(Int32(truncatingIfNeeded: bits)) / Float(1 << 31)
      let y = Float(Int32(truncatingIfNeeded: bits >> 32)) / Float(1 << 31)
      let square = x * x + y * y
      guard square > 0, square < 1 else { continue }
      let factor = (-2 * log(square) / square).squareRoot()
      spare = y * factor
      return x * factor
    }
  }
}
