/// Bits by slot, in words as the kernels read them: one word a block of 32.
typealias Bits = [UInt32]

extension Bits {
  func has(_ index: Int) -> Bool { self[index / 32] >> UInt32(index % 32) & 1 != 0 }

  mutating func insert(_ index: Int) { self[index / 32] |= 1 << UInt32(index % 32) }

  /// How many are set.
  var population: Int { reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Calls `body` with each that is set, ascending.
  @inline(__always)
  func forEachSet<Failure: Error>(_ body: (Int) throws(Failure) -> Void) throws(Failure) {
    for index in indices {
      var word = self[index]
      while word != 0 {
        try body(32 * index + word.trailingZeroBitCount)
        word &= word - 1
      }
    }
  }
}
