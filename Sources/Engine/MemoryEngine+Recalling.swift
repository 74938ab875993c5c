internal import Model
internal import Retrieval
internal import Storage

extension MemoryEngine {
  /// The memories that answer a question, best first.
  ///
  /// Forgotten memories never appear; superseded ones only if asked for. The same question with no write in between gives
  /// the same answer. What is returned counts as used, which is noted after the answer has gone.
  public func recall(
    _ request: RecallRequest, in accesses: [ReadAccess]
  ) async throws(EngineError) -> Recollection {
    var items: [Recollection.Item] = []
    var degradedReason: String?
    for access in accesses {
      let (found, reason) = try await recall(request, in: access)
      items += found
      degradedReason = degradedReason ?? reason
    }
    // Stable by id, so that equal scores keep one order.
    items.sort { ($0.score, $1.memory.id) > ($1.score, $0.memory.id) }
    items = Array(items.prefix(request.limit))
    let now = clock.now()
    for access in accesses {
      uses.note(
        items.filter { $0.context.id == access.context.id }.map(\.memory.id), in: access.scope, at: now)
    }
    return Recollection(
      items: items, confidence: Confidence(scores: items.map(\.score)), degradedReason: degradedReason)
  }

  private func recall(
    _ request: RecallRequest, in access: ReadAccess
  ) async throws(EngineError) -> (items: [Recollection.Item], degradedReason: String?) {
    var search = Search(request.query)
    search.filter = try await widened(request.filter, normalizingTags: request.normalizesTags, in: access)
    search.mode = request.mode.flatMap { Search.Mode(rawValue: $0.rawValue) } ?? .hybrid
    search.settings = access.context.search
    // Room for what newer memories replace.
    search.limit = request.includesSuperseded ? request.limit : request.limit + 20
    let asked = search
    let found = try await stored { () async throws(StorageError) in
      try await retriever.find(asked, in: access.scope)
    }
    let memories = try await living(found.hits.map(\.memory), in: access)
    let byID = Dictionary(memories.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let relations = try await Relations(of: memories.map(\.id), in: access.scope, store: store)
    let items = found.hits.compactMap { hit -> Recollection.Item? in
      guard let memory = byID[hit.memory] else { return nil }
      let successor = relations.successor(of: memory.id)
      if successor != nil, !request.includesSuperseded { return nil }
      var item = Recollection.Item(
        memory: memory, context: access.context, score: hit.score, supersededBy: successor)
      item.contradicts = relations.contradicting[memory.id] ?? []
      if request.explains { item.signals = hit.signals }
      return item
    }
    return (items, found.degradedReason)
  }
}

/// What replaces and what contradicts some memories.
private struct Relations {
  private var successors: [MemoryID: MemoryID] = [:]
  private(set) var contradicting: [MemoryID: [MemoryID]] = [:]

  init(of memories: [MemoryID], in scope: Scope, store: any Store) async throws(EngineError) {
    let edges = try await stored { () async throws(StorageError) in
      try await store.edges(
        touching: memories, types: [Edge.KnownType.supersedes, Edge.KnownType.contradicts], in: scope)
    }
    for edge in edges {
      if edge.type == Edge.KnownType.supersedes {
        successors[edge.target] = edge.source
      } else {
        contradicting[edge.source, default: []].append(edge.target)
        contradicting[edge.target, default: []].append(edge.source)
      }
    }
    contradicting = contradicting.mapValues(\.withoutRepetition)
  }

  func successor(of memory: MemoryID) -> MemoryID? { successors[memory] }
}
