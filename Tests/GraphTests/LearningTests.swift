import Graph
import Model
import Storage
import TestSupport
import Testing

@Suite struct LearningTests {
  private static let start = Timestamp(microseconds: 1_767_258_000_000_000)
  private let ids = (0..<40).map { MemoryID(high: 0x0197_6C1E_8F9A_7000, low: 0x8000_0000_0000_0000 + $0) }
  private let rule = HebbianRule()

  private func active(_ indices: Int..., level: Double = 1, confidence: Double = 1) -> [Activation] {
    indices.map { Activation(ids[$0], level: level, confidence: confidence) }
  }

  @Test func `co-activation has no direction, and grows with use and trust`() {
    let (strong, weak) = (active(0)[0], active(1, level: 0.2)[0])
    #expect(rule.gain(strong, weak) == rule.gain(weak, strong))
    #expect(rule.gain(strong, strong) > rule.gain(strong, weak))
    let stranger = active(2, confidence: TrustTier.untrusted.learningConfidence)[0]
    #expect(rule.gain(strong, stranger) <= 0.1 * rule.gain(strong, strong) + 1e-12)
  }

  @Test func `what is alike becomes an edge when it is used together, anything else by repetition`() {
    #expect(rule.forms(evidence: 1, closeness: 0.9))
    #expect(!rule.forms(evidence: 0, closeness: 1))
    // One accident makes no edge.
    #expect(!rule.forms(evidence: 1, closeness: 0.79))
    #expect(!rule.forms(evidence: 1, closeness: nil))
    #expect(!rule.forms(evidence: 2, closeness: 0.5))
    #expect(rule.forms(evidence: 2, closeness: 0.79))
    #expect(rule.forms(evidence: 3, closeness: 0.5))
    #expect(rule.forms(evidence: 3, closeness: nil))
    // Even what has nothing in common, if it is used together again and again.
    #expect(!rule.forms(evidence: 5, closeness: 0))
    #expect(rule.forms(evidence: 6, closeness: 0))
  }

  @Test func `weights stay within their range and settle`() {
    var edge = Edge(
      id: EdgeID(high: 1, low: 1), source: ids[0], target: ids[1], type: "neural_association", weight: 0.1,
      origin: .hebbian, createdAt: Self.start)
    let fading = EdgeFading(halfLifeDays: 14)
    for step in 1...500 {
      edge = edge.strengthened(
        by: rule.gain(active(0)[0], active(1)[0]), leak: rule.leak, at: Self.start + .seconds(step),
        fading: fading)
      #expect((0...Edge.weightLimit).contains(edge.weight))
    }
    #expect(edge.evidence == 501)
  }

  @Test func `fading in many steps is fading in one`() {
    var random = SeededRandom(seed: 3)
    for _ in 0..<50 {
      let fading = EdgeFading(halfLifeDays: Double.random(in: 0.1...100, using: &random))
      let edge = Edge(
        id: EdgeID(high: 1, low: 1), source: ids[0], target: ids[1], type: "x",
        weight: Double.random(in: 0...3, using: &random), origin: .hebbian, createdAt: Self.start)
      let end = Self.start + .days(30)
      var stepwise = edge
      var now = Self.start
      while now < end {
        now = min(end, now + .seconds(Int.random(in: 1...400_000, using: &random)))
        stepwise = stepwise.faded(at: now, by: fading)
      }
      #expect(abs(stepwise.weight - edge.faded(at: end, by: fading).weight) < 1e-9)
    }
    let declared = Edge(
      id: EdgeID(high: 1, low: 1), source: ids[0], target: ids[1], type: "x", createdAt: Self.start)
    #expect(declared.faded(at: Self.start + .days(900), by: EdgeFading(halfLifeDays: 1)) == declared)
  }

  @Test func `a session pairs what it uses together and shortly after each other`() {
    var window = SessionWindow(at: Self.start)
    let first = window.use(active(0, 1), at: Self.start, by: rule)
    #expect(first.map(\.pair) == [MemoryPair(ids[0], ids[1])])
    #expect(first.map(\.isNew) == [true])
    let next = window.use(active(2), at: Self.start + .seconds(60), by: rule)
    #expect(Set(next.map(\.pair)) == [MemoryPair(ids[2], ids[0]), MemoryPair(ids[2], ids[1])])
    #expect(next[0].gain < first[0].gain)
    #expect(window.use(active(3), at: Self.start + .seconds(3_600), by: rule).isEmpty)
  }

  @Test func `a session cannot inflate a weight without bound`() {
    var window = SessionWindow(at: Self.start)
    var (total, evidence) = (0.0, 0)
    for step in 0..<100 {
      for pairing in window.use(active(0, 1), at: Self.start + .seconds(step), by: rule) {
        total += pairing.gain
        evidence += pairing.isNew ? 1 : 0
      }
    }
    #expect(total <= SessionWindow.gainLimit + 1e-9)
    #expect(evidence == 1)
  }

  @Test func `closeness is the share of the context's pairs that are less alike`() throws {
    var random = SeededRandom(seed: 9)
    let vectors = (0..<40).map { _ in (0..<16).map { _ in Float.random(in: -1...1, using: &random) } }
    let scale = try #require(SimilarityScale(sample: vectors))
    #expect(scale.closeness(vectors[0], vectors[0]) == 1)
    #expect(scale.closeness(vectors[0], vectors[0].map { -$0 }) == 0)
    let middling = zip(vectors, vectors.dropFirst()).map { scale.closeness($0, $1) }
    #expect((0.3...0.7).contains(middling.reduce(0, +) / Double(middling.count)))
    #expect(SimilarityScale(sample: Array(vectors.prefix(3))) == nil)
  }
}
