internal import CKernels

/// What one search works in. Kept and used again: a search allocates little else.
final class Scratch: @unchecked Sendable {
  // Sendable: belongs to one search from when it is taken out of the pool until it is put back.
  let sums: UnsafeMutablePointer<UInt32>
  let places: UnsafeMutablePointer<UInt16>
  /// A bit for each document of a window.
  let allowed: UnsafeMutablePointer<UInt64>
  let kernels: CKernels_Keywords
  let reader: QueryReader

  init(reader: QueryReader, kernels: CKernels_Keywords) {
    self.reader = reader
    self.kernels = kernels
    sums = Self.aligned(UInt32.self)
    places = Self.aligned(UInt16.self)
    allowed = Self.aligned(UInt64.self)
  }

  deinit {
    sums.deallocate()
    places.deallocate()
    allowed.deallocate()
  }

  private static func aligned<Value>(_: Value.Type) -> UnsafeMutablePointer<Value> {
    // One more than a window: collecting writes ahead of what it keeps.
    UnsafeMutableRawPointer.allocate(
      byteCount: (SegmentLayout.window + 1) * MemoryLayout<Value>.stride, alignment: 64
    ).bindMemory(to: Value.self, capacity: SegmentLayout.window + 1)
  }
}
