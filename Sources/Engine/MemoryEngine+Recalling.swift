internal import Identity
internal import Model
internal import Retrieval
internal import Storage

extension MemoryEngine {
  /// The memories that answer a question, best first.
  ///
  /// Forgotten memories never appear; superseded ones only if asked for. The same question with no write in between gives
  /// the same answer. What is returned counts as used, which is noted after the answer has gone.
  public func recall(
    _ original: RecallRequest, in accesses: [ReadAccess]
  ) async throws(EngineError) -> Recollection {
    guard !accesses.isEmpty else { return Recollection(items: [], confidence: Confidence(scores: [])) }
    let start = ContinuousClock.now
    let now = clock.now()
    let occasion = Occasion(self, accesses)
    let request = original.runsHooks ? try await hooks.beforeRecall(original, occasion) : original
    var items: [Recollection.Item] = []
    var degradedReason: String?
    var reports: [SearchReport] = []
    for access in accesses {
      let (found, report, reason) = try await candidates(for: request, askedAt: now, in: access)
      items += found
      reports.append(report)
      degradedReason = degradedReason ?? reason
    }
    // Stable by id, so that equal scores keep one order.
    items.sort { ($0.score, $1.memory.id) > ($1.score, $0.memory.id) }
    items = Array(items.prefix(request.limit))
    let confidence = Confidence(scores: items.map(\.score))
    let time = ContinuousClock.now - start
    // What a plugin asks for itself is nobody's use, and nobody's question.
    for (access, report) in zip(accesses, reports) where request.runsHooks {
      let own = items.filter { $0.context.id == access.context.id }
      uses.note(own.map(\.memory.id), in: access.scope, at: now)
      if request.runsHooks { learn(from: .recall, own.map(\.memory), in: access) }
      if access.context.search.logsQueries {
        queries.note(
          LoggedQuery(request, answeredBy: own, confidence, report, time: time, at: now, access),
          in: access.scope)
      }
    }
    var found = Recollection(items: items, confidence: confidence, degradedReason: degradedReason)
    found.policyError = reports.compactMap(\.policyError).first
    if request.runsHooks { uses.note(await hooks.afterRecall(found, to: request, occasion)) }
    return found
  }

  private func candidates(
    for request: RecallRequest, askedAt now: Timestamp, in access: ReadAccess
  ) async throws(EngineError) -> (items: [Recollection.Item], report: SearchReport, degradedReason: String?) {
    var search = Search(request.query)
    search.askedAt = now
    search.filter = try await widened(request.filter, normalizingTags: request.normalizesTags, in: access)
    search.mode = request.mode.flatMap { Search.Mode(rawValue: $0.rawValue) } ?? .hybrid
    search.settings = access.context.search
    // Room for a few that newer memories replace.
    search.limit = request.includesSuperseded ? request.limit : request.limit + 8
    let embedder = embedder(for: access.context)
    while true {
      let asked = search
      var found = try await stored { () async throws(StorageError) in
        try await retriever.find(asked, in: access.scope, by: embedder)
      }
      if embedder == nil, found.degradedReason != nil, let model = access.context.embeddingModel {
        found.degradedReason = absence(of: model, in: access.context)
      }
      let items = try await items(of: found, for: request, in: access)
      // Many versions of one fact may crowd out the one that holds; then a longer list has it.
      if items.count >= request.limit || found.hits.count < search.limit || search.limit >= 1_000 {
        return (items, found.report, found.degradedReason)
      }
      search.limit = min(1_000, search.limit * 4)
    }
  }

  /// What a search found that the request wants to see.
  private func items(
    of found: Findings, for request: RecallRequest, in access: ReadAccess
  ) async throws(EngineError) -> [Recollection.Item] {
    let memories = try await living(found.hits.map(\.memory), in: access)
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
    return found.hits.compactMap { hit in
      guard let memory = byID[hit.memory] else { return nil }
      let successor = superseded[memory.id]
      if successor != nil, !request.includesSuperseded { return nil }
      var item = Recollection.Item(
        memory: memory, context: access.context, score: hit.score, supersededBy: successor)
      item.contradicts = (contradicting[memory.id] ?? []).withoutRepetition
      if request.explains { item.signals = hit.signals.named }
      return item
    }
  }
}

extension LoggedQuery {
  fileprivate init(
    _ request: RecallRequest, answeredBy items: [Recollection.Item], _ confidence: Confidence,
    _ report: SearchReport, time: Duration, at now: Timestamp, _ access: ReadAccess
  ) {
    self.init(
      text: request.query, mode: report.plan.mode.rawValue, limit: request.limit,
      isFiltered: request.filter != MemoryFilter(),
      results: items.map { Result(memory: $0.memory.id, score: $0.score) },
      confidence: confidence.level.rawValue, formula: report.formula, microseconds: time.microseconds,
      user: access.caller.user, at: now,
      expiresAt: now + .days(access.context.search.queryRetentionDays))
  }
}
