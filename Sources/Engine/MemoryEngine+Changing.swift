public import JSON
public import Model
internal import Storage

/// What should change in a memory. Nil leaves a field as it is.
public struct MemoryRevision: Sendable {
  public var summary: String?
  public var content: String?
  public var type: String?
  public var contextSummary: String?
  public var details: JSONObject?
  public var importance: Double?
  public var tags: [String]?
  public var metadata: JSONObject?
  public var delivery: Delivery?
  public var sourceURI: String?
  public var sourceType: String?

  public init() {}
}

/// What became of an update.
public struct Updated: Sendable {
  public enum Operation: String, Sendable, Hashable, CaseIterable {
    case updated, created, replaced
  }

  public var memory: Memory
  public var operation: Operation
  /// Whether what search matches has changed.
  public var changedText: Bool
  public var lint: [LintHint]
}

extension MemoryEngine {
  /// Changes a memory in place.
  public func update(
    _ name: String, with revision: MemoryRevision, in access: WriteAccess
  ) async throws(EngineError) -> Updated {
    // Between reading and writing somebody may be faster; then the change is made anew from what they left.
    for _ in 0..<8 {
      let before = try await memory(name, in: access.reading)
      if let updated = try await replace(before, with: revision, as: .updated, in: access) { return updated }
    }
    throw .conflict("This memory is being changed by many at once. Retry in a moment.")
  }

  /// Writes the memory that its writer calls `externalID`: changes it if it is there, creates it if not.
  public func upsert(
    externalID: String, with revision: MemoryRevision, in access: WriteAccess
  ) async throws(EngineError) -> Updated {
    guard let summary = revision.summary, let content = revision.content, let type = revision.type else {
      let fields = [("summary", revision.summary), ("content", revision.content), ("type", revision.type)]
      throw .invalid(
        fields.filter { $0.1 == nil }.map {
          SchemaFault(path: $0.0, "missing", allowed: "a text, since external_id writes the whole memory")
        })
    }
    var details = revision.details ?? [:]
    details["resource_id"] = .string(externalID)
    for _ in 0..<8 {
      let known = try await stored { () async throws(StorageError) in
        try await store.memory(externalID: externalID, in: access.scope)
      }
      var complete = revision
      complete.details = details
      if let known {
        if let updated = try await replace(known, with: complete, as: .replaced, in: access) {
          return updated
        }
        continue
      }
      var draft = MemoryDraft(summary: summary, content: content, type: type)
      draft.contextSummary = revision.contextSummary
      draft.details = details
      draft.importance = revision.importance ?? draft.importance
      draft.tags = revision.tags ?? []
      draft.metadata = revision.metadata ?? [:]
      draft.delivery = revision.delivery ?? draft.delivery
      draft.sourceURI = revision.sourceURI
      draft.sourceType = revision.sourceType
      do {
        let made = try await remember(draft, in: access)
        return Updated(memory: made.memory, operation: .created, changedText: true, lint: made.lint)
      } catch {
        // Somebody else created it a moment ago, so it is theirs that changes.
        guard case .conflict = error else { throw error }
      }
    }
    throw .conflict("This memory is being changed by many at once. Retry in a moment.")
  }

  /// Forgets memories, softly. Unknown ones are passed over. Returns those that were forgotten.
  public func forget(_ names: [String], in access: WriteAccess) async throws(EngineError) -> [MemoryID] {
    let changes = names.compactMap(MemoryID.init).map(MemoryWrite.Change.forget)
    guard !changes.isEmpty else { return [] }
    return try await commit(changes, in: access).changed
  }

  /// Brings a forgotten memory back.
  public func restore(_ name: String, in access: WriteAccess) async throws(EngineError) -> Memory {
    guard let id = MemoryID(name) else { throw .memoryNotFound(name) }
    try await commit([.restore(id)], in: access)
    return try await memory(name, in: access.reading)
  }

  /// Nil when the memory was changed since `before` was read.
  private func replace(
    _ before: Memory, with revision: MemoryRevision, as operation: Updated.Operation, in access: WriteAccess
  ) async throws(EngineError) -> Updated? {
    var memory = before
    memory.summary = revision.summary ?? memory.summary
    memory.content = revision.content ?? memory.content
    memory.type = revision.type ?? memory.type
    memory.contextSummary = revision.contextSummary ?? memory.contextSummary
    memory.details = revision.details ?? memory.details
    memory.importance = revision.importance ?? memory.importance
    memory.tags = revision.tags?.withoutRepetition ?? memory.tags
    memory.metadata = revision.metadata ?? memory.metadata
    memory.delivery = revision.delivery ?? memory.delivery
    memory.sourceURI = revision.sourceURI ?? memory.sourceURI
    memory.sourceType = revision.sourceType ?? memory.sourceType
    memory.externalID = try externalID(in: memory.details)
    memory.updatedAt = clock.now()
    var write = MemoryWrite([.update(memory)], at: memory.updatedAt)
    if !memory.hasSameText(as: before) {
      var changed = memory
      changed.revision += 1
      write.embeddings = await embeddings(of: [changed], in: access.context)
    }
    let prepared = write
    do {
      _ = try await store.commit(prepared, in: access.scope)
      await follow(access)
    } catch {
      switch error.code {
      case .conflict:
        if let external = memory.externalID, external != before.externalID,
          try await isTaken(external, byOtherThan: memory.id, in: access)
        {
          throw .conflict("Another memory of this context has the details.resource_id “\(external)”.")
        }
        return nil
      case .notFound: throw .memoryNotFound(memory.id.description)
      default: throw EngineError(error)
      }
    }
    memory.revision += 1
    return Updated(
      memory: memory, operation: operation, changedText: !memory.hasSameText(as: before),
      lint: await lint(memory, in: access)
    )
  }

  private func isTaken(
    _ external: String, byOtherThan memory: MemoryID, in access: WriteAccess
  ) async throws(EngineError) -> Bool {
    let holder = try await stored { () async throws(StorageError) in
      try await store.memory(externalID: external, in: access.scope)
    }
    return holder.map { $0.id != memory } ?? false
  }
}
