internal import Threads

/// The sessions of legacy clients.
///
/// They live in the process. A client whose session is gone, after a restart or an hour of silence, hears 404 and opens
/// another one, as the protocol has it.
final class SessionTable: Sendable {
  private struct Entry {
    let session: Session
    var usedAt: ContinuousClock.Instant
  }

  private struct State {
    var entries: [String: Entry] = [:]
    var sweptAt: ContinuousClock.Instant
  }

  private let state: Lock<State>
  private let idle: Duration
  private let capacity: Int
  private let now: @Sendable () -> ContinuousClock.Instant

  /// A table whose sessions end after `idle`. When `capacity` is reached, the one that was silent longest gives way.
  init(
    idle: Duration = .seconds(3600), capacity: Int = 16_384,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
  ) {
    self.idle = idle
    self.capacity = capacity
    self.now = now
    state = Lock(State(sweptAt: now()))
  }

  /// Opens a session.
  func open(_ handshake: Handshake, for principal: Principal) -> Session {
    let session = Session(id: Self.makeID(), principal: principal, handshake)
    let now = now()
    let ended = state.withLock { state in
      var ended = sweep(&state, at: now)
      if state.entries.count >= capacity,
        let oldest = state.entries.min(by: { $0.value.usedAt < $1.value.usedAt })
      {
        state.entries[oldest.key] = nil
        ended.append(oldest.value.session)
      }
      state.entries[session.id] = Entry(session: session, usedAt: now)
      return ended
    }
    for session in ended { session.close() }
    return session
  }

  /// The session of that id, if it is this principal's and has not ended. Counts as a sign of life.
  func find(_ id: String, for principal: Principal) -> Session? {
    let now = now()
    return state.withLock { state in
      guard let entry = state.entries[id], entry.session.principal == principal, now - entry.usedAt < idle
      else {
        return nil
      }
      state.entries[id]?.usedAt = now
      return entry.session
    }
  }

  /// Ends a session and the stream that hangs on it.
  func end(_ session: Session) {
    state.withLock { $0.entries[session.id] = nil }
    session.close()
  }

  var count: Int { state.withLock { $0.entries.count } }

  /// Drops what has ended. Once in a while is enough, since `find` looks at the time itself.
  private func sweep(_ state: inout State, at now: ContinuousClock.Instant) -> [Session] {
    guard now - state.sweptAt >= idle / 10 else { return [] }
    state.sweptAt = now
    let ended = state.entries.values.filter { now - $0.usedAt >= idle }.map(\.session)
    for session in ended { state.entries[session.id] = nil }
    return ended
  }

  /// 128 bits of the system's randomness.
  private static func makeID() -> String {
    var random = SystemRandomNumberGenerator()
    let digits = [random.next(), random.next()].map { (word: UInt64) in
      let text = String(word, radix: 16)
      return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
    return digits.joined()
  }
}
