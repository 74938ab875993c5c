public import Identity
public import Inference
public import Model
public import Storage

/// How far the memories of a context are found by meaning, and by which model.
public struct EmbeddingStatus: Sendable {
  /// The vectors of one model.
  public struct Progress: Sendable {
    public var model: String
    /// Whether this server has the model.
    public var isOffered: Bool
    public var counts: EmbeddingCounts
    /// Why the model did not answer the last time that it was asked.
    public var problem: ModelProblem?
  }

  public var context: Context
  /// What memories are found with now; nil where they are found by words only.
  public var present: Progress?
  /// What they will be found with, while the model changes.
  public var next: Progress?
  /// The texts that could not be embedded by either, the latest first.
  public var failures: [EmbeddingFailure]
}

extension MemoryEngine {
  /// The models that a context may have, and which of them is for contexts that do not choose.
  public var offeredModels: EmbeddingModels { models }

  /// What is known to be wrong with a model.
  public func problem(of offer: EmbeddingModels.Offer) -> String? {
    offer.problem() ?? backlog.problem(of: offer.identity)?.reason
  }

  /// Lets the context be found by another model, by name or identity.
  ///
  /// The vectors of the new model are made beside those in use, which serve until all are there; then the new ones take
  /// their place. Asking for the model that is being changed to already changes nothing. A caller who is `waiting` embeds
  /// in its own call, for lack of a server or of patience; otherwise the server's upkeep does it.
  public func changeModel(
    of name: String, to model: String, waiting: Bool = false, as caller: Caller
  ) async throws(EngineError) -> EmbeddingStatus {
    let identity = try self.identity(ofModel: model)
    let context = try await revise(name, as: caller) { context throws(EngineError) in
      // From now on it is said outright, so that there is something to go back to.
      context.embeddingModel = context.embeddingModel ?? standardModel
      if context.embeddingModel == identity {
        guard context.nextModel == nil else {
          throw .conflict(
            "The context is changing to \(context.nextModel ?? ""). `undo_model_change` stops that.")
        }
        return
      }
      guard context.nextModel == nil || context.nextModel == identity else {
        throw .conflict(
          "The context is changing to \(context.nextModel ?? "") already. `undo_model_change` stops that.")
      }
      context.nextModel = identity
    }
    let access = try await reading(context.id.description, as: caller)
    // What remains of models before the previous one is of no use any more.
    await removeVectors(
      in: access, except: [context.embeddingModel, context.nextModel, context.previousModel])
    if waiting { _ = await catchUp(context, isDue: false) }
    return try await proceed(with: context, as: caller)
  }

  /// Stops a change of the model, or takes a completed one back.
  ///
  /// The vectors of the previous model are still there: only what was written since has to be embedded, and the present
  /// model serves until it is. Without a change to undo, nothing changes.
  public func undoModelChange(of name: String, as caller: Caller) async throws(EngineError) -> EmbeddingStatus
  {
    let context = try await revise(name, as: caller) { context throws(EngineError) in
      if context.nextModel != nil {
        context.nextModel = nil
      } else if let previous = context.previousModel {
        guard models.offer(of: previous) != nil else {
          throw .unavailable(absence(of: previous, in: context))
        }
        context.nextModel = previous
      }
    }
    guard context.nextModel == nil else { return try await proceed(with: context, as: caller) }
    let access = try await reading(context.id.description, as: caller)
    await removeVectors(in: access, except: [context.embeddingModel, context.previousModel])
    return try await embeddingStatus(of: context, failures: 0, as: caller)
  }

  /// How far the contexts that the caller can see are embedded, or one of them, with at most `failures` texts of each that
  /// could not be.
  public func embeddingStatus(
    of name: String?, failures: Int, as caller: Caller
  ) async throws(EngineError) -> [EmbeddingStatus] {
    let contexts: [Context]
    if let name {
      contexts = [try await context(name, visibleTo: caller)]
    } else {
      contexts = try await self.contexts(as: caller)
    }
    var all: [EmbeddingStatus] = []
    for context in contexts {
      all.append(try await embeddingStatus(of: context, failures: failures, as: caller))
    }
    return all
  }

  /// Lets texts that could not be embedded be tried again. Returns how many.
  public func retryEmbeddings(in access: WriteAccess) async throws(EngineError) -> Int {
    var count = 0
    for model in used(by: access.context) {
      count += try await stored { () async throws(StorageError) in
        try await store.forgetFailures(by: model, in: access.scope)
      }
    }
    backlog.call()
    return count
  }
}

extension MemoryEngine {
  /// What the vectors of contexts are labelled with that choose no model.
  var standardModel: String? { models.standard?.identity.description }

  /// What makes and searches the vectors of a context; nil where it is found by words only.
  func embedder(for context: Context) -> (any Embedder)? {
    models.offer(of: context.embeddingModel)?.embedder
  }

  /// What contexts keep of the model that a person means.
  func identity(ofModel name: String) throws(EngineError) -> String {
    let offer = try model(name)
    if let problem = offer.problem() {
      throw .unavailable("The model “\(offer.name)” cannot be used: \(problem).")
    }
    return offer.identity.description
  }

  /// The offer that a person means.
  func model(_ name: String) throws(EngineError) -> EmbeddingModels.Offer {
    if let offer = models.offer(named: name) { return offer }
    let names = models.offers.map(\.name).joined(separator: ", ")
    throw .invalid(
      "embedding_model", "this server has no model “\(name)”",
      allowed: names.isEmpty ? "nothing, since it was set up without models" : names)
  }

  /// The identity of the model that a revision of a context chooses. Vectors of two models are never mixed: where there are
  /// some of another one, the change takes time and has its own operation.
  func choice(of name: String, for context: Context, by caller: Caller) async throws(EngineError) -> String {
    let chosen = try identity(ofModel: name)
    let standard = standardModel
    guard let present = context.embeddingModel ?? standard, present != chosen else { return chosen }
    let access = try await reading(context.id.description, as: caller)
    let counts = try await stored { () async throws(StorageError) in
      try await store.embeddingCounts(by: present, in: access.scope)
    }
    guard counts.memories == 0, context.nextModel == nil else {
      throw .invalid(
        "embedding_model",
        "the context holds \(counts.memories) memories with vectors of \(present), which cannot be compared with others",
        allowed: "another model for an empty context; `change_embedding_model` embeds a filled one anew")
    }
    return chosen
  }

  /// Why a context is found by words only although it has a model.
  func absence(of model: String, in context: Context) -> String {
    let names = models.offers.map(\.name).joined(separator: ", ")
    return
      "Found by words only: the vectors of “\(context.name)” are of \(model), which this server does not have. "
      + (names.isEmpty
        ? "It was set up without models."
        : "`change_embedding_model` makes new ones by one of these: \(names).")
  }

  /// Completes a change whose vectors are all there. One in twenty that cannot be made is no reason to wait for ever; more
  /// of them say that something is wrong with the model.
  func completeChange(of context: Context, in scope: Scope) async {
    guard let next = context.nextModel,
      let counts = try? await store.embeddingCounts(by: next, in: scope),
      counts.pending == 0, counts.failed * 20 <= counts.memories,
      (try? await store.adoptNextModel(at: clock.now(), in: scope)) == true
    else { return }
    // What was written by the old model between the look at the rows and now.
    backlog.call()
  }

  /// Changes the row of a context whose settings the caller may change, unless it is locked.
  private func revise(
    _ name: String, as caller: Caller, _ change: (inout Context) throws(EngineError) -> Void
  ) async throws(EngineError) -> Context {
    for _ in 0..<8 {
      let before = try await administered(name, by: caller)
      if before.isLocked { throw .contextLocked(before.name) }
      var context = before
      try change(&context)
      if context == before { return before }
      context.updatedAt = clock.now()
      let row = context
      do { return try await store.update(row, in: WorkspaceScope(caller)) } catch {
        guard error.code == .conflict else {
          throw error.code == .notFound ? .contextNotFound(name) : EngineError(error)
        }
      }
    }
    throw .conflict("This context is being changed by many at once. Retry in a moment.")
  }

  /// Where there is nothing left to embed, the change is over at once; the rest is for the job.
  private func proceed(with context: Context, as caller: Caller) async throws(EngineError) -> EmbeddingStatus
  {
    backlog.call()
    let access = try await reading(context.id.description, as: caller)
    await completeChange(of: context, in: access.scope)
    let present = try await self.context(context.id.description, visibleTo: caller)
    return try await embeddingStatus(of: present, failures: 0, as: caller)
  }

  private func removeVectors(in access: ReadAccess, except models: [String?]) async {
    let kept = models.compactMap { $0 }
    let step = 2_000
    var removed = step
    while removed == step {
      removed = (try? await store.removeEmbeddings(exceptBy: kept, limit: step, in: access.scope)) ?? 0
    }
  }

  /// The identities of the models whose vectors a context has or gets.
  private func used(by context: Context) -> [String] {
    [context.embeddingModel ?? standardModel, context.nextModel].compactMap { $0 }
      .withoutRepetition
  }

  private func embeddingStatus(
    of context: Context, failures limit: Int, as caller: Caller
  ) async throws(EngineError) -> EmbeddingStatus {
    let access = try await reading(context.id.description, as: caller)
    func progress(_ model: String?) async throws(EngineError) -> EmbeddingStatus.Progress? {
      guard let model else { return nil }
      let counts = try await stored { () async throws(StorageError) in
        try await store.embeddingCounts(by: model, in: access.scope)
      }
      let offer = models.offer(of: model)
      return EmbeddingStatus.Progress(
        model: model, isOffered: offer != nil, counts: counts,
        problem: offer.flatMap { backlog.problem(of: $0.identity) })
    }
    var failures: [EmbeddingFailure] = []
    for model in used(by: context) where limit > 0 {
      failures += try await stored { () async throws(StorageError) in
        try await store.embeddingFailures(by: model, limit: limit, in: access.scope)
      }
    }
    return EmbeddingStatus(
      context: context,
      present: try await progress(context.embeddingModel ?? standardModel),
      next: try await progress(context.nextModel),
      failures: Array(failures.sorted { $1.at < $0.at }.prefix(limit)))
  }
}
