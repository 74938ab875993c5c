package import Inference
package import JSON

/// `POST /embeddings` as OpenAI has it, and many others after it.
package struct OpenAIWire: EmbeddingWire {
  let model: String
  let dimensions: Int?

  package var path: String { "/embeddings" }

  package func request(_ texts: [String], as kind: TextKind) -> JSONObject {
    var body: JSONObject = [
      "model": .string(model), "input": .array(texts.map { .string($0) }), "encoding_format": "base64",
    ]
    if let dimensions { body["dimensions"] = .integer(Int64(dimensions)) }
    return body
  }

  package func vectors(in answer: JSONValue) throws(InferenceError) -> [[Float]] {
    try answer.indexedVectors()
  }

  package func complaint(in answer: JSONValue) -> String? {
    answer["error"]?["message"]?.stringValue ?? answer["error"]?.stringValue ?? answer["message"]?.stringValue
  }
}

/// Cohere's `POST /v2/embed`.
package struct CohereWire: EmbeddingWire {
  let model: String
  let dimensions: Int?

  package var path: String { "/embed" }

  package func request(_ texts: [String], as kind: TextKind) -> JSONObject {
    var body: JSONObject = [
      "model": .string(model), "texts": .array(texts.map { .string($0) }),
      "input_type": kind == .query ? "search_query" : "search_document", "embedding_types": ["float"],
      "truncate": "END",
    ]
    if let dimensions { body["output_dimension"] = .integer(Int64(dimensions)) }
    return body
  }

  package func vectors(in answer: JSONValue) throws(InferenceError) -> [[Float]] {
    guard let vectors = answer["embeddings"]?["float"] else {
      throw .malformedAnswer("there are no “embeddings” of type “float”")
    }
    return try vectors.plainVectors()
  }

  package func complaint(in answer: JSONValue) -> String? { answer["message"]?.stringValue }
}

/// Voyage's `POST /v1/embeddings`.
package struct VoyageWire: EmbeddingWire {
  let model: String
  let dimensions: Int?

  package var path: String { "/embeddings" }

  package func request(_ texts: [String], as kind: TextKind) -> JSONObject {
    var body: JSONObject = [
      "model": .string(model), "input": .array(texts.map { .string($0) }),
      "input_type": .string(kind.rawValue), "truncation": true, "output_dtype": "float",
      "encoding_format": "base64",
    ]
    if let dimensions { body["output_dimension"] = .integer(Int64(dimensions)) }
    return body
  }

  package func vectors(in answer: JSONValue) throws(InferenceError) -> [[Float]] {
    try answer.indexedVectors()
  }

  package func complaint(in answer: JSONValue) -> String? { answer["detail"]?.stringValue }
}

/// Ollama's `POST /api/embed`.
package struct OllamaWire: EmbeddingWire {
  let model: String
  let dimensions: Int?

  package var path: String { "/api/embed" }

  package func request(_ texts: [String], as kind: TextKind) -> JSONObject {
    var body: JSONObject = [
      "model": .string(model), "input": .array(texts.map { .string($0) }), "truncate": true,
    ]
    if let dimensions { body["dimensions"] = .integer(Int64(dimensions)) }
    return body
  }

  package func vectors(in answer: JSONValue) throws(InferenceError) -> [[Float]] {
    guard let vectors = answer["embeddings"] else { throw .malformedAnswer("there are no “embeddings”") }
    return try vectors.plainVectors()
  }

  package func complaint(in answer: JSONValue) -> String? { answer["error"]?.stringValue }
}
