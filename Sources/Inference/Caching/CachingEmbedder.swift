internal import Threads

/// An embedder that asks another only for what is not in a cache, and for the same text once at a time.
///
/// - Texts that somebody else is waiting for already are not asked for again; that somebody's cancellation does
///   not disturb those who joined. An interactive call joins no bulk call, whose turn may come late.
/// - A call is cancelled in the embedder behind when nobody waits for it any more.
/// - Failures are not kept.
public final class CachingEmbedder: Embedder {
  public var model: ModelIdentity { base.model }

  private let base: any Embedder
  private let cache: EmbeddingCache
  private let flights = Lock<[FlightKey: Flight]>([:])

  /// A flight is looked up by text and urgency.
  private struct FlightKey: Hashable {
    let text: EmbeddingCache.Key
    let priority: EmbeddingPriority
  }

  public init(_ base: any Embedder, cache: EmbeddingCache) {
    self.base = base
    self.cache = cache
  }

  /// Calls that wait for the embedder behind, counted once for each call there that they wait for.
  package var waitingCalls: Int {
    flights.withLock { flights in
      var seen: [ObjectIdentifier: Int] = [:]
      for flight in flights.values { seen[ObjectIdentifier(flight)] = flight.passengers }
      return seen.values.reduce(0, +)
    }
  }

  public func embed(
    _ texts: [String], as kind: TextKind, priority: EmbeddingPriority
  ) async throws(InferenceError) -> [Embedding] {
    let keys = texts.map { EmbeddingCache.Key($0, as: kind, by: model) }
    var found: [EmbeddingCache.Key: Embedding] = [:]
    var missing: [EmbeddingCache.Key: String] = [:]
    for (index, embedding) in cache.embeddings(for: keys).enumerated() {
      if let embedding { found[keys[index]] = embedding } else { missing[keys[index]] = texts[index] }
    }
    if !missing.isEmpty {
      let order = keys.filter { missing.removeValue(forKey: $0) != nil }
      let wanted = Dictionary(zip(keys, texts)) { first, _ in first }
      try await fetch(order.compactMap { key in wanted[key].map { (key, $0) } }, kind, priority, into: &found)
    }
    return try keys.map { key throws(InferenceError) in
      guard let embedding = found[key] else { throw .malformedAnswer("an embedding is missing") }
      return embedding
    }
  }

  /// Gets `texts`, which are in no cache: from flights of others, from one of our own, and, when another's failed for
  /// reasons that need not be ours, from a call that nobody joins.
  private func fetch(
    _ texts: [(EmbeddingCache.Key, String)], _ kind: TextKind, _ priority: EmbeddingPriority,
    into found: inout [EmbeddingCache.Key: Embedding]
  ) async throws(InferenceError) {
    let (own, joined) = board(texts, priority)
    if let own { takeOff(own, kind) }
    var waiting = (own.map { [$0] } ?? []) + joined
    // Those not waited for, because an earlier one failed, have this call as a passenger still.
    defer { for flight in waiting { leave(flight) } }
    var again: [(EmbeddingCache.Key, String)] = []
    while let flight = waiting.first {
      let outcome = await wait(for: flight)
      leave(waiting.removeFirst())
      switch outcome {
      case .success(let embeddings):
        for (key, embedding) in zip(flight.keys, embeddings) { found[key] = embedding }
      case .failure(.refused) where flight !== own, .failure(.malformedAnswer) where flight !== own:
        // It may have been about a text beside ours.
        again += texts.filter { flight.keys.contains($0.0) }
      case .failure(let error): throw error
      }
    }
    guard !again.isEmpty else { return }
    let embeddings = try await base.embed(again.map(\.1), as: kind, priority: priority)
    let keyed = Array(zip(again.map(\.0), embeddings))
    cache.keep(keyed)
    for (key, embedding) in keyed { found[key] = embedding }
  }

  /// Joins the flights that carry some of `texts` already, and opens one for the rest.
  private func board(
    _ texts: [(EmbeddingCache.Key, String)], _ priority: EmbeddingPriority
  ) -> (own: Flight?, joined: [Flight]) {
    flights.withLock { flights in
      var joined: [Flight] = []
      var rest: [(EmbeddingCache.Key, String)] = []
      for (key, text) in texts {
        let urgent = flights[FlightKey(text: key, priority: .interactive)]
        let flight = urgent ?? (priority == .bulk ? flights[FlightKey(text: key, priority: .bulk)] : nil)
        guard let flight else {
          rest.append((key, text))
          continue
        }
        if !joined.contains(where: { $0 === flight }) {
          flight.passengers += 1
          joined.append(flight)
        }
      }
      guard !rest.isEmpty else { return (nil, joined) }
      let own = Flight(rest, priority)
      for (key, _) in rest { flights[FlightKey(text: key, priority: priority)] = own }
      return (own, joined)
    }
  }

  /// Asks the embedder behind, in a task of its own: it belongs to all passengers.
  private func takeOff(_ flight: Flight, _ kind: TextKind) {
    let task = Task { [self] in
      do throws(InferenceError) {
        land(flight, .success(try await base.embed(flight.texts, as: kind, priority: flight.priority)))
      } catch {
        land(flight, .failure(error))
      }
    }
    flights.withLock { _ in flight.task = task }
  }

  /// What comes of `flight`, or `cancelled` as soon as this task is.
  private func wait(for flight: Flight) async -> Flight.Outcome {
    let waiter = FlightWaiter()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let outcome: Flight.Outcome? = flights.withLock { _ in
          if waiter.isCancelled { return .failure(.cancelled) }
          if let outcome = flight.outcome { return outcome }
          waiter.continuation = continuation
          flight.waiters.append(waiter)
          return nil
        }
        if let outcome { continuation.resume(returning: outcome) }
      }
    } onCancel: {
      let continuation = flights.withLock { _ in
        waiter.isCancelled = true
        flight.waiters.removeAll { $0 === waiter }
        defer { waiter.continuation = nil }
        return waiter.continuation
      }
      continuation?.resume(returning: .failure(.cancelled))
    }
  }

  /// One passenger less. The last one to leave ends the flight.
  private func leave(_ flight: Flight) {
    let task: Task<Void, Never>? = flights.withLock { flights in
      flight.passengers -= 1
      guard flight.passengers == 0, flight.outcome == nil else { return nil }
      remove(flight, from: &flights)
      return flight.task
    }
    task?.cancel()
  }

  private func remove(_ flight: Flight, from flights: inout [FlightKey: Flight]) {
    for key in flight.keys {
      let key = FlightKey(text: key, priority: flight.priority)
      if flights[key] === flight { flights[key] = nil }
    }
  }

  private func land(_ flight: Flight, _ outcome: Flight.Outcome) {
    var outcome = outcome
    if case .success(let embeddings) = outcome {
      if embeddings.count == flight.keys.count {
        cache.keep(Array(zip(flight.keys, embeddings)))
      } else {
        outcome = .failure(.malformedAnswer("\(embeddings.count) embeddings for \(flight.keys.count) texts"))
      }
    }
    let result = outcome
    let waiting = flights.withLock { flights in
      flight.outcome = result
      remove(flight, from: &flights)
      defer { flight.waiters = [] }
      return flight.waiters.compactMap { waiter in
        defer { waiter.continuation = nil }
        return waiter.continuation
      }
    }
    for continuation in waiting { continuation.resume(returning: result) }
  }
}
