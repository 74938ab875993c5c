/// A model that turns texts into vectors: built in (``EmbeddingWorkers``), or remote behind an adapter.
///
/// Vectors of two models, or of two versions of one, must never be compared. Store ``model`` beside every vector, and
/// refuse a query whose embedder has another.
///
/// A caller may rely on this of every implementation:
/// - One embedding per text, in the order given, each of `model.dimensions` floats and of unit length (or all zeros,
///   for a text in which the model finds nothing to embed).
/// - The same text gives the same embedding, whatever is embedded beside it.
/// - A text of any length is accepted: the implementation cuts or shortens it in a way that depends on the text alone.
/// - Interactive calls do not wait for bulk calls. Bulk calls may be suspended before they are admitted, which is how
///   an import feels that it is too fast.
/// - A cancelled task gets ``InferenceError/cancelled`` soon, and its work that has not started is dropped.
public protocol Embedder: Sendable {
  /// What made the vectors. Known without opening or asking the model.
  var model: ModelIdentity { get }

  /// The embeddings of `texts`, in their order.
  func embed(
    _ texts: [String], as kind: TextKind, priority: EmbeddingPriority
  ) async throws(InferenceError) -> [Embedding]
}

extension Embedder {
  /// The embedding of one search query, at interactive priority.
  public func embed(query: String) async throws(InferenceError) -> Embedding {
    let embeddings = try await embed([query], as: .query, priority: .interactive)
    guard let embedding = embeddings.first, embeddings.count == 1 else {
      throw .malformedAnswer("\(embeddings.count) embeddings for one text")
    }
    return embedding
  }
}

/// What a text is to the search. Some models embed a question and its answer differently; MiniLM does not.
public enum TextKind: String, Sendable, Hashable, CaseIterable {
  case query
  case document
}

/// Who waits for an embedding.
public enum EmbeddingPriority: Int, Sendable, Hashable, CaseIterable {
  /// Somebody looks at a cursor: a recall, or a single write.
  case interactive
  /// An import, a re-embedding, a nightly job.
  case bulk
}
