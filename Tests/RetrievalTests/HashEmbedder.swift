import Inference

/// A model without weights: a text's vector counts its words, each at a place that its spelling decides. Enough for texts
/// with words in common to be near each other, and the same everywhere.
struct HashEmbedder: Embedder {
  let model = ModelIdentity(name: "hash", version: "1", dimensions: 64)

  func embed(
    _ texts: [String], as kind: TextKind, priority: EmbeddingPriority
  ) async throws(InferenceError) -> [Embedding] {
    var embeddings: [Embedding] = []
    for text in texts {
      var values = [Float](repeating: 0, count: 64)
      for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
        var hash: UInt64 = 14_695_981_039_346_656_037
        for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        values[Int(hash >> 58)] += 1
      }
      guard let embedding = Embedding(normalizing: values) else { throw .malformedAnswer("not finite") }
      embeddings.append(embedding)
    }
    return embeddings
  }
}
