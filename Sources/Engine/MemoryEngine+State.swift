internal import Identity
public import JSON
public import Model
internal import Storage

extension MemoryEngine {
  /// Keeps a value for an agent, apart from memories, until `lifetime` is over.
  public func setState(
    _ key: String, to value: JSONValue, for lifetime: Duration?, in access: WriteAccess
  ) async throws(EngineError) -> StateEntry {
    let size = value.bytes.count
    guard size <= Limits.stateValueBytes else {
      throw .invalid(
        "value", "takes \(size) bytes", allowed: "at most \(Limits.stateValueBytes) bytes of JSON")
    }
    let now = clock.now()
    let entry = StateEntry(key: key, value: value, updatedAt: now, expiresAt: lifetime.map { now + $0 })
    try await stored { () async throws(StorageError) in try await store.set(entry, in: access.scope) }
    return entry
  }

  /// The value that was kept under `key`; nil when there is none or its time is over.
  public func state(_ key: String, in access: ReadAccess) async throws(EngineError) -> StateEntry? {
    let now = clock.now()
    return try await stored { () async throws(StorageError) in
      try await store.state(key, at: now, in: access.scope)
    }
  }

  /// All that is kept in the context, by key.
  public func states(in access: ReadAccess) async throws(EngineError) -> [StateEntry] {
    let now = clock.now()
    return try await stored { () async throws(StorageError) in
      try await store.states(at: now, in: access.scope)
    }
  }

  /// Notes what the caller thinks of a memory that it was given.
  public func add(
    feedback isHelpful: Bool, on name: String, query: String?, note: String?, in access: WriteAccess
  ) async throws(EngineError) -> Feedback {
    let memory = try await memory(name, in: access.reading)
    let feedback = Feedback(
      memory: memory.id, author: access.caller.user, isHelpful: isHelpful, query: query, note: note,
      at: clock.now())
    do { try await store.add(feedback, in: access.scope) } catch {
      throw error.code == .notFound ? .memoryNotFound(name) : EngineError(error)
    }
    return feedback
  }
}
