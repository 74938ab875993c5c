import Model
import Storage
import StorageContract
import TestSupport
import Testing

@testable import Retrieval

/// Scores are made of signals by a judgement that can be exchanged.
@Suite struct JudgementTests {
  private static let question = Question(
    text: "q", traits: QueryTraits(), askedAt: Timestamp(microseconds: 0),
    scope: Library.anyScope)

  private func scores(_ signals: Signals...) async -> [Double] {
    let memory = Library.anyMemory
    let judged = signals.map { JudgedMemory(memory: memory, signals: $0) }
    return await DefaultJudgement().scores(of: judged, for: Self.question).scores
  }

  private func signals(_ relevance: Double, _ adjust: (inout Signals) -> Void = { _ in }) -> Signals {
    var signals = Signals()
    signals.relevance = relevance
    adjust(&signals)
    return signals
  }

  @Test func `a signal that is missing costs no memory its place`() async {
    // Nothing is known of the first but that it answers better.
    let alone = await scores(signals(0.8), signals(0.7))
    #expect(alone[0] > alone[1])
    let beside = await scores(
      signals(0.8), signals(0.7) { $0.feedback = 0.5 }, signals(0.7) { $0.graph = 0 })
    #expect(beside[0] > beside[1])
    #expect(beside[1] == beside[2])
  }

  @Test func `each signal moves a score in its direction`() async {
    let plain = signals(0.5)
    for better in [
      signals(0.5) { $0.graph = 1 }, signals(0.5) { $0.moment = 1 }, signals(0.5) { $0.importance = 1 },
      signals(0.5) { $0.feedback = 1 }, signals(0.5) { $0.recency = 1 }, signals(0.5) { $0.usage = 1 },
      signals(0.6),
    ] {
      let result = await scores(plain, better)
      #expect(result[1] > result[0], "\(better)")
    }
    for worse in [
      signals(0.5) { $0.trust = 0.2 }, signals(0.5) { $0.importance = 0 }, signals(0.5) { $0.feedback = 0 },
    ] {
      let result = await scores(plain, worse)
      #expect(result[1] < result[0], "\(worse)")
    }
  }

  @Test func `what does not answer does not rise, whatever else speaks for it`() async {
    let result = await scores(
      signals(0) {
        ($0.graph, $0.moment, $0.usage, $0.feedback, $0.importance, $0.recency) = (1, 1, 1, 1, 1, 1)
      })
    #expect(result == [0])
  }

  @Test(arguments: 0..<50)
  func `a score is between 0 and 1`(_ seed: Int) async {
    var random = SeededRandom(seed: UInt64(seed))
    func value() -> Double { random.pick([0, 1, Double.random(in: 0...1, using: &random)]) }
    func maybe() -> Double? { random.oneIn(2) ? nil : value() }
    let many = (0..<20).map { _ in
      signals(value()) {
        ($0.graph, $0.moment, $0.usage, $0.feedback) = (maybe(), maybe(), maybe(), maybe())
        ($0.importance, $0.recency, $0.trust) = (value(), value(), value())
      }
    }
    let judged = many.map { JudgedMemory(memory: Library.anyMemory, signals: $0) }
    for score in await DefaultJudgement().scores(of: judged, for: Self.question).scores {
      #expect((0...1).contains(score))
    }
  }

  /// Turns the order round, or fails.
  private struct Contrary: Judgement {
    var fault: String?

    func plan(for question: Question, proposed: SearchPlan) async -> PlanVerdict {
      var plan = proposed
      plan.mode = .keyword
      return PlanVerdict(plan)
    }

    func scores(of candidates: [JudgedMemory], for question: Question) async -> ScoreVerdict {
      ScoreVerdict(candidates.map { 1 - $0.signals.relevance }, formula: "contrary/1", fault: fault)
    }
  }

  @Test func `another judgement decides how to search and in which order`() async throws {
    let folder = try TemporaryFolder()
    let library = try await Library(judgement: Contrary(), folder: folder.path)
    let close = try await library.remember("tea tea tea green tea")
    let far = try await library.remember(
      "tea and a long list of other things that have nothing to do with it")
    let found = try await library.find("green tea")
    #expect(found.hits.map(\.memory) == [far.id, close.id])
    #expect(found.report.plan.mode == .keyword)
    #expect(found.report.formula == "contrary/1")
    #expect(found.report.policyError == nil)
  }

  @Test func `what fails in a judgement is reported, and there is an answer`() async throws {
    let folder = try TemporaryFolder()
    let library = try await Library(judgement: Contrary(fault: "line 3: no"), folder: folder.path)
    try await library.remember("green tea")
    let found = try await library.find("tea")
    #expect(found.hits.count == 1)
    #expect(found.report.policyError == "line 3: no")
  }

  private struct NotANumber: Judgement {
    func plan(for question: Question, proposed: SearchPlan) async -> PlanVerdict { PlanVerdict(proposed) }
    func scores(of candidates: [JudgedMemory], for question: Question) async -> ScoreVerdict {
      ScoreVerdict([.nan, 7], formula: "nonsense/1")
    }
  }

  @Test func `scores that are none, or too few, count as 0, and none is above 1`() async throws {
    let folder = try TemporaryFolder()
    let library = try await Library(judgement: NotANumber(), folder: folder.path)
    for number in 0..<3 { try await library.remember("tea number \(number)") }
    #expect(try await library.find("tea").hits.map(\.score) == [1, 0, 0])
  }

  private struct Chain: GraphSignal {
    let reached: MemoryID
    func activation(
      of candidates: [MemoryID], from seeds: [(memory: MemoryID, strength: Double)], in scope: Scope
    ) async -> [MemoryID: Double] { [reached: 1] }
  }

  @Test func `what the graph leads to rises`() async throws {
    let folder = try TemporaryFolder()
    let library = try await Library(folder: folder.path)
    let first = try await library.remember("the tea house opens at nine")
    let second = try await library.remember("the tea house opens at eight")
    #expect(try await library.find("tea house").hits.first?.memory == second.id)
    let linked = Retriever(
      store: library.house.store, folder: "", graph: Chain(reached: first.id))
    let found = try await linked.find(Search("tea house"), in: library.house.scope)
    #expect(found.hits.first?.memory == first.id)
    #expect(found.hits.map(\.signals.graph) == [1, 0])
  }
}
