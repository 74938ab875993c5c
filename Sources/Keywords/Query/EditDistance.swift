/// Whether a word may be another one with a slip of the finger.
enum EditDistance {
  /// Whether one letter changed, missing, added, or swapped with its neighbour makes `one` into `other`. Equal words are
  /// not one apart.
  static func isOne(_ one: [UInt32], _ other: [UInt32]) -> Bool {
    if one.count > other.count { return isOne(other, one) }
    guard other.count - one.count <= 1 else { return false }
    var start = 0
    while start < one.count, one[start] == other[start] { start += 1 }
    var end = 0
    while end < one.count - start, one[one.count - 1 - end] == other[other.count - 1 - end] { end += 1 }
    let (left, right) = (one.count - start - end, other.count - start - end)
    switch (left, right) {
    case (1, 1), (0, 1): return true
    case (2, 2): return one[start] == other[start + 1] && one[start + 1] == other[start]
    default: return false
    }
  }

  /// The letters of a term.
  static func letters(_ bytes: some Collection<UInt8>) -> [UInt32] {
    String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value)
  }
}
