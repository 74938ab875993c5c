/// Time and chance as an embedder sees them; tests make their own.
public struct RemoteTiming: Sendable {
  /// A clock that never goes back, from any start.
  public var now: @Sendable () -> Duration
  /// Waits; throws when the task is cancelled.
  public var sleep: @Sendable (Duration) async throws -> Void
  /// A number from 0 up to 1.
  public var random: @Sendable () -> Double

  public init(
    now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void,
    random: @escaping @Sendable () -> Double
  ) {
    self.now = now
    self.sleep = sleep
    self.random = random
  }

  /// The machine's.
  public static let system: RemoteTiming = {
    let clock = ContinuousClock()
    let start = clock.now
    return RemoteTiming(
      now: { clock.now - start }, sleep: { try await clock.sleep(for: $0) }, random: { .random(in: 0..<1) })
  }()
}
