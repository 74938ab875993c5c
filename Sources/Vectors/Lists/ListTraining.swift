import Glibc

/// Finds the centroids of a view's lists: k-means on a sample, by cosine.
///
/// Lists are kept from one snapshot to the next, and found again once there are twice as many vectors; then the old
/// centroids are where it starts.
struct ListTraining {
  private static let vectorsInList = 48
  private static let sampledForEachList = 20
  private static let rounds = 4

  private let view: VectorView
  private var random = SplitMix(seed: 0x6c69_7374)

  init(_ view: VectorView) { self.view = view }

  func lists() -> Lists {
    let known = Lists(view.base, space: view.space)
    if let known, view.count < 2 * known.trainedOn { return known }
    var training = self
    return training.train(from: known)
  }

  /// A power of two near to one for 48 vectors. Smaller lists would need fewer vectors read, but more centroids.
  static func listCount(for vectors: Int) -> Int {
    1 << min(Int(log2(Double(max(vectors, vectorsInList)) / Double(vectorsInList)).rounded()), 15)
  }

  private mutating func train(from known: Lists?) -> Lists {
    let count = Self.listCount(for: view.count)
    let sample = sampledSlots(Self.sampledForEachList * count)
    var centroids: [Float] = []
    for slot in sample.prefix(count) { add(slot, to: &centroids) }
    var lists = Lists(around: centroids, in: view.space, trainedOn: view.count)
    if let known, known.count == count { lists = known }
    for _ in 0..<Self.rounds { lists = improved(lists, sample) }
    return lists
  }

  /// Moves each centroid to the middle of its rows; one without rows goes to a random row.
  private mutating func improved(_ lists: Lists, _ sample: [Int]) -> Lists {
    let dimension = view.space.dimension
    let assignment = ListAssignment(lists, view)
    var sums = [Float](repeating: 0, count: lists.count * dimension)
    var counts = [Int](repeating: 0, count: lists.count)
    for slot in sample {
      let list = assignment.list(of: slot)
      counts[list] += 1
      let vector = view.originals.vector(at: slot)
      sums.withUnsafeMutableBufferPointer { sums in
        for index in 0..<dimension { sums[list * dimension + index] += vector[index] }
      }
    }
    for list in 0..<lists.count {
      let range = (list * dimension)..<((list + 1) * dimension)
      if counts[list] == 0 {
        let slot = sample[Int(random.next() % UInt64(sample.count))]
        for (index, position) in range.enumerated() {
          sums[position] = view.originals.vector(at: slot)[index]
        }
      }
      let length = sums[range].reduce(0) { $0 + $1 * $1 }.squareRoot()
      if length > 0 { for position in range { sums[position] /= length } }
    }
    return Lists(around: sums, in: view.space, trainedOn: view.count)
  }

  /// Slots of living rows, at random, each at most once.
  private mutating func sampledSlots(_ wanted: Int) -> [Int] {
    var slots = (0..<view.slots).filter { !view.dead.has($0) }
    let count = min(wanted, slots.count)
    for index in 0..<count {
      slots.swapAt(index, index + Int(random.next() % UInt64(slots.count - index)))
    }
    return Array(slots.prefix(count))
  }

  private func add(_ slot: Int, to centroids: inout [Float]) {
    centroids.append(
      contentsOf: UnsafeBufferPointer(start: view.originals.vector(at: slot), count: view.space.dimension))
  }
}

/// A small generator of random numbers whose sequence is fixed, so that the same rows give the same lists.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
