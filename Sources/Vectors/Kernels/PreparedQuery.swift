internal import CKernels

/// A query in the three forms that it meets vectors in: exact, one byte a dimension, and sums for codes.
struct PreparedQuery: ~Copyable {
  let floats: UnsafeMutablePointer<Float>
  private let bytes: UnsafeMutablePointer<Int8>
  private let sums: UnsafeMutablePointer<UInt8>
  private(set) var rows: CKernels_RowQuery
  private(set) var codes: CKernels_CodeQuery

  /// Reads `space.dimension` floats.
  init(_ query: UnsafePointer<Float>, in space: VectorSpace) {
    floats = .allocate(capacity: space.dimension)
    floats.initialize(from: query, count: space.dimension)
    bytes = .allocate(capacity: space.rowWidth)
    sums = .allocate(capacity: space.blockWidth)
    let scale = bytes.withMemoryRebound(to: UInt8.self, capacity: space.rowWidth) {
      CKernels_quantiseRow(query, space.dimension, space.rowWidth, $0)
    }
    var total: Int32 = 0
    for index in 0..<space.rowWidth {
      // A row is stored with 128 added; a query is not.
      bytes[index] = Int8(bitPattern: UInt8(bitPattern: bytes[index]) ^ 128)
      total += Int32(bytes[index])
    }
    rows = CKernels_RowQuery(bytes: bytes, correction: 128 * total, scale: scale)
    codes = CKernels_CodeQuery()
    CKernels_codeQuery(query, space.dimension, space.groups, sums, &codes)
  }

  deinit {
    floats.deallocate()
    bytes.deallocate()
    sums.deallocate()
  }
}
