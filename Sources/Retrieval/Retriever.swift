public import Inference
public import Model
public import Storage

/// From a question to ranked memories.
///
/// What the question looks like (`QueryTraits`) makes a plan; both indexes give candidates (`CandidateSource`); `Ranking`
/// makes signals of what is known of each; a ``Judgement`` makes scores of signals. The indexes belong to contexts and
/// live in memory (`IndexShelf`); each follows the rows of the store and knows how far it has seen them (`ContextIndex`).
public struct Retriever: Sendable {
  private let shelf: IndexShelf
  private let judgement: any Judgement
  private let graph: (any GraphSignal)?

  /// A retriever over `store`. `folder` is for files that need not outlive the process.
  public init(
    store: any Store, folder: String, judgement: any Judgement = DefaultJudgement(),
    graph: (any GraphSignal)? = nil
  ) {
    shelf = IndexShelf(store: store, folder: folder)
    self.judgement = judgement
    self.graph = graph
  }

  /// Lets the indexes of a context with the vectors of `model` hear of what was written. A search would do it too, later.
  public func follow(_ scope: Scope, by model: ModelIdentity? = nil) async throws(StorageError) {
    _ = try await shelf.index(of: scope, by: model).current(as: scope)
  }

  /// The memories of a context that answer a question. Sees every write that was acknowledged before. `embedder` is the
  /// context's model, whose vectors alone are looked at; without it, memories are found by words only.
  public func find(
    _ search: Search, in scope: Scope, by embedder: (any Embedder)? = nil,
    judging other: (any Judgement)? = nil
  ) async throws(StorageError) -> Findings {
    let judgement = other ?? self.judgement
    var report = SearchReport()
    var watch = StageWatch()
    let view = try await shelf.index(of: scope, by: embedder?.model).current(as: scope)
    report.stages.append(("index", watch.lap()))

    report.traits = QueryTraits(of: search.query, askedAt: search.askedAt)
    let question = Question(
      text: search.query, traits: report.traits, askedAt: search.askedAt, scope: scope)
    let proposed = SearchPlan(settings: search.settings, mode: search.mode, traits: report.traits)
    let verdict = await judgement.plan(for: question, proposed: proposed)
    report.plan = verdict.plan
    report.policyError = verdict.fault
    report.stages.append(("plan", watch.lap()))

    let names = Names.mentioned(in: search.query) { view.table.isName($0) }
    var degradedReason: String?
    var vector: [Float]?
    if report.plan.mode != .keyword {
      do throws(InferenceError) {
        vector = try await embedding(of: search.query, without: names, by: embedder)
      } catch {
        degradedReason = "Found by words only: \(error)."
      }
      if vector == nil, degradedReason == nil {
        degradedReason = "No embedding model is loaded; found by words only."
      }
    }
    report.stages.append(("embedding", watch.lap()))

    let candidates = CandidateSource(view: view).candidates(for: search, plan: report.plan, vector: vector)
    report.considered = candidates.count
    report.stages.append(("candidates", watch.lap()))

    let ranking = Ranking(
      search: search, plan: report.plan, traits: report.traits, names: names, view: view,
      hasVector: vector != nil)
    var entries = ranking.entries(candidates)
    if report.plan.usesGraph { await addGraph(to: &entries, in: scope) }
    report.stages.append(("signals", watch.lap()))

    let hits = await judge(entries, for: question, by: judgement, report: &report)
    report.stages.append(("scores", watch.lap()))
    return Findings(
      hits: Array(hits.prefix(search.limit)), report: report, degradedReason: degradedReason)
  }

  /// Best first; equal scores by id, the newer one first.
  private func judge(
    _ entries: [Ranking.Entry], for question: Question, by judgement: any Judgement,
    report: inout SearchReport
  ) async -> [Findings.Hit] {
    let judged = entries.map { JudgedMemory(memory: $0.memory.memory, signals: $0.signals) }
    let verdict = await judgement.scores(of: judged, for: question)
    report.formula = verdict.formula
    report.policyError = report.policyError ?? verdict.fault
    var hits: [Findings.Hit] = []
    hits.reserveCapacity(entries.count)
    for (index, entry) in entries.enumerated() {
      let score = index < verdict.scores.count ? verdict.scores[index] : 0
      hits.append(
        Findings.Hit(
          memory: entry.memory.id, score: score.isFinite ? min(1, max(0, score)) : 0, signals: entry.signals))
    }
    return hits.sorted { ($0.score, $1.memory) > ($1.score, $0.memory) }
  }

  /// Spreads from the best hits over the links between memories.
  private func addGraph(to entries: inout [Ranking.Entry], in scope: Scope) async {
    guard let graph, !entries.isEmpty else { return }
    let seeds = entries.prefix(Self.seedCount).map { (memory: $0.memory.id, strength: $0.signals.relevance) }
    let activation = await graph.activation(of: entries.map(\.memory.id), from: seeds, in: scope)
    guard !activation.isEmpty else { return }
    for index in entries.indices {
      entries[index].signals.graph = min(1, max(0, activation[entries[index].memory.id] ?? 0))
    }
  }

  /// How many of the best hits the graph starts from.
  private static let seedCount = 5

  /// The query as a vector. A name dominates the vector of a short text, and says little about what is asked; who is meant
  /// is a signal of its own.
  private func embedding(
    of query: String, without names: Set<String>, by embedder: (any Embedder)?
  ) async throws(InferenceError) -> [Float]? {
    guard let embedder else { return nil }
    return try await embedder.embed(query: Names.removing(names, from: query)).values
  }
}

/// Tells how long each stage took.
struct StageWatch {
  private let clock = ContinuousClock()
  private var last: ContinuousClock.Instant

  init() { last = clock.now }

  /// The time since the last lap.
  mutating func lap() -> Duration {
    let now = clock.now
    defer { last = now }
    return now - last
  }
}
