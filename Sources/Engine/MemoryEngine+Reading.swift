public import Model
public import Storage

/// A memory with all that hangs on it.
public struct Referenced: Sendable {
  public var memory: Memory
  public var edges: [Edge]
  /// The memory that replaces this one, if there is one.
  public var supersededBy: MemoryID?
}

extension MemoryEngine {
  /// A living memory of the context. Does not count as a use.
  public func memory(_ name: String, in access: ReadAccess) async throws(EngineError) -> Memory {
    guard let id = MemoryID(name), let memory = try await living([id], in: access).first else {
      throw .memoryNotFound(name)
    }
    return memory
  }

  /// A memory in all three layers, with its links. Counts as a use.
  public func reference(_ name: String, in access: ReadAccess) async throws(EngineError) -> Referenced {
    let found = try await lookAt(name, in: access)
    uses.note([found.memory.id], in: access.scope, at: clock.now())
    learn(from: .reference, [found.memory], in: access)
    return found
  }

  /// The same without counting as a use: somebody watches, and nobody reads.
  public func lookAt(_ name: String, in access: ReadAccess) async throws(EngineError) -> Referenced {
    let memory = try await memory(name, in: access)
    let edges = try await stored { () async throws(StorageError) in
      try await store.edges(touching: [memory.id], types: nil, in: access.scope)
    }
    let superseded = try await superseded(among: [memory.id], edges: edges, in: access)
    return Referenced(memory: memory, edges: edges, supersededBy: superseded[memory.id])
  }

  /// A page of the context's memories.
  public func list(
    _ listing: MemoryListing, normalizingTags: Bool = false, in access: ReadAccess
  ) async throws(EngineError) -> MemoryPage {
    var request = listing
    request.filter = try await widened(listing.filter, normalizingTags: normalizingTags, in: access)
    let asked = request
    return try await stored { () async throws(StorageError) in try await store.list(asked, in: access.scope) }
  }

  /// The memories that are always brought before an agent, the most important first, at most `cap`.
  public func pinned(cap: Int, in access: ReadAccess) async throws(EngineError) -> MemoryPage {
    var listing = MemoryListing()
    listing.filter.delivery = .always
    listing.order = .important
    listing.limit = cap
    return try await list(listing, in: access)
  }

  /// Everything that happened to a memory, oldest first, also when it was forgotten.
  public func history(of name: String, in access: ReadAccess) async throws(EngineError) -> [MemoryChange] {
    guard let id = MemoryID(name) else { throw .memoryNotFound(name) }
    let changes = try await stored { () async throws(StorageError) in
      try await store.history(of: id, in: access.scope)
    }
    if changes.isEmpty { throw .memoryNotFound(name) }
    return changes
  }

  /// The tags in use.
  public func tags(_ listing: TagListing, in access: ReadAccess) async throws(EngineError) -> TagPage {
    try await stored { () async throws(StorageError) in try await store.tags(listing, in: access.scope) }
  }
}
