internal import CKernels

/// The index as it was at one moment. It never changes and needs no lock; hold it to ask several questions of the
/// same content.
public struct VectorView: Sendable {
  /// Below so many vectors, reading all rows exactly is as fast as reading codes first.
  static let rowScanLimit = 8_192

  let space: VectorSpace
  let kernels: Kernels
  /// What has been snapshotted: the slots before those of the chunks.
  var base: Base?
  var chunks: [Chunk] = []
  /// Slots in use or used up, dead ones included.
  var slots = 0
  var dead: Bits = []
  var deadCount = 0
  var recent: IDTable
  var originals: MappedOriginals
  /// Changes when slots are renumbered.
  var numbering: UInt64 = 0
  /// The number of the last write that it knows of; zero if there was none.
  public internal(set) var sequence: UInt64 = 0

  /// How many vectors there are.
  public var count: Int { slots - deadCount }

  /// Whether `id` has a vector.
  public func contains(_ id: VectorID) -> Bool { slot(of: id) != nil }

  /// The vector of `id`, as it was given.
  public func vector(of id: VectorID) -> [Float]? {
    slot(of: id).map {
      Array(UnsafeBufferPointer(start: originals.vector(at: $0), count: space.dimension))
    }
  }

  /// The rows that `ids` have now, for a filter.
  public func rows(of ids: some Sequence<VectorID>) -> RowSet {
    var words = Bits(repeating: 0, count: (slots + 31) / 32)
    for id in ids {
      if let slot = slot(of: id) { words.insert(slot) }
    }
    return RowSet(words: words, numbering: numbering, count: words.population)
  }

  /// The rows whose ids are wanted, for a filter. Asks about every vector.
  public func rows(where isWanted: (VectorID) -> Bool) -> RowSet {
    var words = Bits(repeating: 0, count: (slots + 31) / 32)
    for slot in 0..<slots where !dead.has(slot) {
      if isWanted(originals.id(at: slot)) { words.insert(slot) }
    }
    return RowSet(words: words, numbering: numbering, count: words.population)
  }

  func slot(of id: VectorID) -> Int? {
    slot(of: id, in: recent.table, below: slots)
      ?? base.flatMap { slot(of: id, in: $0.table, below: $0.slots) }
  }

  private func slot(of id: VectorID, in table: CKernels_IDTable, below limit: Int) -> Int? {
    var position = CKernels_firstIDPosition(table, id.high, id.low)
    while true {
      let slot = CKernels_nextSlot(table, originals.idWords, UInt32(limit), id.high, id.low, &position)
      if slot < 0 { return nil }
      if !dead.has(Int(slot)) { return Int(slot) }
    }
  }

  /// The row of a slot, wherever it lies.
  func row(of slot: Int) -> (bytes: UnsafePointer<UInt8>, scale: Float) {
    if let base, slot < base.slots { return (base.bytes + slot * space.rowWidth, base.scales[slot]) }
    let chunk = chunks[chunkIndex(of: slot)]
    let row = slot - chunk.first
    return (UnsafePointer(chunk.bytes + row * space.rowWidth), chunk.scales[row])
  }

  func chunkIndex(of slot: Int) -> Int {
    var low = 0
    var high = chunks.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if chunks[middle].first <= slot { low = middle } else { high = middle }
    }
    return low
  }

  /// The slots that a chunk holds.
  func slots(ofChunk index: Int) -> Range<Int> {
    let first = chunks[index].first
    let end = index + 1 < chunks.count ? min(chunks[index + 1].first, slots) : slots
    return first..<max(first, end)
  }
}
