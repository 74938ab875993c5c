internal import CKernels

/// Centroids around which vectors are sorted into lists, so that a search reads only the lists nearest to it.
struct Lists: Sendable {
  /// Centroids, one byte a dimension, as the vectors' rows are.
  let rows: [UInt8]
  let scales: [Float]
  /// How many vectors there were when the centroids were found.
  let trainedOn: Int

  var count: Int { scales.count }

  /// The lists of a snapshot.
  init?(_ base: Base?, space: VectorSpace) {
    guard let base, base.isListed else { return nil }
    rows = Array(base.section(.centroids))
    scales = Array(base.section(.centroidScales).bindMemory(to: Float.self))
    trainedOn = base.header.trainedOn
  }

  /// Lists around these vectors of floats, which lie one after the other.
  init(around centroids: [Float], in space: VectorSpace, trainedOn: Int) {
    let count = centroids.count / space.dimension
    var scales = [Float](repeating: 0, count: count)
    rows = [UInt8](unsafeUninitializedCapacity: count * space.rowWidth) { rows, filled in
      guard let start = rows.baseAddress else { preconditionFailure("there are centroids") }
      centroids.withUnsafeBufferPointer { centroids in
        guard let floats = centroids.baseAddress else { preconditionFailure("there are centroids") }
        for index in 0..<count {
          scales[index] = CKernels_quantiseRow(
            floats + index * space.dimension, space.dimension, space.rowWidth, start + index * space.rowWidth)
        }
      }
      filled = count * space.rowWidth
    }
    self.scales = scales
    self.trainedOn = trainedOn
  }

  /// Which list each new slot belongs to, -1 for the dead, and how many each list holds. What was in one of these
  /// lists before stays there; only new rows are compared with the centroids.
  func members(of sources: [UInt32], in view: VectorView) -> (listOfSlot: [Int32], counts: [Int]) {
    var known: [Int32] = []
    if let base = view.base, let lists = Lists(base, space: view.space), lists.rows == rows {
      known = [Int32](repeating: -1, count: base.slots)
      for list in 0..<count {
        for place in (32 * Int(base.starts[list]))..<(32 * Int(base.starts[list + 1])) {
          let slot = Int(base.places[place])
          if slot < base.slots { known[slot] = Int32(list) }
        }
      }
    }
    let assignment = ListAssignment(self, view)
    var counts = [Int](repeating: 0, count: count)
    let listOfSlot = sources.map { source -> Int32 in
      let slot = Int(source)
      guard !view.dead.has(slot) else { return -1 }
      let list = slot < known.count && known[slot] >= 0 ? known[slot] : Int32(assignment.list(of: slot))
      counts[Int(list)] += 1
      return list
    }
    return (listOfSlot, counts)
  }
}

/// Finds the nearest centroid of rows.
struct ListAssignment: ~Copyable {
  private let view: VectorView
  private let scales: [Float]
  private let centroids: UnsafeMutablePointer<UInt8>
  private let rows: UnsafeMutablePointer<UnsafePointer<UInt8>?>
  private let sums: UnsafeMutablePointer<Int32>
  private let query: UnsafeMutablePointer<Int8>

  init(_ lists: Lists, _ view: VectorView) {
    let width = view.space.rowWidth
    self.view = view
    scales = lists.scales
    centroids = .allocate(capacity: lists.rows.count)
    rows = .allocate(capacity: lists.count)
    sums = .allocate(capacity: lists.count)
    query = .allocate(capacity: width)
    _ = UnsafeMutableBufferPointer(start: centroids, count: lists.rows.count).initialize(from: lists.rows)
    for list in 0..<lists.count { rows[list] = UnsafePointer(centroids + list * width) }
  }

  deinit {
    centroids.deallocate()
    rows.deallocate()
    sums.deallocate()
    query.deallocate()
  }

  func list(of slot: Int) -> Int {
    let row = view.row(of: slot).bytes
    var total: Int32 = 0
    for index in 0..<view.space.rowWidth {
      query[index] = Int8(bitPattern: row[index] ^ 128)
      total += Int32(query[index])
    }
    var form = CKernels_RowQuery(bytes: query, correction: 128 * total, scale: 1)
    view.kernels.sumRows(rows, scales.count, view.space.rowWidth, &form, sums)
    var best = 0
    var greatest = -Float.infinity
    for index in scales.indices {
      let score = Float(sums[index]) * scales[index]
      if score > greatest { (best, greatest) = (index, score) }
    }
    return best
  }
}
