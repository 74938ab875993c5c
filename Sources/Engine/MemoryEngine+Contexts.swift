public import Identity
public import Model
public import Storage

/// What a new context should be.
public struct ContextDraft: Sendable {
  public var name: String
  public var displayName: String?
  public var description: String?
  public var summary: String?
  public var usageGuide: String?
  public var isPrivate = true
  public var embeddingModel: String?

  public init(name: String) { self.name = name }
}

/// What should change in a context. Nil leaves a field as it is; an empty text clears it.
public struct ContextRevision: Sendable {
  public var name: String?
  public var displayName: String?
  public var description: String?
  public var summary: String?
  public var usageGuide: String?
  public var isPrivate: Bool?
  public var isLocked: Bool?
  public var sleepMode: SleepMode?
  public var search: SearchRevision?
  public var edgeHalfLifeDays: Double?
  /// By name or identity. Only while nothing has vectors of another model: `changeModel` is for the rest.
  public var embeddingModel: String?

  public init() {}
}

extension MemoryEngine {
  /// The contexts that the caller may see, by name.
  public func contexts(as caller: Caller) async throws(EngineError) -> [Context] {
    try await stored { () async throws(StorageError) in try await store.contexts(in: WorkspaceScope(caller)) }
  }

  /// Makes a context.
  public func createContext(_ draft: ContextDraft, as caller: Caller) async throws(EngineError) -> Context {
    try caller.require(.admin)
    let scope = WorkspaceScope(caller)
    let usage = try await usage(as: caller)
    if quotas.contexts > 0, usage.contexts >= quotas.contexts {
      throw .quotaExceeded(.init(quota: "contexts", current: usage.contexts, limit: quotas.contexts))
    }
    var context = Context(
      id: identifiers.make(), workspace: caller.workspace, name: draft.name, creator: caller.user,
      isPrivate: draft.isPrivate, createdAt: clock.now())
    context.displayName = draft.displayName
    context.description = draft.description
    context.summary = draft.summary
    context.usageGuide = draft.usageGuide
    context.embeddingModel = try draft.embeddingModel.map(identity(ofModel:)) ?? standardModel
    let row = context
    do { try await store.add(row, in: scope) } catch {
      throw error.code == .conflict ? .contextNameTaken(draft.name) : EngineError(error)
    }
    return context
  }

  /// Changes a context. Only an admin, or the creator of a private one, may.
  public func updateContext(
    _ name: String, with revision: ContextRevision, as caller: Caller
  ) async throws(EngineError) -> Context {
    // Between reading and writing somebody may be faster; then the change is made anew from what they left.
    for _ in 0..<8 {
      let before = try await administered(name, by: caller)
      var row = try changed(before, by: revision, as: caller)
      if let model = revision.embeddingModel {
        row.embeddingModel = try await choice(of: model, for: before, by: caller)
      }
      let changed = row
      do { return try await store.update(changed, in: WorkspaceScope(caller)) } catch {
        guard error.code == .conflict else {
          throw error.code == .notFound ? .contextNotFound(name) : EngineError(error)
        }
      }
      let present = try await context(before.id.description, visibleTo: caller)
      if present.revision == before.revision { throw .contextNameTaken(changed.name) }
    }
    throw .conflict("This context is being changed by many at once. Retry in a moment.")
  }

  private func changed(
    _ before: Context, by revision: ContextRevision, as caller: Caller
  ) throws(EngineError) -> Context {
    func text(_ new: String?, _ old: String?) -> String? {
      guard let new else { return old }
      return new.isEmpty ? nil : new
    }
    if let isPrivate = revision.isPrivate, isPrivate, !before.isPrivate, before.creator != caller.user {
      throw .invalid("is_private", "only its creator can make a shared context private", allowed: "false")
    }
    var context = before
    context.name = revision.name ?? context.name
    context.displayName = text(revision.displayName, context.displayName)
    context.description = text(revision.description, context.description)
    context.summary = text(revision.summary, context.summary)
    context.usageGuide = text(revision.usageGuide, context.usageGuide)
    context.isPrivate = revision.isPrivate ?? context.isPrivate
    context.isLocked = revision.isLocked ?? context.isLocked
    context.sleepMode = revision.sleepMode ?? context.sleepMode
    if let search = revision.search { context.search = try search.applied(to: context.search) }
    context.edgeHalfLifeDays = revision.edgeHalfLifeDays ?? context.edgeHalfLifeDays
    context.updatedAt = clock.now()
    return context
  }

  /// Deletes a context, softly. A locked one must be unlocked first.
  public func deleteContext(_ name: String, as caller: Caller) async throws(EngineError) -> Context {
    let context = try await requireDeletable(name, by: caller)
    let now = clock.now()
    do { try await store.delete(context.id, at: now, in: WorkspaceScope(caller)) } catch {
      throw error.code == .notFound ? .contextNotFound(name) : EngineError(error)
    }
    return context
  }

  /// How much the workspace holds.
  public func usage(as caller: Caller) async throws(EngineError) -> WorkspaceUsage {
    try await stored { () async throws(StorageError) in try await store.usage(in: WorkspaceScope(caller)) }
  }

  /// The limits of the workspace.
  public var limits: Quotas { quotas }

  /// The workspace of the caller.
  public func workspace(of caller: Caller) async throws(EngineError) -> Workspace? {
    try await stored { () async throws(StorageError) in try await store.workspace(caller.workspace) }
  }

  /// Counts of a context.
  public func statistics(of access: ReadAccess) async throws(EngineError) -> MemoryStatistics {
    try await stored { () async throws(StorageError) in try await store.statistics(in: access.scope) }
  }

  /// The context, if the caller may delete it.
  @discardableResult
  func requireDeletable(_ name: String, by caller: Caller) async throws(EngineError) -> Context {
    let context = try await administered(name, by: caller)
    if context.isLocked { throw .contextLocked(context.name) }
    return context
  }

  /// The context, if the caller may change its settings.
  func administered(_ name: String, by caller: Caller) async throws(EngineError) -> Context {
    let context = try await context(name, visibleTo: caller)
    if !(context.isPrivate && context.creator == caller.user) { try caller.require(.admin) }
    try caller.require(.member)
    return context
  }
}
