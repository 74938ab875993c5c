internal import Model
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
    for access in accesses { items += try await candidates(for: request, in: access) }
    // Stable by id, so that equal scores keep one order.
    items.sort { ($0.score, $1.memory.id) > ($1.score, $0.memory.id) }
    items = Array(items.prefix(request.limit))
    let now = clock.now()
    for access in accesses {
      uses.note(
        items.filter { $0.context.id == access.context.id }.map(\.memory.id), in: access.scope, at: now)
    }
    return Recollection(
      items: items, confidence: Confidence(scores: items.map(\.score)),
      degradedReason: request.mode == .keyword
        ? nil : "No embedding model is loaded; these are matches by words.")
  }

  private func candidates(
    for request: RecallRequest, in access: ReadAccess
  ) async throws(EngineError) -> [Recollection.Item] {
    var query = KeywordQuery(request.query)
    query.filter = try await widened(request.filter, normalizingTags: request.normalizesTags, in: access)
    query.limit = request.limit * access.context.search.fetchFactor
    while true {
      let (items, hits) = try await items(for: query, of: request, in: access)
      // Many versions of one fact may crowd out the one that holds; then a longer list has it.
      if items.count >= request.limit || hits < query.limit || query.limit >= 3_000 { return items }
      query.limit *= 4
    }
  }

  /// What a query finds that the request wants to see, and how much it found in all.
  private func items(
    for query: KeywordQuery, of request: RecallRequest, in access: ReadAccess
  ) async throws(EngineError) -> (items: [Recollection.Item], hits: Int) {
    let hits = try await stored { () async throws(StorageError) in
      try await store.search(query, in: access.scope)
    }
    let memories = try await living(hits.map(\.memory), in: access)
    let byID = Dictionary(memories.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let edges = try await stored { () async throws(StorageError) in
      try await store.edges(
        touching: memories.map(\.id), types: [Edge.KnownType.supersedes, Edge.KnownType.contradicts],
        in: access.scope)
    }
    var contradicting: [MemoryID: [MemoryID]] = [:]
    for edge in edges where edge.type == Edge.KnownType.contradicts {
      contradicting[edge.source, default: []].append(edge.target)
      contradicting[edge.target, default: []].append(edge.source)
    }
    let superseded = try await superseded(among: memories.map(\.id), edges: edges, in: access)
    let items = hits.compactMap { hit -> Recollection.Item? in
      guard let memory = byID[hit.memory] else { return nil }
      let successor = superseded[memory.id]
      if successor != nil, !request.includesSuperseded { return nil }
      var item = Recollection.Item(
        memory: memory, context: access.context, score: bounded(hit.score), supersededBy: successor)
      item.contradicts = (contradicting[memory.id] ?? []).withoutRepetition
      if request.explains { item.signals = [("keyword", item.score)] }
      return item
    }
    return (items, hits.count)
  }

  /// BM25 has no upper bound; this keeps its order and makes it comparable between contexts.
  private func bounded(_ score: Double) -> Double { score / (score + 8) }
}
