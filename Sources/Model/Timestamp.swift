#if canImport(Glibc)
  internal import Glibc
#endif

/// An instant, to the microsecond, in UTC.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public let microseconds: Int64

  /// The instant that many microseconds after the epoch.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }

  /// This instant moved by `duration`.
  public static func + (left: Self, duration: Duration) -> Self {
    Timestamp(microseconds: left.microseconds + duration.microseconds)
  }

  /// This instant moved back by `duration`.
  public static func - (left: Self, duration: Duration) -> Self {
    Timestamp(microseconds: left.microseconds - duration.microseconds)
  }

  /// The time from `right` to `left`.
  public static func - (left: Self, right: Self) -> Duration {
    .microseconds(left.microseconds - right.microseconds)
  }
}

extension Duration {
  /// Whole microseconds, the rest cut off.
  public var microseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }

  /// That many days of 24 hours.
  public static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}

/// Where the time of day comes from. A parameter of whatever needs it, so that tests decide what time it is.
public protocol WallClock: Sendable {
  /// The present instant.
  func now() -> Timestamp
}

/// The clock of the machine.
public struct SystemClock: WallClock {
  /// The clock of the machine.
  public init() {}

  public func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }
}
