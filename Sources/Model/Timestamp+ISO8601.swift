// ISO 8601 without Foundation: the calendar is proleptic Gregorian, the arithmetic counts days from 0000-03-01, so
// that the leap day is the last of its year.

extension Timestamp {
  /// The form of the wire: `2026-11-21T08:30:00.123Z`.
  public var iso8601: String {
    let day = microseconds.flooredQuotient(by: 86_400_000_000)
    let inDay = microseconds - day * 86_400_000_000
    let (year, month, dayOfMonth) = civil(fromDays: day)
    let second = inDay / 1_000_000
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
      + "T\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
      + ".\(padded(inDay / 1_000 % 1_000, 3))Z"
  }

  /// Reads a date, `2026-11-21` (midnight in UTC), or a date and time, `2026-11-21T08:30:00Z`, with any fraction and
  /// with `Z`, an offset such as `+02:00`, or nothing, which is read as UTC.
  public init?(iso8601 text: some StringProtocol) {
    var reader = DigitReader(bytes: Array(text.utf8))
    guard
      let year = reader.digits(4), reader.take("-"), let month = reader.digits(2), reader.take("-"),
      let day = reader.digits(2), (1...12).contains(month), (1...daysIn(month, of: year)).contains(day)
    else { return nil }
    var total = days(fromCivil: year, month, day) * 86_400_000_000
    if reader.isAtEnd {
      self.init(microseconds: total)
      return
    }
    guard
      reader.take("T") || reader.take("t") || reader.take(" "),
      let hour = reader.digits(2), reader.take(":"), let minute = reader.digits(2), hour < 24, minute < 60
    else { return nil }
    total += (hour * 60 + minute) * 60_000_000
    if reader.take(":") {
      guard let second = reader.digits(2), second <= 60 else { return nil }
      total += min(second, 59) * 1_000_000
      if reader.take(".") {
        guard let fraction = reader.fraction() else { return nil }
        total += fraction
      }
    }
    if !reader.isAtEnd, !reader.take("Z"), !reader.take("z") {
      let sign: Int64 = reader.take("+") ? 1 : reader.take("-") ? -1 : 0
      guard sign != 0, let hours = reader.digits(2), hours < 24 else { return nil }
      _ = reader.take(":")
      guard let minutes = reader.digits(2), minutes < 60 else { return nil }
      total -= sign * (hours * 60 + minutes) * 60_000_000
    }
    guard reader.isAtEnd else { return nil }
    self.init(microseconds: total)
  }
}

extension Timestamp: CustomStringConvertible {
  public var description: String { iso8601 }
}

private struct DigitReader {
  let bytes: [UInt8]
  var index = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { index == bytes.count }

  mutating func take(_ character: Character) -> Bool {
    guard index < bytes.count, let ascii = character.asciiValue, bytes[index] == ascii else { return false }
    index += 1
    return true
  }

  mutating func digits(_ count: Int) -> Int64? {
    guard index + count <= bytes.count else { return nil }
    var value: Int64 = 0
    for byte in bytes[index..<index + count] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    index += count
    return value
  }

  /// The digits after the point, as microseconds; further digits are read and dropped.
  mutating func fraction() -> Int64? {
    var value: Int64 = 0
    var scale: Int64 = 100_000
    let start = index
    while let digit = digits(1) {
      value += digit * scale
      scale /= 10
    }
    return index > start ? value : nil
  }
}

private func padded(_ value: Int64, _ width: Int) -> String {
  let text = String(value)
  return text.count >= width ? text : String(repeating: "0", count: width - text.count) + text
}

func daysIn(_ month: Int64, of year: Int64) -> Int64 {
  switch month {
  case 4, 6, 9, 11: 30
  case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
  default: 31
  }
}

func days(fromCivil year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
  let shifted = month <= 2 ? year - 1 : year
  let era = shifted.flooredQuotient(by: 400)
  let yearOfEra = shifted - era * 400
  let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
  let shifted = days + 719_468
  let era = shifted.flooredQuotient(by: 146_097)
  let dayOfEra = shifted - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let shiftedMonth = (5 * dayOfYear + 2) / 153
  let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
  let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}

extension Int64 {
  fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
