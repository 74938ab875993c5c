/// A stretch of time that somebody named: a day, a week, a month, a year.
public struct TimePeriod: Sendable, Hashable {
  public var start: Timestamp
  /// The first instant after it.
  public var end: Timestamp

  public init(start: Timestamp, end: Timestamp) {
    self.start = start
    self.end = end
  }

  /// 1 inside, and less the farther away: a half at a distance of its own length, or of a day where it is shorter.
  public func closeness(to instant: Timestamp) -> Double {
    if instant >= start, instant < end { return 1 }
    let distance = Double((instant < start ? start - instant : instant - end).microseconds)
    let length = Double(max((end - start).microseconds, Duration.days(1).microseconds))
    return 1 / (1 + distance / length)
  }

  /// The same between two periods: 1 where they overlap.
  public func closeness(to other: TimePeriod) -> Double {
    if start < other.end, other.start < end { return 1 }
    return closeness(to: other.start < start ? other.end : other.start)
  }
}

/// A day of the calendar, in UTC.
public struct CalendarDay: Sendable, Hashable {
  public var year: Int
  /// 1 to 12.
  public var month: Int
  /// 1 to 31.
  public var day: Int

  /// Nil when there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9_999).contains(year), (1...12).contains(month), day >= 1,
      day <= Int(daysIn(Int64(month), of: Int64(year)))
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// The day of an instant.
  public init(of instant: Timestamp) {
    let microseconds = instant.microseconds
    let day =
      (microseconds - (microseconds % 86_400_000_000 + 86_400_000_000) % 86_400_000_000) / 86_400_000_000
    let (year, month, dayOfMonth) = civil(fromDays: day)
    (self.year, self.month, self.day) = (Int(year), Int(month), Int(dayOfMonth))
  }

  /// Its first instant.
  public var start: Timestamp {
    Timestamp(microseconds: days(fromCivil: Int64(year), Int64(month), Int64(day)) * 86_400_000_000)
  }

  /// 0 for Monday to 6 for Sunday.
  public var weekday: Int {
    // The epoch was a Thursday.
    let day = Int(days(fromCivil: Int64(year), Int64(month), Int64(day)))
    return ((day + 3) % 7 + 7) % 7
  }
}
