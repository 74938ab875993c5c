internal import Model
internal import Storage

/// Which memory replaces which, as far as it was asked for.
struct Succession {
  private var successors: [MemoryID: Set<MemoryID>] = [:]
  private var predecessors: [MemoryID: Set<MemoryID>] = [:]

  mutating func add(_ edges: [Edge]) {
    for edge in edges where edge.type == Edge.KnownType.supersedes && edge.source != edge.target {
      successors[edge.target, default: []].insert(edge.source)
      predecessors[edge.source, default: []].insert(edge.target)
    }
  }

  /// What replaces one of `memories` directly.
  func successors(of memories: some Sequence<MemoryID>) -> Set<MemoryID> {
    memories.reduce(into: []) { all, memory in all.formUnion(successors[memory] ?? []) }
  }

  /// The memory that replaces this one, directly; nil when none does.
  ///
  /// Memories that replace each other in a circle do not count as replaced by that: all of them stand beside each other
  /// until something from outside replaces one. So whatever people link, some version of a fact always remains.
  func successor(of memory: MemoryID) -> MemoryID? {
    guard let direct = successors[memory] else { return nil }
    let after = reachable(from: memory, by: successors)
    return after.isSubset(of: reachable(from: memory, by: predecessors)) ? nil : direct.max()
  }

  private func reachable(from memory: MemoryID, by steps: [MemoryID: Set<MemoryID>]) -> Set<MemoryID> {
    var reached: Set<MemoryID> = []
    var frontier = [memory]
    while let next = frontier.popLast() {
      for step in steps[next] ?? [] where reached.insert(step).inserted { frontier.append(step) }
    }
    return reached
  }
}

extension MemoryEngine {
  /// Those of `memories` that are replaced, each with what replaces it.
  ///
  /// - Parameter edges: All edges of this kind that touch `memories`.
  func superseded(
    among memories: [MemoryID], edges: [Edge], in access: ReadAccess
  ) async throws(EngineError) -> [MemoryID: MemoryID] {
    var succession = Succession()
    succession.add(edges)
    // Only all that comes after a memory tells a replacement from a circle. A chain that is longer than any circle that
    // people make is taken for a chain.
    var known = Set(memories)
    for _ in 0..<64 {
      let next = succession.successors(of: known).subtracting(known)
      guard !next.isEmpty else { break }
      known.formUnion(next)
      let asked = next.sorted()
      succession.add(
        try await stored { () async throws(StorageError) in
          try await store.edges(touching: asked, types: [Edge.KnownType.supersedes], in: access.scope)
        })
    }
    return memories.reduce(into: [:]) { all, memory in all[memory] = succession.successor(of: memory) }
  }
}
