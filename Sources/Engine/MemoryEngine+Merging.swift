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
  /// Brings every memory of `source` into `target`.
  ///
  /// If the source is to be deleted, its memories move: they keep their ids, history and edges. If it stays, they are
  /// copied, with their edges, as new memories; a copy whose external id is taken in the target goes without one.
  public func merge(
    _ source: WriteAccess, into target: WriteAccess, deletingSource: Bool
  ) async throws(EngineError) -> Merge {
    guard source.context.id != target.context.id else {
      throw .invalid("target_context_id", "is the source itself", allowed: "another context")
    }
    let now = clock.now()
    guard deletingSource else {
      let count = try await copyAll(from: source.reading, to: target)
      return Merge(source: source.context.id, target: target.context.id, count: count, deletedSource: false)
    }
    let count = try await stored { () async throws(StorageError) in
      try await store.moveAll(from: source.scope, to: target.scope, at: now)
    }
    _ = try await deleteContext(source.context.id.description, as: source.caller)
    return Merge(source: source.context.id, target: target.context.id, count: count, deletedSource: true)
  }

  /// Copies page by page, the edges last, when both ends have their new ids.
  private func copyAll(from source: ReadAccess, to target: WriteAccess) async throws(EngineError) -> Int {
    var copies: [MemoryID: MemoryID] = [:]
    var listing = MemoryListing()
    listing.order = .oldest
    listing.limit = 200
    while true {
      let request = listing
      let page = try await stored { () async throws(StorageError) in
        try await store.list(request, in: source.scope)
      }
      guard !page.memories.isEmpty else { break }
      listing.offset += page.memories.count
      for memory in page.memories {
        copies[memory.id] = try await copy(memory, to: target)
      }
    }
    let originals = copies.keys.sorted()
    for start in stride(from: 0, to: originals.count, by: 200) {
      let slice = Array(originals[start..<min(start + 200, originals.count)])
      let edges = try await stored { () async throws(StorageError) in
        try await store.edges(touching: slice, types: nil, in: source.scope)
      }
      let links = edges.compactMap { edge -> MemoryWrite.Change? in
        guard let from = copies[edge.source], let to = copies[edge.target] else { return nil }
        var copy = edge
        copy.id = identifiers.make()
        copy.source = from
        copy.target = to
        return .link(copy)
      }
      if !links.isEmpty { try await commit(links, in: target) }
    }
    return copies.count
  }

  private func copy(_ memory: Memory, to target: WriteAccess) async throws(EngineError) -> MemoryID {
    var copy = memory
    copy.id = identifiers.make()
    copy.context = target.context.id
    copy.revision = 1
    if let external = copy.externalID {
      let taken = try await stored { () async throws(StorageError) in
        try await store.memory(externalID: external, in: target.scope)
      }
      if taken != nil { copy.externalID = nil }
    }
    try await commit([.insert(copy)], in: target)
    return copy.id
  }
}
