import Model
import Testing
import TestSupport

@Suite struct TimestampTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (-1_000, "1969-12-31T23:59:59.999Z"),
      (1_763_713_800_123_456, "2025-11-21T08:30:00.123Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000Z"),
      (4_107_542_400_000_000, "2100-03-01T00:00:00.000Z"),
      (-62_167_219_200_000_000, "0000-01-01T00:00:00.000Z"),
      (253_402_300_799_999_000, "9999-12-31T23:59:59.999Z"),
    ] as [(Int64, String)])
  func `an instant has its form on the wire`(_ microseconds: Int64, _ text: String) {
    #expect(Timestamp(microseconds: microseconds).iso8601 == text)
  }

  @Test func `the form on the wire reads back as the same instant, to the millisecond`() {
    var random = SeededRandom(seed: 6)
    for _ in 0..<20_000 {
      let milliseconds = Int64.random(in: -62_167_219_200_000...253_402_300_799_999, using: &random)
      let instant = Timestamp(microseconds: milliseconds * 1_000)
      #expect(Timestamp(iso8601: instant.iso8601) == instant)
    }
  }

  @Test(arguments: [
    ("2026-11-21", "2026-11-21T00:00:00.000Z"), ("2026-11-21T08:30", "2026-11-21T08:30:00.000Z"),
    ("2026-11-21T08:30:05", "2026-11-21T08:30:05.000Z"), ("2026-11-21t08:30:05z", "2026-11-21T08:30:05.000Z"),
    ("2026-11-21 08:30:05Z", "2026-11-21T08:30:05.000Z"),
    ("2026-11-21T08:30:05.1Z", "2026-11-21T08:30:05.100Z"),
    ("2026-11-21T08:30:05.1239999999Z", "2026-11-21T08:30:05.123Z"),
    ("2026-11-21T01:30:00+02:00", "2026-11-20T23:30:00.000Z"),
    ("2026-12-31T23:30:00-0130", "2027-01-01T01:00:00.000Z"), ("2024-02-29", "2024-02-29T00:00:00.000Z"),
    ("2000-02-29", "2000-02-29T00:00:00.000Z"), ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z"),
  ])
  func `dates, times, fractions and offsets are read`(_ text: String, _ expected: String) {
    #expect(Timestamp(iso8601: text)?.iso8601 == expected)
  }

  @Test(arguments: [
    "", "2026", "2026-11", "2026-13-01", "2026-00-01", "2026-11-00", "2026-11-31", "2025-02-29", "1900-02-29",
    "2026-11-21T", "2026-11-21T08", "2026-11-21T24:00:00Z", "2026-11-21T08:60:00Z", "2026-11-21T08:30:61Z",
    "2026-11-21T08:30:00.", "2026-11-21T08:30:00.Z", "2026-11-21T08:30:00+", "2026-11-21T08:30:00+2",
    "2026-11-21T08:30:00+24:00", "2026-11-21T08:30:00Zz", "2026-11-21T08:30:00Z ", " 2026-11-21", "26-11-21",
    "+2026-11-21", "2026/11/21", "２026-11-21", "2026-11-21T08:30:00+02:60",
  ])
  func `what is no instant is refused`(_ text: String) {
    #expect(Timestamp(iso8601: text) == nil)
  }

  @Test func `each day of four centuries follows the one before`() {
    var day = Timestamp(microseconds: -62_167_219_200_000_000)
    var seen = 0
    while seen < 146_097 {
      let next = day + .days(1)
      #expect(Timestamp(iso8601: String(next.iso8601.prefix(10))) == next)
      day = next
      seen += 1
    }
    #expect(day.iso8601 == "0400-01-01T00:00:00.000Z")
  }

  @Test func `instants and durations add up`() {
    let instant = Timestamp(microseconds: 1_000_000)
    #expect(instant + .milliseconds(5) == Timestamp(microseconds: 1_005_000))
    #expect(instant - .seconds(2) == Timestamp(microseconds: -1_000_000))
    #expect(instant + .days(2) - instant == .seconds(172_800))
    #expect(Duration.nanoseconds(1_999).microseconds == 1)
  }
}
