internal import Model

/// Reads times that people write: dates in several spellings, and words such as “last week”, in English, German and
/// Japanese. A time that the text does not pin down is looked for in the past, where memories are.
struct TimeExpressions {
  let now: Timestamp

  private var today: CalendarDay { CalendarDay(of: now) }

  /// The first time that a text names.
  func first(in text: String) -> TimePeriod? {
    let tokens = TimeToken.read(text)
    for place in tokens.indices {
      if let period = written(tokens[place...]) ?? relative(tokens[place...]) { return period }
    }
    return nil
  }

  /// The first date that a text writes out: what a memory says of when it was. Relative words are left alone, since they
  /// count from a day that is not known.
  func firstDate(in text: String) -> TimePeriod? {
    let tokens = TimeToken.read(text)
    for place in tokens.indices {
      if let period = written(tokens[place...]) { return period }
    }
    return nil
  }

  // MARK: - Dates

  /// A date at the front of `tokens`.
  private func written(_ tokens: ArraySlice<TimeToken>) -> TimePeriod? {
    let at = tokens.startIndex
    func token(_ offset: Int) -> TimeToken? { at + offset < tokens.endIndex ? tokens[at + offset] : nil }
    guard let first = token(0) else { return nil }
    // 2023-05-08, 2023-05, 8.5.2023, 2023年5月8日
    if let number = first.number {
      if first.digits == 4, token(1)?.mark == first.joined, first.joined == "-" || first.joined == "/",
        let month = token(2), let monthNumber = month.number, month.digits <= 2
      {
        if month.joined == first.joined, let day = token(4)?.number {
          return self.day(number, monthNumber, day)
        }
        if first.joined == "-" { return self.month(number, monthNumber) }
      }
      if first.joined == ".", let month = token(2), let monthNumber = month.number, month.joined == ".",
        let year = token(4), year.digits == 4, let yearNumber = year.number
      {
        return day(yearNumber, monthNumber, number)
      }
      if first.digits == 4, token(1)?.mark == "年" {
        guard let month = token(2)?.number, token(3)?.mark == "月" else { return year(number) }
        guard let day = token(4)?.number, token(5)?.mark == "日" else { return self.month(number, month) }
        return self.day(number, month, day)
      }
      if first.digits <= 2, token(1)?.mark == "月", (1...12).contains(number) {
        guard let day = token(2)?.number, token(3)?.mark == "日" else {
          return month(latestYear(ofMonth: number), number)
        }
        return self.day(latestYear(ofMonth: number), number, day)
      }
      // 8 May 2023, 8. Mai 2023, 8th of May
      if first.digits <= 2, (1...31).contains(number) {
        var next = 1
        while let word = token(next), word.mark == "." || ["st", "nd", "rd", "th", "of"].contains(word.word) {
          next += 1
        }
        if let name = token(next), let month = Self.months[name.word] {
          next += 1
          if token(next)?.mark == "," || token(next)?.mark == "." { next += 1 }
          if let year = token(next), year.digits == 4, let yearNumber = year.number {
            return day(yearNumber, month, number)
          }
          return day(latestYear(ofMonth: month), month, number)
        }
      }
      return nil
    }
    // May 8, 2023; May 2023; in May
    guard let month = Self.months[first.word] else { return nil }
    var next = 1
    if token(next)?.mark == "." { next += 1 }
    if let day = token(next), day.digits <= 2, let dayNumber = day.number, (1...31).contains(dayNumber) {
      next += 1
      while let word = token(next), word.mark == "," || ["st", "nd", "rd", "th"].contains(word.word) {
        next += 1
      }
      if let year = token(next), year.digits == 4, let yearNumber = year.number {
        return self.day(yearNumber, month, dayNumber)
      }
      return self.day(latestYear(ofMonth: month), month, dayNumber)
    }
    if token(next)?.mark == "," { next += 1 }
    if let year = token(next), year.digits == 4, let yearNumber = year.number,
      (1_900...2_100).contains(yearNumber)
    {
      return self.month(yearNumber, month)
    }
    return nil
  }

  // MARK: - Words

  /// A time that is told from today, or by a preposition, at the front of `tokens`.
  private func relative(_ tokens: ArraySlice<TimeToken>) -> TimePeriod? {
    let words = tokens.prefix(4).map(\.word)
    func word(_ offset: Int) -> String { offset < words.count ? words[offset] : "" }
    let start = today.start
    switch word(0) {
    case "today", "heute", "今日", "本日": return days(start, 1)
    case "yesterday", "gestern", "昨日": return days(start - .days(1), 1)
    case "vorgestern", "一昨日": return days(start - .days(2), 1)
    case "先週": return week(before: 1)
    case "今週": return week(before: 0)
    case "先月": return month(before: 1)
    case "今月": return month(before: 0)
    case "去年", "昨年": return year(today.year - 1)
    case "今年": return year(today.year)
    case "last", "past", "previous", "letzte", "letzten", "letztes", "letzter", "vorige", "vorigen",
      "voriges":
      return unit(word(1), before: 1) ?? named(word(1))
    case "this", "diese", "diesen", "dieses", "dieser":
      return unit(word(1), before: 0)
    case "in", "im", "during", "since", "of", "seit":
      if let period = written(tokens.dropFirst()) { return period }
      if let month = Self.months[word(1)] { return self.month(latestYear(ofMonth: month), month) }
      if tokens.count > 1, let year = tokens[tokens.startIndex + 1].fourDigitYear { return self.year(year) }
      return nil
    case "vor":
      guard let count = count(tokens.dropFirst().first) else { return nil }
      return ago(count, word(2))
    default:
      guard let count = count(tokens.first) else { return nil }
      if word(2) == "ago" { return ago(count, word(1)) }
      // 3日前, 2週間前
      if word(1).hasSuffix("前") { return ago(count, String(word(1).dropLast())) }
      return nil
    }
  }

  private func count(_ token: TimeToken?) -> Int? {
    guard let token else { return nil }
    if let number = token.number { return (1...1_000).contains(number) ? number : nil }
    return Self.counts[token.word]
  }

  private func ago(_ count: Int, _ unit: String) -> TimePeriod? {
    switch unit {
    case "day", "days", "tag", "tagen", "tage", "日": return days(today.start - .days(count), 1)
    case "week", "weeks", "woche", "wochen", "週", "週間": return week(before: count)
    case "month", "months", "monat", "monaten", "monate", "月", "ヶ月", "か月", "カ月": return month(before: count)
    case "year", "years", "jahr", "jahren", "jahre", "年": return year(today.year - count)
    default: return nil
    }
  }

  private func unit(_ word: String, before: Int) -> TimePeriod? {
    switch word {
    case "week", "woche": week(before: before)
    case "month", "monat": month(before: before)
    case "year", "jahr": year(today.year - before)
    default: nil
    }
  }

  /// The latest day of that weekday, or the latest month of that name, before today.
  private func named(_ word: String) -> TimePeriod? {
    if let weekday = Self.weekdays[word] {
      let back = (today.weekday - weekday + 6) % 7 + 1
      return days(today.start - .days(back), 1)
    }
    return Self.months[word].map { month(latestYear(ofMonth: $0), $0) } ?? nil
  }

  // MARK: - The calendar

  private func days(_ start: Timestamp, _ count: Int) -> TimePeriod {
    TimePeriod(start: start, end: start + .days(count))
  }

  private func week(before count: Int) -> TimePeriod {
    days(today.start - .days(today.weekday + 7 * count), 7)
  }

  private func month(before count: Int) -> TimePeriod? {
    let months = today.year * 12 + today.month - 1 - count
    return months > 12 ? month(months / 12, months % 12 + 1) : nil
  }

  private func day(_ year: Int, _ month: Int, _ day: Int) -> TimePeriod? {
    CalendarDay(year: year, month: month, day: day).map { days($0.start, 1) }
  }

  private func month(_ year: Int, _ month: Int) -> TimePeriod? {
    let next = month == 12 ? (year + 1, 1) : (year, month + 1)
    guard let start = CalendarDay(year: year, month: month, day: 1),
      let end = CalendarDay(year: next.0, month: next.1, day: 1)
    else { return nil }
    return TimePeriod(start: start.start, end: end.start)
  }

  private func year(_ year: Int) -> TimePeriod? {
    guard let start = CalendarDay(year: year, month: 1, day: 1),
      let end = CalendarDay(year: year + 1, month: 1, day: 1)
    else { return nil }
    return TimePeriod(start: start.start, end: end.start)
  }

  /// This year, or the last one for a month that has not begun.
  private func latestYear(ofMonth month: Int) -> Int { month > today.month ? today.year - 1 : today.year }

  static let months: [String: Int] = {
    let names = [
      ["january", "jan", "januar", "jänner"], ["february", "feb", "februar"], ["march", "mar", "märz"],
      ["april", "apr"], ["may", "mai"], ["june", "jun", "juni"], ["july", "jul", "juli"],
      ["august", "aug"], ["september", "sep", "sept"], ["october", "oct", "oktober", "okt"],
      ["november", "nov"], ["december", "dec", "dezember", "dez"],
    ]
    var months: [String: Int] = [:]
    for (index, spellings) in names.enumerated() {
      for spelling in spellings { months[spelling] = index + 1 }
    }
    return months
  }()

  private static let weekdays: [String: Int] = [
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "montag": 0, "dienstag": 1, "mittwoch": 2, "donnerstag": 3, "freitag": 4, "samstag": 5, "sonntag": 6,
  ]

  private static let counts: [String: Int] = [
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10,
    "einem": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "zehn": 10,
  ]
}

/// A piece of a text as times are read from it: a number, a word in lower case, or one other character.
struct TimeToken {
  var word = ""
  var number: Int?
  var digits = 9
  var mark: Character?
  /// The mark that stands right behind a number.
  var joined: Character?

  /// A number that can be a year in people's memories.
  var fourDigitYear: Int? { digits == 4 ? number.flatMap { (1_900...2_100).contains($0) ? $0 : nil } : nil }

  /// Characters that count a number in Japanese dates, and begin a token of their own.
  private static let counters: Set<Character> = ["年", "月", "日"]
  private static let words = [
    "一昨日", "今日", "本日", "昨日", "先週", "今週", "先月", "今月", "去年", "昨年", "今年", "日前", "週間前", "週前", "ヶ月前", "か月前",
    "カ月前", "年前",
  ]

  static func read(_ text: String) -> [TimeToken] {
    var tokens: [TimeToken] = []
    var rest = text[...]
    // What stands far behind is no hint of a time, and texts can be long.
    if rest.utf8.count > 2_000 { rest = rest.prefix(1_000) }
    while let character = rest.first {
      if character.isASCII, character.isNumber {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(digits.count)
        var token = TimeToken(number: digits.count <= 9 ? Int(digits) : nil, digits: digits.count)
        token.joined = rest.first
        tokens.append(token)
      } else if let word = words.first(where: { rest.hasPrefix($0) }) {
        tokens.append(TimeToken(word: word))
        rest = rest.dropFirst(word.count)
      } else if counters.contains(character) {
        tokens.append(TimeToken(mark: character))
        rest = rest.dropFirst()
      } else if character.isLetter {
        let letters = rest.prefix { $0.isLetter && !counters.contains($0) }
        if !character.isASCII, letters.unicodeScalars.first.map({ $0.value >= 0x3000 }) == true {
          // No spaces there: go on character by character.
          rest = rest.dropFirst()
        } else {
          tokens.append(TimeToken(word: letters.lowercased()))
          rest = rest.dropFirst(letters.count)
        }
      } else {
        if !character.isWhitespace { tokens.append(TimeToken(mark: character)) }
        rest = rest.dropFirst()
      }
    }
    return tokens
  }
}
