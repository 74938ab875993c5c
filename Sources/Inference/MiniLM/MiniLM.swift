package import CKernels

/// The built-in embedding model, all-MiniLM-L6-v2, opened from its packed file.
///
/// How the rest hangs together: ``ModelStore`` keeps the files and makes the packed one (`MiniLMPacker`);
/// `WordPiece` cuts text into pieces; `TokenWindows` cuts long texts into passes; an `Encoder` runs one pass on one
/// thread with the kernels of `CKernels`; ``EmbeddingWorkers`` owns the threads and is what the program talks to.
///
/// A value is immutable and shared by all threads. The weights are memory-mapped: opening costs milliseconds, and
/// several processes share one copy.
public struct MiniLM: Sendable {
  /// How the encoder calculates. Vectors of the two must not be mixed; their ``identity(_:)`` differs.
  public enum Arithmetic: String, Sendable, Hashable, CaseIterable {
    /// 8-bit weights and activations: several times as fast; cosine to the original about 0.999.
    case int8
    /// Weights of half precision, arithmetic of single precision: cosine to the original above 0.99999.
    case exact
  }

  /// What an embedding made with `arithmetic` is labelled with.
  public static func identity(_ arithmetic: Arithmetic) -> ModelIdentity {
    // The number goes up whenever a text gets other bits than before.
    let number = arithmetic == .int8 ? 2 : 1
    return ModelIdentity(
      name: "all-MiniLM-L6-v2", version: "\(number)-\(arithmetic.rawValue)", dimensions: MiniLMShape.width)
  }

  package let vocabulary: Vocabulary
  let weights: EncoderWeights

  /// Opens the packed file at `path`, which ``ModelStore/pack(_:)`` made.
  public static func open(packed path: String) throws(ModelError) -> MiniLM {
    let file = try PackedFile(path: path, kind: .miniLM)
    let section = try file.section(.vocabulary)
    guard let vocabulary = Vocabulary(bytes: section, in: file.file), vocabulary.count == MiniLMShape.words
    else {
      throw .damaged(path: path, reason: "the vocabulary cannot be read")
    }
    return MiniLM(vocabulary: vocabulary, weights: try EncoderWeights(file))
  }

  /// An encoder for one thread. `instructions` must be supported by this processor; the best by default.
  package func makeEncoder(
    _ arithmetic: Arithmetic, instructions: CKernels_Instructions = CKernels_best()
  ) -> Encoder {
    guard let kernels = CKernels_encoder(instructions) else {
      preconditionFailure("this processor does not run \(String(cString: CKernels_name(instructions)))")
    }
    return Encoder(model: self, arithmetic: arithmetic, kernels: kernels.pointee)
  }
}
