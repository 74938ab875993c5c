internal import Model
internal import Threads

/// So many of something in a time, for each who does it.
final class RateLimit: Sendable {
  private struct State {
    var counts: [String: Int] = [:]
    var since = Timestamp(microseconds: 0)
  }

  private let limit: Int
  private let period: Duration
  private let state = Lock(State())

  init(_ limit: Int, per period: Duration) {
    self.limit = limit
    self.period = period
  }

  /// Counts one more, and says whether it is within the limit.
  func admits(_ who: String, at now: Timestamp) -> Bool {
    state.withLock { state in
      // All windows end together, which keeps what is remembered as small as one window.
      if now - state.since >= period { state = State(counts: [:], since: now) }
      state.counts[who, default: 0] += 1
      return state.counts[who, default: 0] <= limit
    }
  }
}

/// Makes those wait who sign in with wrong passwords: the first few mistakes are free, and then each one doubles the time
/// until the next attempt is looked at, up to a quarter of an hour.
final class SignInThrottle: Sendable {
  private struct Record {
    var failures = 0
    var last = Timestamp(microseconds: 0)
  }

  private let records = Lock<[String: Record]>([:])
  private let free: Int
  private let capacity: Int
  private static let longest: Duration = .seconds(900)

  init(free: Int, capacity: Int = 10_000) {
    self.free = free
    self.capacity = capacity
  }

  /// How long `who` has to wait; nil when there is nothing to wait for.
  func delay(for who: String, at now: Timestamp) -> Duration? {
    records.withLock { records in
      guard let record = records[who], record.failures >= free else { return nil }
      let wait = min(Self.longest, Duration.seconds(1 << min(record.failures - free, 20)))
      let left = wait - (now - record.last)
      return left > .zero ? left : nil
    }
  }

  func failed(_ who: String, at now: Timestamp) {
    records.withLock { records in
      // Who was quiet for long starts anew; and nobody fills the memory with names.
      if records.count >= capacity { records = records.filter { now - $0.value.last < Self.longest } }
      if records.count >= capacity, records[who] == nil,
        let oldest = records.min(by: { $0.value.last < $1.value.last })
      {
        records[oldest.key] = nil
      }
      var record = records[who] ?? Record()
      if now - record.last > Self.longest * 4 { record.failures = 0 }
      record.failures += 1
      record.last = now
      records[who] = record
    }
  }

  func succeeded(_ who: String) { records.withLock { $0[who] = nil } }
}
