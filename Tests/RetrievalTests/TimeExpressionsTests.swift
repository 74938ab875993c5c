import Model
import Testing

@testable import Retrieval

/// Times that people write, in three languages. Today is Thursday, 26 November 2026.
@Suite struct TimeExpressionsTests {
  private static let now = Timestamp(iso8601: "2026-11-26T10:00:00Z") ?? Timestamp(microseconds: 0)

  private func period(_ text: String) -> String? {
    TimeExpressions(now: Self.now).first(in: text).map {
      "\($0.start.iso8601.prefix(10)) \($0.end.iso8601.prefix(10))"
    }
  }

  @Test(arguments: [
    ("what did we decide on 2023-05-08?", "2023-05-08 2023-05-09"),
    ("the report of 2023-05", "2023-05-01 2023-06-01"),
    ("on 8 May, 2023 we met", "2023-05-08 2023-05-09"),
    ("May 8th, 2023", "2023-05-08 2023-05-09"),
    ("the 8th of May 2023", "2023-05-08 2023-05-09"),
    ("in May 2023", "2023-05-01 2023-06-01"),
    ("what happened in May", "2026-05-01 2026-06-01"),
    ("what happened in December", "2025-12-01 2026-01-01"),
    ("revenue in 2024", "2024-01-01 2025-01-01"),
    ("am 8. Mai 2023 beschlossen", "2023-05-08 2023-05-09"),
    ("am 08.05.2023", "2023-05-08 2023-05-09"),
    ("im März", "2026-03-01 2026-04-01"),
    ("2023年5月8日の会議", "2023-05-08 2023-05-09"),
    ("2023年5月の売上", "2023-05-01 2023-06-01"),
    ("5月8日に決めたこと", "2026-05-08 2026-05-09"),
  ])
  func `a date is read in any of its spellings`(_ text: String, _ expected: String) {
    #expect(period(text) == expected, "\(text)")
  }

  @Test(arguments: [
    ("what broke today", "2026-11-26 2026-11-27"),
    ("yesterday's outage", "2026-11-25 2026-11-26"),
    ("what did we ship last week", "2026-11-16 2026-11-23"),
    ("decisions of this month", "2026-11-01 2026-12-01"),
    ("last year", "2025-01-01 2026-01-01"),
    ("last Monday", "2026-11-23 2026-11-24"),
    ("last Thursday", "2026-11-19 2026-11-20"),
    ("3 days ago", "2026-11-23 2026-11-24"),
    ("two weeks ago", "2026-11-09 2026-11-16"),
    ("a month ago", "2026-10-01 2026-11-01"),
    ("was war letzte Woche", "2026-11-16 2026-11-23"),
    ("letzten Montag", "2026-11-23 2026-11-24"),
    ("vor drei Tagen", "2026-11-23 2026-11-24"),
    ("gestern", "2026-11-25 2026-11-26"),
    ("先週決めたことは", "2026-11-16 2026-11-23"),
    ("去年の目標", "2025-01-01 2026-01-01"),
    ("3日前に直したバグ", "2026-11-23 2026-11-24"),
  ])
  func `words count from today`(_ text: String, _ expected: String) {
    #expect(period(text) == expected, "\(text)")
  }

  @Test(arguments: [
    "why did the login break", "may I ask who did it", "the last one", "section 8.5", "version 1.2.3",
    "march of the penguins", "call 2023", "5 times", "vor allem", "", "2023-13-01", "日本の首都",
    "99999999999999999999 days ago", "31.02.2023",
  ])
  func `what names no time is left alone`(_ text: String) {
    #expect(period(text) == nil, "\(text)")
  }

  @Test func `what is nearer to a period is closer`() {
    let may = TimePeriod(
      start: Timestamp(iso8601: "2023-05-01") ?? Self.now, end: Timestamp(iso8601: "2023-06-01") ?? Self.now)
    func closeness(_ day: String) -> Double { may.closeness(to: Timestamp(iso8601: day) ?? Self.now) }
    #expect(closeness("2023-05-01") == 1)
    #expect(closeness("2023-05-31") == 1)
    #expect(closeness("2023-06-01") == 1)
    #expect(closeness("2023-06-15") > closeness("2023-07-15"))
    #expect(closeness("2023-04-20") > closeness("2023-01-01"))
    #expect(closeness("2000-01-01") > 0)
  }
}
