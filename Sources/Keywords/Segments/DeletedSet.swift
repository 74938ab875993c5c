/// Which documents of a segment or tail were deleted: a set that is cheap to copy and to change, by windows.
struct DeletedSet: Sendable {
  /// For each window its bits; empty if nothing was deleted there.
  private(set) var windows: [[UInt64]]
  private(set) var count = 0
  /// The lengths of the deleted documents together.
  private(set) var totalLength: UInt64 = 0

  init(documents: Int) {
    windows = Array(repeating: [], count: SegmentLayout.windows(documents))
  }

  func contains(_ document: Int) -> Bool {
    let bits = windows[document / SegmentLayout.window]
    if bits.isEmpty { return false }
    let place = document % SegmentLayout.window
    return bits[place / 64] >> UInt64(place % 64) & 1 != 0
  }

  /// Adds a document that is not in it yet.
  mutating func insert(_ document: Int, length: UInt32) {
    let window = document / SegmentLayout.window
    let place = document % SegmentLayout.window
    if windows[window].isEmpty { windows[window] = [UInt64](repeating: 0, count: SegmentLayout.window / 64) }
    precondition(windows[window][place / 64] >> UInt64(place % 64) & 1 == 0, "a document is deleted once")
    windows[window][place / 64] |= 1 << UInt64(place % 64)
    count += 1
    totalLength += UInt64(length)
  }
}
