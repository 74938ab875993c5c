public import Identity
internal import Model
internal import Storage

/// What a caller may read, as of one moment: two marks differ when a memory or a context of it has changed in between.
public struct ChangeMark: Sendable, Hashable {
  private struct Place: Sendable, Hashable {
    /// Counts the changes of the context's own row.
    let revision: Int64
    /// Counts the changes of its memories.
    let sequence: Int64
  }

  private var places: [ContextID: Place] = [:]

  fileprivate mutating func note(_ context: Context, sequence: Int64) {
    places[context.id] = Place(revision: context.revision, sequence: sequence)
  }
}

extension MemoryEngine {
  /// The present mark of everything that `caller` may read. It asks the store, which other processes write to as well.
  public func changeMark(as caller: Caller) async throws(EngineError) -> ChangeMark {
    var mark = ChangeMark()
    for context in try await contexts(as: caller) {
      let access = reading(context, as: caller)
      let sequence = try await stored { () async throws(StorageError) in
        try await store.sequence(in: access.scope)
      }
      mark.note(context, sequence: sequence)
    }
    return mark
  }
}
