internal import Model
internal import Testing

@testable import Engine

@Suite struct LintTests {
  static let good = "The deploy failed because the JWT had expired on 2026-01-01"

  @Test(
    arguments: [
      (good, ["deploy"], []),
      (good, [], [.noTags]),
      ("Too short to find", ["deploy"], [.summaryShort]),
      (String(repeating: "Too long to read. ", count: 20), ["deploy"], [.summaryLong]),
      ("Today the deploy failed because the JWT had expired", ["deploy"], [.summaryNarrative]),
      ("We fixed the deploy", [], [.summaryShort, .summaryNarrative, .noTags]),
      ("Wednesday is the day on which the team deploys", ["deploy"], []),
    ] as [(String, [String], [LintHint.Code])])
  func `a summary and its tags deserve these hints`(
    summary: String, tags: [String], expected: [LintHint.Code]
  ) {
    let hints = LintHint.hints(summary: summary, tags: tags, known: [])
    #expect(hints.map(\.code) == expected)
    #expect(hints.allSatisfy { !$0.hint.isEmpty && $0.subject == nil })
  }

  @Test(arguments: ["Deploys", "deploy", "DEPLOY", "Deploy", "de-ploy"])
  func `a tag that the context has in another spelling is pointed out`(tag: String) async throws {
    let workshop = try await Workshop()
    let known = "deploys"
    try await workshop.remember(Self.good) { $0.tags = [known] }
    let made = try await workshop.remember(Self.good) { $0.tags = [tag] }
    #expect(made.lint.map(\.code) == [.tagNearDuplicate])
    #expect(made.lint.first?.subject == tag)
    #expect(made.lint.first?.hint.contains(known) == true)
  }

  @Test func `the same tag again and another tag are no near duplicates`() async throws {
    let workshop = try await Workshop()
    try await workshop.remember(Self.good) { $0.tags = ["deploy"] }
    for tags in [["deploy"], ["design"], ["deployment"], ["deploy", "Deploy"]] {
      #expect(try await workshop.remember(Self.good) { $0.tags = tags }.lint == [])
    }
  }
}
