internal import Threads

/// The static tier as an ``Embedder``. It needs no threads: a text takes microseconds.
///
/// The table is opened by the first call. If its file is missing, calls fail with ``InferenceError/unavailable(_:)``, and
/// succeed from when it is there.
public final class StaticEmbedder: Embedder {
  public var model: ModelIdentity { StaticModel.identity }
  private let path: String
  private let opened = Lock<StaticModel?>(nil)

  /// The table at `path`, made by ``ModelStore/distil(progress:)``.
  public init(packed path: String) { self.path = path }

  public func embed(
    _ texts: [String], as kind: TextKind, priority: EmbeddingPriority
  ) async throws(InferenceError) -> [Embedding] {
    let table = try table()
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

  private func table() throws(InferenceError) -> StaticModel {
    let path = path
    do throws(ModelError) {
      return try opened.withLock { opened throws(ModelError) in
        if let table = opened { return table }
        let table = try StaticModel.open(packed: path)
        opened = table
        return table
      }
    } catch {
      if case .missing(let path) = error {
        throw .unavailable("\(path) is not made yet; `mneme model distil` makes it from the model")
      }
      throw .unavailable(error.description)
    }
  }
}
