/// The static tier as an ``Embedder``. It needs no threads: a text takes microseconds.
public struct StaticEmbedder: Embedder {
  public var model: ModelIdentity { StaticModel.identity }
  private let table: StaticModel

  public init(_ table: StaticModel) { self.table = table }

  public func embed(
    _ texts: [String], as kind: TextKind, priority: EmbeddingPriority
  ) async throws(InferenceError) -> [Embedding] {
    var tokenizer = table.makeTokenizer()
    var embeddings: [Embedding] = []
    embeddings.reserveCapacity(texts.count)
    for (index, text) in texts.enumerated() {
      embeddings.append(table.embed(text, with: &tokenizer))
      // A large import must not hold a thread of the shared pool.
      if index % 256 == 255 { await Task.yield() }
      if Task.isCancelled { throw .cancelled }
    }
    return embeddings
  }
}
