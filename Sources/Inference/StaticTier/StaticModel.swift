internal import CKernels

/// The static tier: a vector for each piece of the vocabulary, distilled from the encoder, and a text's embedding is
/// the weighted mean of its pieces' vectors.
///
/// Microseconds a text, and about as good as a first pass: word order and context are lost. For imports that are
/// re-embedded later, for huge contexts, and for tiny machines.
public struct StaticModel: Sendable {
  /// Floats in a vector.
  package static let width = 256

  /// What its embeddings are labelled with.
  public static let identity = ModelIdentity(name: "all-MiniLM-L6-v2-static", version: "1", dimensions: width)

  private let vocabulary: Vocabulary
  private let table: StaticTable
  private let kernels: CKernels_Encoder

  /// The table's rows, weights included, as halves.
  private struct StaticTable: @unchecked Sendable {
    // Sendable: the pointer leads into `file`, which is mapped read-only and never changes.
    let file: StableBytes
    let rows: UnsafePointer<UInt16>
  }

  /// Opens the table at `path`, which ``ModelStore/distil(progress:)`` made.
  public static func open(packed path: String) throws(ModelError) -> StaticModel {
    let file = try PackedFile(path: path, kind: .staticTable)
    guard let vocabulary = Vocabulary(bytes: try file.section(.vocabulary), in: file.file) else {
      throw .damaged(path: path, reason: "the vocabulary cannot be read")
    }
    let bytes = try file.section(.words, count: vocabulary.count * width * 2)
    guard let start = bytes.baseAddress else { preconditionFailure("a vocabulary is never empty") }
    guard let kernels = CKernels_encoder(CKernels_best()) else {
      preconditionFailure("the best instruction set is a supported one")
    }
    return StaticModel(
      vocabulary: vocabulary,
      table: StaticTable(file: file.file, rows: start.assumingMemoryBound(to: UInt16.self)),
      kernels: kernels.pointee)
  }

  /// A tokenizer for ``embed(_:with:)``; one a thread.
  package func makeTokenizer() -> WordPiece { WordPiece(vocabulary: vocabulary) }

  /// The embedding of `text`. All zeros if no piece of it is known.
  package func embed(_ text: String, with tokenizer: inout WordPiece) -> Embedding {
    var tokens: [Int32] = []
    tokens.reserveCapacity(text.utf8.count / 3 + 8)
    tokenizer.encode(text, into: &tokens)
    return embed(tokens: tokens)
  }

  /// The embedding of a text by its pieces. Unknown pieces say nothing, and are passed over.
  package func embed(tokens: [Int32]) -> Embedding {
    var sum = [Float](repeating: 0, count: Self.width)
    sum.withUnsafeMutableBufferPointer { sum in
      for token in tokens where token != vocabulary.unknown {
        kernels.accumulate(table.rows + Int(token) * Self.width, 1, Self.width, sum.baseAddress)
      }
    }
    return Embedding(normalizing: sum) ?? Embedding(unit: [Float](repeating: 0, count: Self.width))
  }
}
