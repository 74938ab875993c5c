internal import CKernels

/// What one search works in. Kept and used again: a search allocates little else.
final class Scratch: @unchecked Sendable {
  // Sendable: belongs to one search from when it is taken out of the pool until it is put back.
  let sums: UnsafeMutablePointer<UInt32>
  let places: UnsafeMutablePointer<UInt16>
  let kernels: CKernels_Keywords
  let reader: QueryReader

  init(reader: QueryReader, kernels: CKernels_Keywords) {
    self.reader = reader
    self.kernels = kernels
    sums = Self.aligned(UInt32.self)
    places = Self.aligned(UInt16.self)
  }

  deinit {
    sums.deallocate()
    places.deallocate()
  }

  private static func aligned<Value>(_: Value.Type) -> UnsafeMutablePointer<Value> {
    UnsafeMutableRawPointer.allocate(
      byteCount: SegmentLayout.window * MemoryLayout<Value>.stride, alignment: 64
    ).bindMemory(to: Value.self, capacity: SegmentLayout.window)
  }
}
