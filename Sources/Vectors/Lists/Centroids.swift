internal import CKernels

/// The centroids of lists as memory: in a snapshot, or while lists are being found.
///
/// There are many, one for some fifty vectors, since small lists need fewer vectors read for the same answer. So the
/// nearest are found as the nearest vectors are: by codes first.
struct Centroids {
  let rows: UnsafePointer<UInt8>
  let scales: UnsafePointer<Float>
  let codes: UnsafePointer<UInt8>
  let factors: UnsafePointer<Float>
  let count: Int

  /// The lists whose centroids are nearest to `query`, best first.
  func nearest(
    _ wanted: Int, to query: borrowing PreparedQuery, in space: VectorSpace, with kernels: Kernels
  ) -> [UInt32] {
    var likely = Shortlist(wanted: 2 * wanted + 16)
    let count = self.count
    likely.scan(
      CKernels_Codes(blocks: codes, factors: factors, excluded: nil, count: (count + 31) / 32, first: 0),
      for: query, with: kernels
    ) { $0 < count ? $0 : nil }
    let candidates = likely.places()
    let pointers = candidates.map { Optional(rows + Int($0) * space.rowWidth) }
    var form = query.rows
    let sums = [Int32](unsafeUninitializedCapacity: candidates.count) { sums, filled in
      kernels.sumRows(pointers, candidates.count, space.rowWidth, &form, sums.baseAddress)
      filled = candidates.count
    }
    var nearest = Shortlist(wanted: wanted)
    for index in candidates.indices {
      nearest.add(Float(sums[index]) * scales[Int(candidates[index])], at: candidates[index])
    }
    return nearest.sorted().map(\.place)
  }
}

extension Base {
  /// The places of a list.
  func places(ofList index: Int) -> Range<Int> { Int(starts[index])..<Int(starts[index + 1]) }

  /// The blocks that places lie in.
  func blocks(of places: Range<Int>) -> Range<Int> {
    (places.lowerBound / 32)..<((places.upperBound + 31) / 32)
  }

  /// Lists lie anywhere, so the next one is asked for while this one is read.
  func prefetch(list index: Int, in space: VectorSpace) {
    let places = places(ofList: index)
    let blocks = blocks(of: places)
    CKernels_prefetch(codes + blocks.lowerBound * space.blockWidth, blocks.count * space.blockWidth)
    CKernels_prefetch(factors + places.lowerBound, 4 * places.count)
  }
}

/// Finds the nearest centroid of stored vectors.
struct ListAssignment: ~Copyable {
  private let view: VectorView
  private let centroids: Centroids
  private let memory: UnsafeMutableRawBufferPointer

  init(_ lists: Lists, _ view: VectorView) {
    self.view = view
    let lengths = [lists.rows.count, 4 * lists.scales.count, lists.codes.count, 4 * lists.factors.count]
    let starts = lengths.reduce(into: [0]) { $0.append(($0[$0.count - 1] + $1 + 63) / 64 * 64) }
    memory = .allocate(byteCount: starts[4], alignment: 64)
    guard let base = memory.baseAddress else { preconditionFailure("there are centroids") }
    lists.rows.withUnsafeBytes { (base + starts[0]).copyAll($0) }
    lists.scales.withUnsafeBytes { (base + starts[1]).copyAll($0) }
    lists.codes.withUnsafeBytes { (base + starts[2]).copyAll($0) }
    lists.factors.withUnsafeBytes { (base + starts[3]).copyAll($0) }
    centroids = Centroids(
      rows: (base + starts[0]).assumingMemoryBound(to: UInt8.self),
      scales: (base + starts[1]).assumingMemoryBound(to: Float.self),
      codes: (base + starts[2]).assumingMemoryBound(to: UInt8.self),
      factors: (base + starts[3]).assumingMemoryBound(to: Float.self), count: lists.count)
  }

  deinit { memory.deallocate() }

  func list(of slot: Int) -> Int {
    let query = PreparedQuery(view.originals.vector(at: slot), in: view.space)
    return centroids.nearest(1, to: query, in: view.space, with: view.kernels).first.map(Int.init) ?? 0
  }
}

extension UnsafeMutableRawPointer {
  fileprivate func copyAll(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    copyMemory(from: start, byteCount: bytes.count)
  }
}
