internal import Inference
@_spi(ScopeMaking) internal import Model
internal import Retrieval
internal import Storage

extension MemoryEngine {
  /// The vectors of memories that are about to be written; none when the context's model does not answer. A memory without
  /// one is found by its words, and ``catchUpEmbedding()`` embeds it later.
  func embeddings(
    of memories: [Memory], in context: Context, priority: EmbeddingPriority = .interactive
  ) async -> [StoredEmbedding] {
    guard let embedder = embedder(for: context) else { return [] }
    let texts = memories.map(\.embeddedText)
    do throws(InferenceError) {
      let vectors = try await embedder.embed(texts, as: .document, priority: priority)
      backlog.note(nil, of: embedder.model)
      return zip(memories, vectors).map { memory, vector in
        StoredEmbedding(
          memory: memory.id, revision: memory.revision, model: embedder.model.description,
          vector: vector.values)
      }
    } catch {
      note(error, of: embedder.model)
      backlog.call()
      return []
    }
  }

  /// Embeds what has no vector of its context's model, or of the model that the context changes to, and completes changes
  /// of models that have come to their end. Returns how many it embedded. Cheap when there is nothing to do.
  ///
  /// For one caller at a time: the server's upkeep.
  public func catchUpEmbedding() async -> Int {
    guard let contexts = try? await store.allContexts() else { return 0 }
    let isDue = backlog.take(at: clock.now())
    var count = 0
    for context in contexts where isDue || context.nextModel != nil {
      if Task.isCancelled { return count }
      count += await catchUp(context, isDue: isDue)
    }
    return count
  }

  /// One context's share of ``catchUpEmbedding()``.
  func catchUp(_ row: Context, isDue: Bool) async -> Int {
    let context = await succeeding(row)
    let scope = serverScope(in: context)
    var count = 0
    if isDue, let present = embedder(for: context) {
      count += await embedMissing(by: present, in: scope)
    }
    if let next = context.nextModel, let offer = models.offer(of: next) {
      count += await embedMissing(by: offer.embedder, in: scope)
      await completeChange(of: context, in: scope)
    }
    return count
  }

  /// The context, changing to the model that came after its own when the program was replaced by a newer one.
  private func succeeding(_ context: Context) async -> Context {
    guard context.nextModel == nil, let present = context.embeddingModel,
      let successor = models.successor(of: present)
    else { return context }
    var changed = context
    changed.nextModel = successor.identity.description
    let row = changed
    return (try? await store.update(row, in: WorkspaceScope(of: serverScope(in: context)))) ?? context
  }

  /// Embeds all memories of a context that have no vector of this model. A text that the model refuses is noted with the
  /// reason, and tried again after an hour.
  private func embedMissing(by embedder: any Embedder, in scope: Scope) async -> Int {
    let model = embedder.model.description
    let retryBefore = clock.now() - .seconds(3_600)
    var count = 0
    var cursor: MemoryID?
    while !Task.isCancelled {
      let waiting = try? await store.unembedded(
        by: model, after: cursor, limit: 64, retryBefore: retryBefore, in: scope)
      guard let waiting, let last = waiting.last else { break }
      cursor = last.id
      do throws(InferenceError) {
        count += try await embed(waiting, by: embedder, in: scope)
      } catch {
        note(error, of: embedder.model)
        if error != .cancelled { backlog.call() }
        break
      }
    }
    return count
  }

  private func embed(
    _ waiting: [Memory], by embedder: any Embedder, in scope: Scope
  ) async throws(InferenceError) -> Int {
    do throws(InferenceError) {
      let vectors = try await embedder.embed(waiting.map(\.embeddedText), as: .document, priority: .bulk)
      backlog.note(nil, of: embedder.model)
      return await save(zip(waiting, vectors), by: embedder.model, in: scope)
    } catch {
      guard error.isAboutText else { throw error }
    }
    // One text that is refused must not keep the others from being embedded.
    var count = 0
    for memory in waiting {
      do throws(InferenceError) {
        let vectors = try await embedder.embed([memory.embeddedText], as: .document, priority: .bulk)
        count += await save(zip([memory], vectors), by: embedder.model, in: scope)
      } catch {
        guard error.isAboutText else { throw error }
        let failure = EmbeddingFailure(
          memory: memory.id, model: embedder.model.description, reason: "\(error)", at: clock.now(),
          summary: memory.summary)
        try? await store.note(failure, in: scope)
      }
    }
    return count
  }

  private func save(
    _ embedded: some Sequence<(Memory, Embedding)>, by model: ModelIdentity, in scope: Scope
  ) async -> Int {
    let embeddings = embedded.map { memory, vector in
      StoredEmbedding(
        memory: memory.id, revision: memory.revision, model: model.description, vector: vector.values)
    }
    let count = (try? await store.save(embeddings, in: scope)) ?? 0
    try? await retriever.follow(scope, by: model)
    return count
  }

  private func note(_ error: InferenceError, of model: ModelIdentity) {
    if error == .cancelled { return }
    backlog.note(ModelProblem(reason: error.description, at: clock.now()), of: model)
  }

  /// The server acts for the context's creator, who may always see it.
  private func serverScope(in context: Context) -> Scope {
    Scope(workspace: context.workspace, context: context.id, user: context.creator)
  }

  /// Whether the standard model answers. Without it memories are found by their words, so it is no reason to turn anybody
  /// away.
  public func modelHealth() async -> ModelHealth {
    guard let embedder = models.standard?.embedder else { return .absent }
    do throws(InferenceError) {
      _ = try await embedder.embed(query: "ready")
      return .answering(model: embedder.model.name)
    } catch {
      return .failing(model: embedder.model.name, reason: error.description)
    }
  }

  /// Lets the index hear of a write, so that the next search need not wait for it. The write has happened already: if this
  /// fails, that search tries again.
  func follow(_ access: WriteAccess) async {
    try? await retriever.follow(access.scope, by: embedder(for: access.context)?.model)
  }
}

extension InferenceError {
  /// Whether another text may fare better with the same model.
  fileprivate var isAboutText: Bool {
    switch self {
    case .refused, .malformedAnswer: true
    case .unavailable, .overloaded, .unauthorised, .cancelled: false
    }
  }
}

/// What a probe learns about the embedding model.
public enum ModelHealth: Sendable, Hashable {
  case absent
  case answering(model: String)
  case failing(model: String, reason: String)
}
