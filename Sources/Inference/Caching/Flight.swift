/// A call to the embedder behind a cache, and all who wait for it.
final class Flight: @unchecked Sendable {
  // Sendable: `texts`, `keys` and `priority` never change; the rest is touched only under the lock of the embedder
  // that owns the flight.
  typealias Outcome = Result<[Embedding], InferenceError>

  let keys: [EmbeddingCache.Key]
  let texts: [String]
  let priority: EmbeddingPriority
  /// The calls that want something of it; first the one that opened it.
  var passengers = 1
  var waiters: [FlightWaiter] = []
  var outcome: Outcome?
  var task: Task<Void, Never>?

  init(_ texts: [(EmbeddingCache.Key, String)], _ priority: EmbeddingPriority) {
    keys = texts.map(\.0)
    self.texts = texts.map(\.1)
    self.priority = priority
  }
}

/// One call that waits for a flight.
final class FlightWaiter: @unchecked Sendable {
  // Sendable: as the flight's.
  var continuation: CheckedContinuation<Flight.Outcome, Never>?
  var isCancelled = false
}
