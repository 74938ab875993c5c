internal import Inference
@_spi(ScopeMaking) internal import Model
internal import Retrieval
internal import Storage

extension MemoryEngine {
  /// The vectors of memories that are about to be written; none when the model does not answer. A memory without one is
  /// found by its words, and ``catchUpEmbedding(limit:)`` embeds it later.
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

  /// Embeds memories that have no vector of the present model, the oldest first, at most `limit`. Returns how many it
  /// embedded: fewer than `limit` when nothing is left or the model does not answer. A text that the model refuses is
  /// noted with the reason, and tried again after an hour.
  public func catchUpEmbedding(limit: Int) async -> Int {
    guard let embedder else { return 0 }
    let model = embedder.model.description
    let retryBefore = clock.now() - .seconds(3_600)
    guard let waiting = try? await store.unembedded(by: model, limit: limit, retryBefore: retryBefore),
      !waiting.isEmpty
    else { return 0 }
    do throws(InferenceError) {
      let texts = waiting.map(\.memory.embeddedText)
      let vectors = try await embedder.embed(texts, as: .document, priority: .bulk)
      return await save(zip(waiting, vectors), by: model)
    } catch {
      // One text that is refused must not keep the others from being embedded.
      guard !error.isTransient, error != .cancelled else { return 0 }
      return await embedOneByOne(waiting, with: embedder)
    }
  }

  private func embedOneByOne(_ waiting: [UnembeddedMemory], with embedder: any Embedder) async -> Int {
    let model = embedder.model.description
    var count = 0
    for item in waiting {
      do throws(InferenceError) {
        let vectors = try await embedder.embed([item.memory.embeddedText], as: .document, priority: .bulk)
        count += await save(zip([item], vectors), by: model)
      } catch {
        guard !error.isTransient, error != .cancelled else { return count }
        let failure = EmbeddingFailure(
          memory: item.memory.id, model: model, reason: "\(error)", at: clock.now(),
          summary: item.memory.summary)
        try? await store.note(failure, in: scope(of: item))
      }
    }
    return count
  }

  private func save(_ embedded: some Sequence<(UnembeddedMemory, Embedding)>, by model: String) async -> Int {
    var byContext: [Scope: [StoredEmbedding]] = [:]
    for (item, vector) in embedded {
      byContext[scope(of: item), default: []].append(
        StoredEmbedding(
          memory: item.memory.id, revision: item.memory.revision, model: model, vector: vector.values))
    }
    var count = 0
    for (scope, embeddings) in byContext {
      count += (try? await store.save(embeddings, in: scope)) ?? 0
      await follow(scope)
    }
    return count
  }

  /// The server acts for the context's creator, whom the store named.
  private func scope(of item: UnembeddedMemory) -> Scope {
    Scope(workspace: item.workspace, context: item.memory.context, user: item.user)
  }

  /// Whether the model answers. Without it memories are found by their words, so it is no reason to turn anybody away.
  public func modelHealth() async -> ModelHealth {
    guard let embedder else { return .absent }
    do throws(InferenceError) {
      _ = try await embedder.embed(query: "ready")
      return .answering(model: embedder.model.name)
    } catch {
      return .failing(model: embedder.model.name, reason: error.description)
    }
  }

  /// Lets the indexes hear of a write, so that the next search need not wait for it. The write has happened already: if this
  /// fails, that search tries again.
  func follow(_ scope: Scope) async { try? await retriever.follow(scope) }
}

/// What a probe learns about the embedding model.
public enum ModelHealth: Sendable, Hashable {
  case absent
  case answering(model: String)
  case failing(model: String, reason: String)
}
