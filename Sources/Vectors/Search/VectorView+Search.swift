internal import CKernels

extension VectorView {
  /// The `k` vectors nearest to `query` among those that pass `filter`, best first; equal scores by id. Fewer if there
  /// are fewer.
  public func search(
    _ query: [Float], k: Int, filter: VectorFilter? = nil
  ) throws(VectorIndexError) -> [VectorHit] {
    try check(query, in: space)
    guard k > 0, count > 0 else { return [] }
    return try query.withUnsafeBufferPointer { floats -> Result<[VectorHit], VectorIndexError> in
      guard let start = floats.baseAddress else { preconditionFailure("a vector is not empty") }
      let prepared = PreparedQuery(start, in: space)
      return Result { () throws(VectorIndexError) in
        try search(prepared, k: k, filter: filter, probing: .chosen)
      }
    }.get()
  }

  /// How many lists to look into.
  enum Probing {
    /// As many as were found to be enough.
    case chosen
    case all
    case exactly(Int)
  }

  func search(
    _ query: borrowing PreparedQuery, k: Int, filter: VectorFilter?, probing: Probing
  ) throws(VectorIndexError) -> [VectorHit] {
    let finalists = 2 * k + 16
    let places: [UInt32]
    switch try admission(filter) {
    case .all:
      let excluded = deadCount > 0 ? dead : nil
      places = candidates(for: query, k: k, finalists: finalists, excluded: excluded, probing: probing)
    case .allBut(let excluded):
      // A filter may leave only vectors that no near list holds, so lists are not skipped.
      places = candidates(for: query, k: k, finalists: finalists, excluded: excluded, probing: .all)
    case .only(let slots):
      places = nearest(slots, to: query, wanted: finalists)
    }
    return exact(places, for: query, k: k)
  }

  // MARK: - Filters

  private enum Admission {
    case all
    case allBut(Bits)
    case only([UInt32])
  }

  private func admission(_ filter: VectorFilter?) throws(VectorIndexError) -> Admission {
    guard let filter else { return .all }
    let rows: RowSet
    switch filter {
    case .only(let ids):
      if ids.count <= directLimit {
        // In order of slots, which is the order of memory, and each once.
        var slots = ids.compactMap { slot(of: $0).map(UInt32.init) }
        slots.sort()
        var last: UInt32?
        slots.removeAll { slot in
          defer { last = slot }
          return slot == last
        }
        return .only(slots)
      }
      rows = self.rows(of: ids)
    case .rows(let set):
      guard set.numbering == numbering else { throw .staleRows }
      rows = set
    }
    if rows.count <= directLimit {
      var slots: [UInt32] = []
      slots.reserveCapacity(rows.count)
      rows.words.forEachSet { slot in
        if slot < self.slots, !dead.has(slot) { slots.append(UInt32(slot)) }
      }
      return .only(slots)
    }
    var excluded = dead
    for index in excluded.indices {
      excluded[index] |= index < rows.words.count ? ~rows.words[index] : ~0
    }
    return .allBut(excluded)
  }

  /// Up to so many rows it is faster to go to each than to scan everything.
  private var directLimit: Int { max(count / 16, 1_000) }

  // MARK: - Stages

  /// First stage: the slots of the likely nearest, from codes, or from rows where those are few.
  private func candidates(
    for query: borrowing PreparedQuery, k: Int, finalists: Int, excluded: Bits?, probing: Probing
  ) -> [UInt32] {
    guard count > Self.rowScanLimit else {
      return scanRows(for: query, wanted: finalists, excluded: excluded)
    }
    // Enough for the nearest not to be lost among codes; the more are read, the more look near, and shorter codes say
    // less.
    let readsMany =
      count > 250_000 && !(base.map { probes(probing, k: k, in: $0) < $0.header.lists } ?? false)
    let enough = max(readsMany ? 2_000 : 1_000, 24 * k) * max(384 / space.dimension, 1)
    let places = scanCodes(for: query, k: k, wanted: enough, excluded: excluded, probing: probing)
    return nearest(places, to: query, wanted: finalists)
  }

  private func scanRows(for query: borrowing PreparedQuery, wanted: Int, excluded: Bits?) -> [UInt32] {
    var list = Shortlist(wanted: wanted)
    withWords(excluded) { excluded in
      if let base {
        list.scan(
          CKernels_Rows(
            bytes: base.bytes, scales: base.scales, excluded: excluded, count: base.slots,
            width: space.rowWidth, first: 0),
          for: query, with: kernels)
      }
      for index in chunks.indices {
        let chunk = chunks[index]
        list.scan(
          CKernels_Rows(
            bytes: chunk.bytes, scales: chunk.scales, excluded: excluded.map { $0 + chunk.first / 32 },
            count: slots(ofChunk: index).count, width: space.rowWidth, first: UInt32(chunk.first)),
          for: query, with: kernels)
      }
    }
    return list.places()
  }

  private func scanCodes(
    for query: borrowing PreparedQuery, k: Int, wanted: Int, excluded: Bits?, probing: Probing
  ) -> [UInt32] {
    var list = Shortlist(wanted: wanted)
    withWords(excluded) { excluded in
      if let base {
        if base.isListed {
          scanLists(of: base, for: query, k: k, excluded: excluded, probing: probing, into: &list)
        } else {
          list.scan(
            CKernels_Codes(
              blocks: base.codes, factors: base.factors, excluded: excluded, count: base.header.blocks,
              first: 0),
            for: query, with: kernels)
        }
      }
      for index in chunks.indices {
        let chunk = chunks[index]
        let rows = slots(ofChunk: index)
        let full = rows.count / 32
        list.scan(
          CKernels_Codes(
            blocks: chunk.codes, factors: chunk.factors, excluded: excluded.map { $0 + chunk.first / 32 },
            count: full, first: UInt32(chunk.first)),
          for: query, with: kernels)
        // The last few have no codes yet, and all go to the next stage.
        for slot in (rows.lowerBound + 32 * full)..<rows.upperBound {
          if let excluded, excluded[slot / 32] >> UInt32(slot % 32) & 1 != 0 { continue }
          list.add(.infinity, at: UInt32(slot))
        }
      }
    }
    return list.places()
  }

  private func probes(_ probing: Probing, k: Int, in base: Base) -> Int {
    switch probing {
    case .chosen: k <= 10 ? base.header.probesForFew : base.header.probesForMany
    case .all: base.header.lists
    case .exactly(let count): count
    }
  }

  private func scanLists(
    of base: Base, for query: borrowing PreparedQuery, k: Int, excluded: UnsafePointer<UInt32>?,
    probing: Probing,
    into list: inout Shortlist
  ) {
    let probes = probes(probing, k: k, in: base)
    func scan(_ blocks: Range<Int>, without unwanted: UnsafePointer<UInt32>?) {
      list.scan(
        CKernels_Codes(
          blocks: base.codes + blocks.lowerBound * space.blockWidth,
          factors: base.factors + 32 * blocks.lowerBound,
          excluded: unwanted, count: blocks.count, first: UInt32(32 * blocks.lowerBound)),
        for: query, with: kernels
      ) { place in
        let slot = base.places[Int(place)]
        // The last block is filled up with places that are no slots.
        guard slot < base.slots else { return nil }
        if let excluded, excluded[Int(slot) / 32] >> (slot % 32) & 1 != 0 { return nil }
        return slot
      }
    }
    guard probes < base.header.lists else { return scan(0..<base.header.blocks, without: nil) }
    // A list begins and ends within blocks that it shares with its neighbours, whose vectors are left out.
    var unwanted: Bits = []
    let nearest = base.centroids.nearest(probes, to: query, in: space, with: kernels)
    for (turn, index) in nearest.enumerated() {
      if turn + 2 < nearest.count { base.prefetch(list: Int(nearest[turn + 2]), in: space) }
      let places = base.places(ofList: Int(index))
      guard !places.isEmpty else { continue }
      let blocks = base.blocks(of: places)
      if unwanted.count < blocks.count { unwanted = Bits(repeating: 0, count: 2 * blocks.count) }
      unwanted[0] |= (1 << UInt32(places.lowerBound % 32)) - 1
      if !places.upperBound.isMultiple(of: 32) {
        unwanted[blocks.count - 1] |= ~0 << UInt32(places.upperBound % 32)
      }
      unwanted.withUnsafeBufferPointer { scan(blocks, without: $0.baseAddress) }
      unwanted[0] = 0
      unwanted[blocks.count - 1] = 0
    }
  }

  /// Second stage: the nearest of `slots` by their rows, in no order.
  private func nearest(_ slots: [UInt32], to query: borrowing PreparedQuery, wanted: Int) -> [UInt32] {
    guard slots.count > wanted else { return slots }
    var rows: [UnsafePointer<UInt8>?] = []
    var scales: [Float] = []
    rows.reserveCapacity(slots.count)
    scales.reserveCapacity(slots.count)
    for slot in slots {
      let (bytes, scale) = row(of: Int(slot))
      rows.append(bytes)
      scales.append(scale)
    }
    var form = query.rows
    let sums = [Int32](unsafeUninitializedCapacity: slots.count) { sums, count in
      kernels.sumRows(rows, slots.count, space.rowWidth, &form, sums.baseAddress)
      count = slots.count
    }
    var list = Shortlist(wanted: wanted)
    for index in slots.indices { list.add(Float(sums[index]) * scales[index], at: slots[index]) }
    return list.places()
  }

  /// Last stage: the best of `slots` by the vectors as they were given.
  private func exact(_ slots: [UInt32], for query: borrowing PreparedQuery, k: Int) -> [VectorHit] {
    var hits: [VectorHit] = []
    hits.reserveCapacity(slots.count)
    for slot in slots {
      let score = kernels.dot(query.floats, originals.vector(at: Int(slot)), space.dimension)
      hits.append(VectorHit(id: originals.id(at: Int(slot)), score: score))
    }
    hits.sort()
    return Array(hits.prefix(k))
  }

  private func withWords(_ bits: Bits?, _ body: (UnsafePointer<UInt32>?) -> Void) {
    guard let bits else { return body(nil) }
    bits.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

/// Refuses what could not be compared: another dimension, and numbers that are none.
func check(_ vector: [Float], in space: VectorSpace) throws(VectorIndexError) {
  guard vector.count == space.dimension else {
    throw .wrongDimension(expected: space.dimension, found: vector.count)
  }
  var square: Float = 0
  for value in vector { square += value * value }
  guard square <= 1e12 else { throw .notAVector }
}
