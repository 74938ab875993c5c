internal import CKernels

/// The kernels of one instruction set.
struct Kernels: @unchecked Sendable {
  // Sendable: functions, and constants of the program.
  typealias ScanCodes =
    @convention(c) (
      UnsafePointer<CKernels_Codes>?, UnsafePointer<CKernels_CodeQuery>?,
      UnsafeMutablePointer<CKernels_Candidates>?
    ) -> Int
  typealias ScanRows =
    @convention(c) (
      UnsafePointer<CKernels_Rows>?, UnsafePointer<CKernels_RowQuery>?,
      UnsafeMutablePointer<CKernels_Candidates>?
    ) -> Int
  typealias SumRows =
    @convention(c) (
      UnsafePointer<UnsafePointer<UInt8>?>?, Int, Int, UnsafePointer<CKernels_RowQuery>?,
      UnsafeMutablePointer<Int32>?
    ) -> Void
  typealias Dot = @convention(c) (UnsafePointer<Float>?, UnsafePointer<Float>?, Int) -> Float

  let scanCodes: ScanCodes
  let scanRows: ScanRows
  let sumRows: SumRows
  let dot: Dot

  /// The kernels for `set`, unless this processor cannot run them.
  init?(_ set: InstructionSet) {
    guard let table = CKernels_vectors(set.kernelSet)?.pointee,
      let scanCodes = table.scanCodes, let scanRows = table.scanRows, let sumRows = table.sumRows,
      let dot = table.dot
    else { return nil }
    self.scanCodes = scanCodes
    self.scanRows = scanRows
    self.sumRows = sumRows
    self.dot = dot
  }

  /// The fastest here.
  static let best: Kernels = {
    for set in InstructionSet.allCases.reversed() {
      if let kernels = Kernels(set) { return kernels }
    }
    preconditionFailure("the portable kernels run everywhere")
  }()
}

/// The instruction sets that kernels are written for, slowest first.
package enum InstructionSet: String, CaseIterable, Sendable {
  case portable, neon, avx2, avx512

  /// The fastest that this processor runs.
  package static var best: InstructionSet {
    allCases.last { $0.isSupported } ?? .portable
  }

  /// Whether this processor runs it.
  package var isSupported: Bool { CKernels_vectors(kernelSet) != nil }

  var kernelSet: CKernels_VectorSet {
    switch self {
    case .portable: .vectorsPortable
    case .neon: .vectorsNEON
    case .avx2: .vectorsAVX2
    case .avx512: .vectorsAVX512
    }
  }
}
