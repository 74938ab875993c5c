public import Graph
public import Model
internal import Storage

/// What is asked of a walk.
public struct Exploration: Sendable {
  public var depth = 2
  public var minimumWeight = 0.05
  /// nil means every type.
  public var types: [String]?
  public var limit = 50
  public var budget = WalkBudget()

  public init() {}
}

/// What a walk found.
public struct Neighbourhood: Sendable {
  public struct Item: Sendable {
    public var memory: Memory
    public var reached: SpreadingActivation.Reached
  }

  /// The most active first.
  public var items: [Item]
  /// How many memories the walk reached.
  public var activated: Int
  /// Whether its budget ended it somewhere.
  public var isTruncated: Bool
}

extension MemoryEngine {
  /// Walks from a memory along its edges, in both directions, and returns what it leads to. Counts as a use of both, and so
  /// strengthens what led there.
  public func explore(
    from name: String, _ exploration: Exploration, in access: ReadAccess
  ) async throws(EngineError) -> Neighbourhood {
    let seed = try await memory(name, in: access)
    let (walk, isCut) = try await walk(from: [seed.id: 1], exploration, in: access)
    let reached = walk.reached
    let shown = Array(reached.prefix(exploration.limit))
    let memories = try await living(shown.map(\.memory), in: access)
    let byID = Dictionary(memories.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let items = shown.compactMap { reached in
      byID[reached.memory].map { Neighbourhood.Item(memory: $0, reached: reached) }
    }
    uses.note([seed.id], in: access.scope, at: clock.now())
    learn(from: .exploration, [seed] + items.prefix(3).map(\.memory), in: access)
    return Neighbourhood(items: items, activated: reached.count, isTruncated: walk.isTruncated || isCut)
  }

  /// Spreads activation from `seeds`, within the exploration's depth and budget. Tells whether a memory had more edges than
  /// are followed.
  func walk(
    from seeds: [MemoryID: Double], _ exploration: Exploration, in access: ReadAccess
  ) async throws(EngineError) -> (SpreadingActivation, isCut: Bool) {
    var isCut = false
    var walk = SpreadingActivation(from: seeds, within: exploration.budget)
    let filter = EdgeFilter(
      types: exploration.types, minimumWeight: exploration.minimumWeight,
      limit: exploration.budget.edgesPerMemory + 1)
    for _ in 0..<exploration.depth where !walk.isExhausted {
      let frontier = walk.frontier
      let edges = try await stored { () async throws(StorageError) in
        try await store.edges(at: frontier, matching: filter, in: access.scope)
      }
      isCut = isCut || exploration.budget.cuts(edges, at: frontier)
      walk.spread(
        over: faded(edges, in: access.context).filter { $0.weight >= exploration.minimumWeight })
    }
    return (walk, isCut)
  }
}

extension MemoryEngine {
  /// The memories of an answer from which a walk is most worth while, at most three: those that answer well and have strong
  /// links. Without any link, none.
  public func exploreHints(
    of found: Recollection, in accesses: [ReadAccess]
  ) async throws(EngineError) -> [Memory] {
    var promises: [MemoryID: Double] = [:]
    for access in accesses {
      let own = found.items.filter { $0.context.id == access.context.id }.prefix(10).map(\.memory.id)
      guard !own.isEmpty else { continue }
      let edges = try await stored { () async throws(StorageError) in
        try await store.edges(at: own, matching: EdgeFilter(minimumWeight: 0.05, limit: 8), in: access.scope)
      }
      for edge in faded(edges, in: access.context) {
        for end in [edge.source, edge.target] { promises[end, default: 0] += edge.weight * edge.confidence }
      }
    }
    // The root, since the tenth link promises less than the first.
    let hints = found.items.enumerated().compactMap { rank, item in
      promises[item.memory.id].map {
        (rank: rank, memory: item.memory, promise: item.score * $0.squareRoot())
      }
    }
    return hints.filter { $0.promise > 0 }
      .sorted { ($1.promise, $0.rank) < ($0.promise, $1.rank) }.prefix(3).map(\.memory)
  }
}
