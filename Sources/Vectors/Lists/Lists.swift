internal import CKernels

/// Centroids around which vectors are sorted into lists, so that a search reads only the lists nearest to it.
struct Lists: Sendable {
  /// Centroids, one byte a dimension, as the vectors' rows are.
  let rows: [UInt8]
  let scales: [Float]
  /// Their codes around their own mean, in blocks.
  let codes: [UInt8]
  let factors: [Float]
  /// How many vectors there were when the centroids were found.
  let trainedOn: Int

  var count: Int { scales.count }

  /// The lists of a snapshot.
  init?(_ base: Base?, space: VectorSpace) {
    guard let base, base.isListed else { return nil }
    rows = Array(base.section(.centroids))
    scales = Array(base.section(.centroidScales).bindMemory(to: Float.self))
    codes = Array(base.section(.centroidCodes))
    factors = Array(base.section(.centroidFactors).bindMemory(to: Float.self))
    trainedOn = base.header.trainedOn
  }

  /// Lists around these vectors of floats, which lie one after the other.
  init(around centroids: [Float], in space: VectorSpace, trainedOn: Int) {
    let dimension = space.dimension
    let count = centroids.count / dimension
    let blocks = (count + 31) / 32
    var mean = [Float](repeating: 0, count: dimension)
    for index in centroids.indices { mean[index % dimension] += centroids[index] / Float(count) }
    var rows = [UInt8](repeating: 0, count: count * space.rowWidth)
    var scales = [Float](repeating: 0, count: count)
    var signs = [UInt8](repeating: 0, count: 32 * blocks * space.groups)
    var factors = [Float](repeating: 0, count: 32 * blocks)
    var codes = [UInt8](repeating: 0, count: blocks * space.blockWidth)
    centroids.withUnsafeBufferPointer { centroids in
      rows.withUnsafeMutableBufferPointer { rows in
        signs.withUnsafeMutableBufferPointer { signs in
          codes.withUnsafeMutableBufferPointer { codes in
            guard let floats = centroids.baseAddress, let row = rows.baseAddress,
              let sign = signs.baseAddress,
              let code = codes.baseAddress
            else { preconditionFailure("there are centroids") }
            for index in 0..<count {
              let vector = floats + index * dimension
              scales[index] = CKernels_quantiseRow(
                vector, dimension, space.rowWidth, row + index * space.rowWidth)
              factors[index] = CKernels_signs(
                vector, mean, dimension, space.groups, sign + index * space.groups)
            }
            for block in 0..<blocks {
              CKernels_packBlock(
                sign + 32 * block * space.groups, min(32, count - 32 * block), space.groups,
                code + block * space.blockWidth)
            }
          }
        }
      }
    }
    self.rows = rows
    self.scales = scales
    self.codes = codes
    self.factors = factors
    self.trainedOn = trainedOn
  }

  /// Which list each new slot belongs to, -1 for the dead, and how many each list holds. What was in one of these
  /// lists before stays there; only new rows are compared with the centroids.
  func members(of sources: [UInt32], in view: VectorView) -> (listOfSlot: [Int32], counts: [Int]) {
    var known: [Int32] = []
    if let base = view.base, let lists = Lists(base, space: view.space), lists.rows == rows {
      known = [Int32](repeating: -1, count: base.slots)
      for list in 0..<count {
        for place in Int(base.starts[list])..<Int(base.starts[list + 1]) {
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
