public import Model
internal import Threads

/// A clock that stands still until a test moves it.
public final class TestClock: WallClock {
  private let time: Lock<Timestamp>

  /// A clock that shows the morning of 2026-01-01, or another instant.
  public init(_ start: Timestamp = Timestamp(microseconds: 1_767_258_000_000_000)) { time = Lock(start) }

  public func now() -> Timestamp { time.withLock { $0 } }

  /// Moves the clock, and returns what it shows then.
  @discardableResult
  public func advance(by duration: Duration = .seconds(1)) -> Timestamp {
    time.withLock { time in
      time = time + duration
      return time
    }
  }
}
