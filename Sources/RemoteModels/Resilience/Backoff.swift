package import WebClient

/// How long to wait before another try.
package struct Backoff: Sendable, Hashable {
  /// Before the second try, at most; doubled for each one after it.
  package var base = Duration.milliseconds(500)
  package var longest = Duration.seconds(30)
  /// A server that asks for more patience than this is not waited for.
  package var longestWish = Duration.seconds(60)

  package init() {}

  /// The time before try `attempt` (the first repetition is 1), or nil if there is no point in waiting.
  ///
  /// Without a wish of the server it is drawn evenly from zero on (“full jitter”), so that many clients do not come back
  /// together; with one, a little is added to it.
  package func wait(before attempt: Int, wish: Duration?, random: Double) -> Duration? {
    let span = min(longest, base * (1 << min(attempt - 1, 16)))
    guard let wish else { return span * random }
    return wish <= longestWish ? wish + min(span, .seconds(1)) * random : nil
  }
}

extension WebResponse {
  /// When the server wants to be asked again: `Retry-After` in seconds or as a date, or OpenAI's finer `retry-after-ms`.
  ///
  /// A date is compared with the server's own `Date`, so that clocks need not agree.
  package var retryAfter: Duration? {
    if let text = headers["retry-after-ms"], let milliseconds = Double(text), milliseconds >= 0,
      milliseconds < 1e9
    {
      return .seconds(milliseconds / 1000)
    }
    guard let text = headers["Retry-After"] else { return nil }
    if let seconds = Double(text) { return seconds >= 0 && seconds < 1e9 ? .seconds(seconds) : nil }
    guard let wish = secondsSince1970(httpDate: text),
      let now = headers["Date"].flatMap(secondsSince1970(httpDate:))
    else { return nil }
    return .seconds(max(0, wish - now))
  }
}

/// Reads a date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
private func secondsSince1970(httpDate text: String) -> Int? {
  let parts = text.split(whereSeparator: { " ,:".contains($0) })
  let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
  guard parts.count == 8, parts[7] == "GMT", let day = Int(parts[1]), (1...31).contains(day),
    let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]),
    (1970...9999).contains(year),
    let hour = Int(parts[4]), let minute = Int(parts[5]), let second = Int(parts[6]),
    (0..<24).contains(hour), (0..<60).contains(minute), (0...60).contains(second)
  else { return nil }
  // Years begin in March here, so that the leap day is the last one.
  let (y, m) = month < 2 ? (year - 1, month + 10) : (year, month - 2)
  let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468
  return ((days * 24 + hour) * 60 + minute) * 60 + second
}
