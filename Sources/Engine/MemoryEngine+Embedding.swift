internal import Inference
internal import Model
internal import Retrieval
internal import Storage

extension MemoryEngine {
  /// The vectors of memories that are about to be written; fewer or none when the model does not answer. A memory without
  /// one is found by its words, and a job embeds it later (``catchUpEmbedding(limit:)``).
  func embeddings(of memories: [Memory]) async -> [StoredEmbedding] {
    guard let embedder else { return [] }
    let texts = memories.map(\.embeddedText)
    guard let vectors = try? await embedder.embed(texts, as: .document, priority: .interactive) else {
      return []
    }
    return zip(memories, vectors).map { memory, vector in
      StoredEmbedding(
        memory: memory.id, revision: memory.revision, model: embedder.model.description, vector: vector.values
      )
    }
  }

  /// Lets the indexes hear of a write, so that the next search need not wait for it. The write has happened already: if this
  /// fails, that search tries again.
  func follow(_ scope: Scope) async { try? await retriever.follow(scope) }
}
