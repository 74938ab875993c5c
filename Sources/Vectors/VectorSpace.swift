internal import CKernels

/// What vectors of one model have in common. An index belongs to one space for its whole life.
public struct VectorSpace: Sendable, Equatable {
  /// Numbers in a vector: a multiple of 4, at most 4,096.
  public let dimension: Int
  /// The vector around which the model's vectors lie, or none for the origin.
  ///
  /// Codes record on which side of it a vector lies in each dimension, so a good mean makes them say more. It is
  /// fixed for a model: codes made around one mean cannot be compared with those made around another.
  public let mean: [Float]?

  public init(dimension: Int, mean: [Float]? = nil) {
    precondition(
      dimension >= 4 && dimension <= 4_096 && dimension.isMultiple(of: 4),
      "a dimension is a multiple of 4 from 4 to 4,096")
    precondition(mean.map { $0.count == dimension } ?? true, "the mean has the space's dimension")
    self.dimension = dimension
    self.mean = mean
  }

  /// Bytes of a row: one a dimension, padded so that kernels need not look at the end.
  var rowWidth: Int { (dimension + 63) / 64 * 64 }
  /// Groups of four dimensions in a code, padded likewise.
  var groups: Int { (dimension / 4 + 3) / 4 * 4 }
  /// Bytes of a block of 32 codes.
  var blockWidth: Int { 16 * groups }
  /// Tells spaces apart in a snapshot.
  var fingerprint: UInt64 {
    (mean ?? []).withUnsafeBytes { CKernels_xxh64($0.baseAddress, $0.count, UInt64(dimension)) }
  }
}
