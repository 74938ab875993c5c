internal import CKernels
internal import Threads

/// What the searches and writes of an index share: kernels, and things to work with that are made once and lent.
final class SearchTools: Sendable {
  let configuration: KeywordConfiguration
  private let synonyms: SynonymTable
  private let kernelSet: CKernels_KeywordSet?
  private let scratches = Lock<[Scratch]>([])
  private let readers = Lock<[LentReader]>([])

  /// More idle ones than these are let go.
  private static let idleLimit = 16

  /// `kernelSet` nil means the best that the processor has.
  init(_ configuration: KeywordConfiguration, kernelSet: CKernels_KeywordSet? = nil) {
    self.configuration = configuration
    self.kernelSet = kernelSet
    synonyms = SynonymTable(configuration)
  }

  func withScratch<Result>(_ body: (Scratch) -> Result) -> Result {
    let scratch = scratches.withLock { $0.popLast() } ?? makeScratch()
    defer { scratches.withLock { if $0.count < Self.idleLimit { $0.append(scratch) } } }
    return body(scratch)
  }

  private func makeScratch() -> Scratch {
    let chosen = kernelSet.flatMap { CKernels_keywords($0) } ?? CKernels_bestKeywords()
    return Scratch(reader: QueryReader(configuration, synonyms: synonyms), kernels: chosen.pointee)
  }

  func withReader<Result>(_ body: (DocumentReader) -> Result) -> Result {
    let lent = readers.withLock { $0.popLast() } ?? LentReader(reader: DocumentReader(configuration))
    defer { readers.withLock { if $0.count < Self.idleLimit { $0.append(lent) } } }
    return body(lent.reader)
  }

  private struct LentReader: @unchecked Sendable {
    // Sendable: belongs to one write from when it is taken out of the pool until it is put back.
    let reader: DocumentReader
  }
}
