import Engine
import Identity
@_spi(ScopeMaking) import Model
import PluginHost
import Retrieval
import Storage
import StorageReference
import TestSupport
import Testing

/// A host of policies, and candidates for it.
enum Judge {
  static let workspace = WorkspaceID(high: 1, low: 1)
  static let now = Timestamp(microseconds: 1_767_258_000_000_000)
  static let host = PolicyJudgement(store: ReferenceStore(), clock: TestClock(), threads: 2)
  static let question = Question(
    text: "tea", traits: QueryTraits(of: "tea", askedAt: now), askedAt: now,
    scope: Scope(workspace: workspace, context: ContextID(high: 1, low: 2), user: UserID(high: 1, low: 3)))

  struct Sketch: Sendable {
    var signals = Signals()
    /// In days.
    var age = 10

    var candidate: JudgedMemory {
      JudgedMemory(
        memory: Memory(
          id: MemoryID(high: 1, low: 1), context: ContextID(high: 1, low: 2), summary: "tea", content: "",
          type: "note", provenance: Provenance(author: UserID(high: 1, low: 3), door: "test"),
          createdAt: now - .days(age)), signals: signals)
    }
  }

  static func candidate(_ random: inout SeededRandom) -> JudgedMemory {
    func part() -> Double { Double.random(in: 0...1, using: &random) }
    func perhaps() -> Double? { random.oneIn(2) ? part() : nil }
    var sketch = Sketch()
    sketch.signals.relevance = part()
    sketch.signals.graph = perhaps()
    sketch.signals.moment = perhaps()
    sketch.signals.trust = part()
    sketch.signals.importance = part()
    sketch.signals.feedback = perhaps()
    sketch.signals.usage = perhaps()
    sketch.signals.recency = part()
    return sketch.candidate
  }
}

@Suite struct PolicyCheckTests {
  private static func problem(_ body: String, kind: PolicyKind = .scoring) async -> String? {
    await Judge.host.problem(with: body, named: "mine", kind: kind, in: Judge.question.scope)
  }

  @Test(arguments: [
    ("return function(m) return", "mine:1"),
    (
      "\n\nreturn function(m) local s = {} for i, x in ipairs(m) do s[i] = x.nothing + 1 end return s end",
      "mine:3"
    ),
    ("return function(m) return {1} end", "returned 1 scores for 12 memories"),
    ("return function(m) local s = {} for i in ipairs(m) do s[i] = 0/0 end return s end", "not a number"),
    ("return function(m) local s = {} for i in ipairs(m) do s[i] = 1/0 end return s end", "is infinite"),
    ("return function(m) return 'high' end", "mine"),
    ("return function(m) while true do end end", "mine"),
    ("return 7", "mine"),
    ("return function(m) return os.time() end", "mine:1"),
  ])
  func `nonsense is refused, and the line is named`(source: String, part: String) async {
    let problem = await Self.problem(source)
    #expect(problem?.contains(part) == true, "\(problem ?? "nothing")")
  }

  @Test(arguments: [
    ("return function(q, p) return { semantic_weight = 2 } end", "semantic_weight"),
    ("return function(q, p) return { wheight = 1 } end", "wheight"),
    ("return function(q, p) return 3 end", "return a table, or nil"),
  ])
  func `a plan has its members only`(source: String, part: String) async {
    let problem = await Self.problem(source, kind: .search)
    #expect(problem?.contains(part) == true, "\(problem ?? "nothing")")
  }

  @Test func `what is printed and the helpers work`() async {
    let source = """
      return function(memories, query)
        print("asked", query.text)
        local wanted = mneme.words(query.text)
        local s = {}
        for i, m in ipairs(memories) do
          s[i] = mneme.clamp(m.relevance, 0, 1) * mneme.decay(m.age_days, 30) * mneme.sigmoid(0)
            + mneme.overlap(wanted, mneme.words("alice decide"))
        end
        return s
      end
      """
    #expect(await Self.problem(source) == nil)
  }
}

@Suite struct PolicyInForceTests {
  /// An engine with two memories of which the older one matters more.
  private struct Shop {
    let engine: MemoryEngine
    let owner: Caller
    let clock = TestClock()

    init() async throws {
      let store = ReferenceStore()
      let policies = PolicyJudgement(store: store, clock: clock, threads: 2)
      engine = MemoryEngine(store: store, clock: clock, judgement: policies, policyHost: policies)
      var random = SeededRandom(seed: 2)
      let secret = KeySecret.make(from: &random)
      _ = try await engine.found(with: secret)
      owner = try await engine.authenticate(bearer: secret.text, door: .cli)
      for (text, importance) in [("Tea is green", 1.0), ("Tea is black", 0.0)] {
        clock.advance(by: .seconds(86_400 * 30))
        var draft = MemoryDraft(summary: text, content: text, type: "note")
        draft.importance = importance
        _ = try await engine.remember(draft, in: try await engine.writing("default", as: owner))
      }
    }

    func recall(_ query: String = "tea") async throws -> Recollection {
      try await engine.recall(RecallRequest(query), in: [try await engine.reading("default", as: owner)])
    }

    func order() async throws -> [String] { try await recall().items.map(\.memory.summary) }
  }

  private static let oldestFirst = """
    return function(memories)
      local s = {}
      for i, m in ipairs(memories) do s[i] = m.age_days end
      return s
    end
    """

  @Test func `a policy decides where it is in force, until it is rolled back`() async throws {
    let shop = try await Shop()
    let before = try await shop.order()
    let newest =
      "return function(m) local s = {} for i, x in ipairs(m) do s[i] = 1 / (1 + x.age_days) end return s end"
    for (name, source) in [("oldest", Self.oldestFirst), ("newest", newest)] {
      _ = try await shop.engine.putPolicy(name, kind: .scoring, source: source, as: shop.owner)
    }
    _ = try await shop.engine.activatePolicy("oldest", version: nil, inContext: "default", as: shop.owner)
    #expect(try await shop.order() == ["Tea is green", "Tea is black"])
    _ = try await shop.engine.activatePolicy("newest", version: nil, inContext: "default", as: shop.owner)
    #expect(try await shop.order() == ["Tea is black", "Tea is green"])
    _ = try await shop.engine.rollBackPolicy(of: .scoring, inContext: "default", as: shop.owner)
    #expect(try await shop.order() == ["Tea is green", "Tea is black"])
    _ = try await shop.engine.activatePolicy("default", version: nil, inContext: "default", as: shop.owner)
    #expect(try await shop.order() == before)
  }

  @Test func `a shipped policy is activated by its name`() async throws {
    let shop = try await Shop()
    let setting = try await shop.engine.activatePolicy(
      "recency-heavy", version: nil, inContext: nil, as: shop.owner)
    #expect(setting.active?.policy?.name == "recency-heavy")
    #expect(try await shop.order() == ["Tea is black", "Tea is green"])
  }

  @Test func `one that fails later lets the default answer, and says so`() async throws {
    let shop = try await Shop()
    let before = try await shop.order()
    let fragile = """
      return function(memories, query)
        if query.text == "tea" then error("no tea") end
        local s = {}
        for i in ipairs(memories) do s[i] = 1 end
        return s
      end
      """
    _ = try await shop.engine.putPolicy("fragile", kind: .scoring, source: fragile, as: shop.owner)
    _ = try await shop.engine.activatePolicy("fragile", version: nil, inContext: nil, as: shop.owner)
    for _ in 0..<7 {
      let found = try await shop.recall()
      #expect(found.items.map(\.memory.summary) == before)
      #expect(found.policyError?.contains("fragile") == true)
    }
    let log = try await shop.engine.policyLog(of: "fragile", limit: 50, as: shop.owner)
    #expect(log.contains { $0.level == .error && $0.text.contains("fragile@1:2: no tea") })
    // After several failures it is not even called for a while.
    #expect(log.count == 5)
    #expect(log.last?.text.contains("left out for a minute") == true)
  }

  @Test func `a preview shows both orders and changes nothing`() async throws {
    let shop = try await Shop()
    let before = try await shop.order()
    let reading = try await shop.engine.reading("default", as: shop.owner)
    let preview = try await shop.engine.previewPolicy(
      "mine", version: nil, source: Self.oldestFirst, kind: .scoring, on: ["tea"], limit: 5, in: reading)
    #expect(preview.map { $0.rows.map(\.memory.summary) } == [["Tea is green", "Tea is black"]])
    #expect(preview[0].rows.map(\.then) == [1, 2])
    #expect(Set(preview[0].rows.map(\.now)) == [1, 2])
    #expect(preview[0].fault == nil)
    #expect(try await shop.order() == before)
  }

  @Test func `who is no admin puts nothing in force`() async throws {
    let shop = try await Shop()
    let (_, secret) = try await shop.engine.addMember(
      named: "Bob", to: shop.owner.workspace, as: .member)
    let bob = try await shop.engine.authenticate(bearer: secret.text, door: .cli)
    await #expect(throws: EngineError.self) {
      _ = try await shop.engine.putPolicy("mine", kind: .scoring, source: Self.oldestFirst, as: bob)
    }
    await #expect(throws: EngineError.self) {
      _ = try await shop.engine.activatePolicy("recency-heavy", version: nil, inContext: nil, as: bob)
    }
  }
}
