import Model
import Testing

@testable import Retrieval

/// What a question looks like, and what plan follows.
@Suite struct QueryTraitsTests {
  private static let now = Timestamp(iso8601: "2026-11-26T10:00:00Z") ?? Timestamp(microseconds: 0)

  private func traits(_ query: String) -> QueryTraits { QueryTraits(of: query, askedAt: Self.now) }

  @Test(arguments: [
    "getUserById", "user_id", "src/main.c", "E4012", "v1.4.2", "1.4.2", "--dry-run", "HTTP2", "std::vector",
    "main.swift", "0x7f", "JIRA-42", "#1234a", "ENOENT_2",
  ])
  func `an identifier is told by how it is written`(_ word: String) {
    #expect(QueryTraits.isIdentifier(word[...]), "\(word)")
    #expect(traits("\(word)?").identifiers == [word.lowercased()])
  }

  @Test(arguments: [
    "login", "Caroline", "don't", "8th", "2nd", "5pm", "2023", "well-known", "I", "e.g", "naïve", "日本語",
    "3.5",
    "NASA", "end.",
  ])
  func `an ordinary word is no identifier`(_ word: String) {
    #expect(!QueryTraits.isIdentifier(word[...]), "\(word)")
  }

  @Test func `quotations and short questions are noticed`() {
    #expect(traits("who said \"never again\"").isQuoted)
    #expect(traits("wer sagte „nie wieder“").isQuoted)
    #expect(traits("「また明日」と言った").isQuoted)
    #expect(!traits("what's Ana's plan").isQuoted)
    #expect(!traits("a lone \" mark").isQuoted)
    #expect(traits("coffee").isVeryShort)
    #expect(!traits("why did the login break").isVeryShort)
    #expect(!traits("先週デプロイが失敗した理由は何ですか").isVeryShort)
  }

  @Test func `words count more for what is meant as it is written`() {
    let settings = SearchSettings()
    func keywordWeight(_ query: String) -> Double {
      SearchPlan(settings: settings, mode: .hybrid, traits: traits(query)).keywordWeight
    }
    #expect(keywordWeight("why did the login break after the release") == 0.4)
    #expect(abs(keywordWeight("getUserById") - 0.7) < 1e-9)
    #expect(abs(keywordWeight("the note that says \"never again\"") - 0.7) < 1e-9)
    #expect(abs(keywordWeight("coffee") - 0.55) < 1e-9)
  }

  @Test func `weights add up to one whatever a policy says`() {
    var plan = SearchPlan()
    for (semantic, keyword) in [(0.6, 0.4), (3, 1), (0, 0), (-1, 2), (.infinity, 1)] as [(Double, Double)] {
      (plan.semanticWeight, plan.keywordWeight) = (semantic, keyword)
      let weights = plan.weights(hasVector: true)
      #expect(abs(weights.semantic + weights.keyword - 1) < 1e-9)
      #expect(weights.semantic >= 0 && weights.keyword >= 0)
    }
    #expect(plan.weights(hasVector: false) == (0, 1))
  }
}
