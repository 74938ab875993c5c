internal import FoundationEssentials
package import Inference
package import JSON

/// The wire format of one provider: pure functions between texts and JSON.
package protocol EmbeddingWire: Sendable {
  /// What follows the base URL.
  var path: String { get }
  /// The body that asks for the embeddings of `texts`.
  func request(_ texts: [String], as kind: TextKind) -> JSONObject
  /// The vectors in the body of an answer, in the order of the texts.
  func vectors(in answer: JSONValue) throws(InferenceError) -> [[Float]]
  /// What an answer of another status says.
  func complaint(in answer: JSONValue) -> String?
}

extension Provider {
  /// The wire format for `model`. `dimensions` is nil unless they are to be asked for.
  package func wire(model: String, dimensions: Int?) -> any EmbeddingWire {
    switch self {
    case .openai: OpenAIWire(model: model, dimensions: dimensions)
    case .cohere: CohereWire(model: model, dimensions: dimensions)
    case .voyage: VoyageWire(model: model, dimensions: dimensions)
    case .ollama: OllamaWire(model: model, dimensions: dimensions)
    }
  }
}

extension JSONValue {
  subscript(name: String) -> JSONValue? { objectValue?[name] }

  /// A vector: a list of numbers, or little-endian floats in base64.
  func vector() throws(InferenceError) -> [Float] {
    if let numbers = arrayValue {
      return try numbers.map { number throws(InferenceError) in
        switch number {
        case .double(let value): return Float(value)
        case .integer(let value): return Float(value)
        default: throw .malformedAnswer("a vector holds something else than numbers")
        }
      }
    }
    guard let text = stringValue, let data = Data(base64Encoded: text), data.count % 4 == 0 else {
      throw .malformedAnswer("a vector is neither a list nor floats in base64")
    }
    return data.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { index in
        Float(
          bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
      }
    }
  }

  /// The vectors of a list of objects that each have an `index` and an `embedding`, in the order of the indices.
  func indexedVectors() throws(InferenceError) -> [[Float]] {
    guard let entries = self["data"]?.arrayValue else { throw .malformedAnswer("there is no list “data”") }
    var vectors = [[Float]?](repeating: nil, count: entries.count)
    for entry in entries {
      guard case .integer(let number)? = entry["index"], let index = Int(exactly: number),
        vectors.indices.contains(index), vectors[index] == nil
      else { throw .malformedAnswer("the vectors are not numbered from 0 on, each once") }
      guard let embedding = entry["embedding"] else { throw .malformedAnswer("an entry has no “embedding”") }
      vectors[index] = try embedding.vector()
    }
    return vectors.compactMap { $0 }
  }

  /// The vectors of a plain list of vectors.
  func plainVectors() throws(InferenceError) -> [[Float]] {
    guard let vectors = arrayValue else { throw .malformedAnswer("there is no list of vectors") }
    return try vectors.map { vector throws(InferenceError) in try vector.vector() }
  }
}
