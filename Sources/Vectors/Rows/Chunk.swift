internal import CKernels
import Glibc

/// Up to 4,096 rows in memory, beginning at a slot that is a multiple of 32.
///
/// The one writer adds rows behind those that have been published, and readers look at no others; a block of codes is
/// written when its 32nd row comes. So nothing that a reader sees ever changes.
final class Chunk: @unchecked Sendable {
  // Sendable: see above; what is published is published under a lock.
  static let capacity = 4_096

  let first: Int
  let bytes: UnsafeMutablePointer<UInt8>
  let codes: UnsafeMutablePointer<UInt8>
  let scales: UnsafeMutablePointer<Float>
  let factors: UnsafeMutablePointer<Float>
  private let memory: UnsafeMutableRawBufferPointer
  private let space: VectorSpace

  init(first: Int, space: VectorSpace) throws(VectorIndexError) {
    precondition(first.isMultiple(of: 32), "a chunk begins with a block")
    self.first = first
    self.space = space
    let rows = Chunk.capacity
    let blocks = rows / 32 * space.blockWidth
    let size = rows * space.rowWidth + blocks + 8 * rows
    // Mapped rather than allocated: pages count only once a row is written to them, so a small index stays small.
    let address = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let address, address != MAP_FAILED else { throw .lastSystemError("allocate rows") }
    memory = UnsafeMutableRawBufferPointer(start: address, count: size)
    bytes = address.assumingMemoryBound(to: UInt8.self)
    codes = bytes + rows * space.rowWidth
    scales = (address + rows * space.rowWidth + blocks).assumingMemoryBound(to: Float.self)
    factors = scales + rows
  }

  deinit { munmap(memory.baseAddress, memory.count) }

  /// Writes the row of `slot`, which nobody has seen yet. `signs` has room for one code.
  func write(_ vector: UnsafePointer<Float>, at slot: Int, signs: UnsafeMutablePointer<UInt8>) {
    let row = slot - first
    scales[row] = CKernels_quantiseRow(vector, space.dimension, space.rowWidth, bytes + row * space.rowWidth)
    factors[row] = space.withMean { CKernels_signs(vector, $0, space.dimension, space.groups, signs) }
  }

  /// Writes the codes of the block that begins at `slot`, of which `count` are in use.
  func writeBlock(at slot: Int, signs: UnsafePointer<UInt8>, count: Int) {
    CKernels_packBlock(signs, count, space.groups, codes + (slot - first) / 32 * space.blockWidth)
  }
}

extension VectorSpace {
  func withMean<Result>(_ body: (UnsafePointer<Float>?) -> Result) -> Result {
    guard let mean else { return body(nil) }
    return mean.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
