/// Whether a hook that somebody waits for is still called: after several failures in a row it is left out for a while, so
/// that nobody pays for it each time.
struct Circuit: Sendable {
  private static let mostFailures = 5
  private static let rest = Duration.seconds(60)

  private var failures = 0
  private var openUntil: ContinuousClock.Instant?

  func isClosed(at instant: ContinuousClock.Instant) -> Bool { openUntil.map { instant >= $0 } ?? true }

  /// Returns whether it has just opened.
  mutating func fail(at instant: ContinuousClock.Instant) -> Bool {
    failures += 1
    guard failures >= Self.mostFailures else { return false }
    openUntil = instant + Self.rest
    return true
  }
}
