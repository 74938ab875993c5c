internal import CKernels

/// The nearest places found while scanning, in no order until the end.
///
/// Scans fill it beyond what is wanted; then it keeps the best and lets only better ones in. Ties fall to the first
/// place, so that one list comes of one query and one content.
struct Shortlist: ~Copyable {
  private let keys: UnsafeMutablePointer<UInt64>
  private var found: CKernels_Candidates
  private let wanted: Int

  init(wanted: Int) {
    self.wanted = max(wanted, 1)
    let room = 2 * self.wanted + 64
    keys = .allocate(capacity: room)
    found = CKernels_Candidates(keys: keys, count: 0, room: room, threshold: -.infinity)
  }

  deinit { keys.deallocate() }

  /// Adds one, unless it is no better than what is kept already.
  mutating func add(_ score: Float, at place: UInt32) {
    guard score > found.threshold else { return }
    keys[found.count] = CKernels_candidateKey(score, place)
    found.count += 1
    if found.count == found.room { trim() }
  }

  /// Adds all of `codes` that are near.
  mutating func scan(_ codes: CKernels_Codes, for query: borrowing PreparedQuery, with kernels: Kernels) {
    scan(codes, for: query, with: kernels) { place in place }
  }

  /// The same, with each place replaced by what `rename` says, or dropped.
  @inline(__always)
  mutating func scan(
    _ codes: CKernels_Codes, for query: borrowing PreparedQuery, with kernels: Kernels,
    rename: (UInt32) -> UInt32?
  ) {
    var codes = codes
    var sums = query.codes
    while true {
      let before = found.count
      let done = kernels.scanCodes(&codes, &sums, &found)
      var kept = before
      for index in before..<found.count {
        let place = ~UInt32(truncatingIfNeeded: keys[index])
        guard let renamed = rename(place) else { continue }
        keys[kept] = keys[index] & ~UInt64(UInt32.max) | UInt64(~renamed)
        kept += 1
      }
      found.count = kept
      if done == codes.count { return }
      if found.room - found.count < 32 { trim() }
      codes.blocks += done * 16 * sums.groups
      codes.factors += done * 32
      if let excluded = codes.excluded { codes.excluded = excluded + done }
      codes.first += UInt32(done * 32)
      codes.count -= done
    }
  }

  /// Adds all of `rows` that are near.
  mutating func scan(_ rows: CKernels_Rows, for query: borrowing PreparedQuery, with kernels: Kernels) {
    var rows = rows
    var form = query.rows
    while true {
      let done = kernels.scanRows(&rows, &form, &found)
      if done == rows.count { return }
      trim()
      rows.bytes += done * rows.width
      rows.scales += done
      if let excluded = rows.excluded { rows.excluded = excluded + done / 32 }
      rows.first += UInt32(done)
      rows.count -= done
    }
  }

  /// The wanted places and their scores, best first.
  consuming func sorted() -> [(place: UInt32, score: Float)] {
    trim()
    var best = UnsafeMutableBufferPointer(start: keys, count: found.count)
    best.sort(by: >)
    return best.map { (~UInt32(truncatingIfNeeded: $0), CKernels_candidateScore($0)) }
  }

  /// The wanted places in no order.
  consuming func places() -> [UInt32] {
    trim()
    return UnsafeMutableBufferPointer(start: keys, count: found.count).map { ~UInt32(truncatingIfNeeded: $0) }
  }

  private mutating func trim() {
    guard found.count > wanted else { return }
    CKernels_selectGreatest(keys, found.count, wanted)
    found.count = wanted
    var least = keys[0]
    for index in 1..<wanted { least = min(least, keys[index]) }
    found.threshold = CKernels_candidateScore(least)
  }
}
