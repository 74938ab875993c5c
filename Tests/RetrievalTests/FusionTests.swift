import TestSupport
import Testing

@testable import Retrieval

/// Two orders become one: bounded, repeatable, and fair to both.
@Suite struct FusionTests {
  private static func candidates(_ random: inout SeededRandom) -> [Candidate] {
    (0..<UInt32.random(in: 0...60, using: &random)).map { number in
      Candidate(
        number: number, keyword: random.oneIn(3) ? 0 : Double.random(in: 0...30, using: &random),
        cosine: random.oneIn(4) ? nil : Double.random(in: -1...1, using: &random))
    }
  }

  @Test(arguments: 0..<40)
  func `every part stays between 0 and 1, in both ways`(_ seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let candidates = Self.candidates(&random)
    let semantic = Double.random(in: 0...1, using: &random)
    let weights = (semantic: semantic, keyword: 1 - semantic)
    for fused in Fusion.weighted(candidates, weights: weights)
      + Fusion.reciprocalRanks(candidates, weights: weights)
    {
      #expect((0...1 + 1e-12).contains(fused.value))
      #expect((0...1).contains(fused.keyword))
      #expect(fused.semantic.map { (0...1).contains($0) } ?? true)
    }
  }

  @Test(arguments: 0..<40)
  func `better on both sides is better together`(_ seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let candidates = Self.candidates(&random)
    for fuse in [Fusion.weighted, Fusion.reciprocalRanks] {
      let fused = fuse(candidates, (semantic: 0.6, keyword: 0.4))
      for left in candidates.indices {
        for right in candidates.indices {
          guard let one = candidates[left].cosine, let other = candidates[right].cosine else { continue }
          guard one > other, candidates[left].keyword > candidates[right].keyword else { continue }
          #expect(fused[left].value > fused[right].value)
        }
      }
    }
  }

  @Test func `ranks do not care how far apart scores are, weights do`() {
    let candidates = [
      Candidate(number: 0, keyword: 100, cosine: 0.1), Candidate(number: 1, keyword: 1, cosine: 0.9),
    ]
    let ranks = Fusion.reciprocalRanks(candidates, weights: (0.5, 0.5))
    #expect(abs(ranks[0].value - ranks[1].value) < 1e-12)
    let sums = Fusion.weighted(candidates, weights: (0.5, 0.5))
    #expect(abs(sums[0].value - 0.5) < 1e-12)
    #expect(sums[1].value > 0.5)
  }

  @Test func `one side alone decides when the other counts nothing`() {
    let candidates = [
      Candidate(number: 0, keyword: 5, cosine: 0.1), Candidate(number: 1, keyword: 1, cosine: 0.9),
    ]
    for fuse in [Fusion.weighted, Fusion.reciprocalRanks] {
      let words = fuse(candidates, (semantic: 0, keyword: 1))
      #expect(words[0].value > words[1].value)
      let meaning = fuse(candidates, (semantic: 1, keyword: 0))
      #expect(meaning[1].value > meaning[0].value)
    }
  }
}
