public import Model
internal import Storage

/// What became of a merge.
public struct Merge: Sendable, Hashable {
  public var source: ContextID
  public var target: ContextID
  /// How many memories came into the target.
  public var count: Int
  public var deletedSource: Bool
}

extension MemoryEngine {
  /// Brings every memory of `source` into `target`, all of them or none.
  ///
  /// If the source is to be deleted, its memories move: they keep their ids, history and edges. If it stays, they are
  /// copied, with their vectors and edges, as new memories; a copy whose external id is taken in the target goes without
  /// one.
  public func merge(
    _ source: WriteAccess, into target: WriteAccess, deletingSource: Bool
  ) async throws(EngineError) -> Merge {
    guard source.context.id != target.context.id else {
      throw .invalid("target_context_id", "is the source itself", allowed: "another context")
    }
    let now = clock.now()
    let total = Int(try await statistics(of: source.reading).total)
    try Progress.report(0, of: total, deletingSource ? "moving" : "copying")
    let count: Int
    if deletingSource {
      try await requireDeletable(source.context.id.description, by: source.caller)
      count = try await stored { () async throws(StorageError) in
        try await store.absorb(source.scope, into: target.scope, at: now)
      }
    } else {
      try await checkQuota(for: target, adding: Int64(total))
      count = try await stored { () async throws(StorageError) in
        try await store.copyAll(from: source.scope, to: target.scope, at: now, identifiers: identifiers)
      }
    }
    // It has happened already, so there is nothing to call off any more.
    try? Progress.report(count, of: count, "done")
    // What has no vector of the target's model gets one soon.
    backlog.call()
    await follow(target)
    return Merge(
      source: source.context.id, target: target.context.id, count: count, deletedSource: deletingSource)
  }
}
