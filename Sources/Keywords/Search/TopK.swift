/// The best documents so far: the higher score first, the older document among equals.
struct TopK: ~Copyable {
  private let limit: Int
  /// A heap with the worst in front: score << 32 | ~document.
  private let entries: UnsafeMutablePointer<UInt64>
  private var count = 0
  /// A score that a document must exceed to be let in, given that no older document comes later.
  private(set) var floor: UInt32

  /// `floor` is exceeded by at least `limit` documents that will be offered.
  init(limit: Int, floor: UInt32) {
    precondition(limit > 0, "the best of nothing are not sought")
    self.limit = limit
    self.floor = floor
    entries = .allocate(capacity: limit)
  }

  deinit { entries.deallocate() }

  /// Offers a document that is younger than all before.
  @inline(__always)
  mutating func offer(_ document: UInt32, score: UInt32) {
    let entry = UInt64(score) << 32 | UInt64(~document)
    if count < limit {
      entries[count] = entry
      count += 1
      rise(count - 1)
      if count == limit { floor = max(floor, UInt32(truncatingIfNeeded: entries[0] >> 32)) }
    } else if entry > entries[0] {
      entries[0] = entry
      sink()
      floor = max(floor, UInt32(truncatingIfNeeded: entries[0] >> 32))
    }
  }

  private mutating func rise(_ start: Int) {
    var place = start
    while place > 0 {
      let parent = (place - 1) / 2
      if entries[parent] <= entries[place] { break }
      exchange(parent, place)
      place = parent
    }
  }

  private mutating func sink() {
    var place = 0
    while true {
      var child = 2 * place + 1
      if child >= count { break }
      if child + 1 < count, entries[child + 1] < entries[child] { child += 1 }
      if entries[place] <= entries[child] { break }
      exchange(place, child)
      place = child
    }
  }

  // Not `swap`: the thread sanitizer's build of it crashes the compiler (Swift 6.3.1).
  private func exchange(_ one: Int, _ other: Int) {
    let moved = entries[one]
    entries[one] = entries[other]
    entries[other] = moved
  }

  /// Best first.
  consuming func sorted() -> [(document: UInt32, score: UInt32)] {
    UnsafeBufferPointer(start: entries, count: count).sorted(by: >).map {
      (~UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $0 >> 32))
    }
  }
}
