/// Spares a server that fails again and again, and those who wait for it: a state machine without a clock.
///
/// Closed, it lets every call through. After ``failureLimit`` failures in a row it opens and refuses calls for
/// ``pause``; then one call is let through as a probe, whose success closes it, and whose failure opens it for twice as
/// long, up to ``longestPause``.
package struct CircuitBreaker: Sendable, Hashable {
  package enum Admission: Sendable, Hashable {
    /// Go ahead; tell the outcome with this ticket.
    case admitted(Ticket)
    /// Not now; perhaps after that time.
    case refused(after: Duration)
  }

  /// A call that was let through. Tells which state of the breaker its outcome speaks about.
  package struct Ticket: Sendable, Hashable {
    fileprivate let round: Int
  }

  private enum State: Sendable, Hashable {
    case closed(failures: Int)
    case open(until: Duration)
    case probing
  }

  private let failureLimit: Int
  private let shortestPause: Duration
  private let longestPause: Duration
  private var pause: Duration
  private var state = State.closed(failures: 0)
  /// Grows with every change between states, so that stragglers from before are not counted.
  private var round = 0

  package init(failureLimit: Int = 5, pause: Duration = .seconds(10), longestPause: Duration = .seconds(300))
  {
    self.failureLimit = failureLimit
    self.longestPause = longestPause
    shortestPause = pause
    self.pause = pause
  }

  /// Whether a call may go ahead at `time`.
  package mutating func admit(at time: Duration) -> Admission {
    switch state {
    case .closed: break
    case .open(let end) where time < end: return .refused(after: end - time)
    case .open: enter(.probing)
    case .probing: return .refused(after: .seconds(1))
    }
    return .admitted(Ticket(round: round))
  }

  /// The call was answered, be it with a refusal: the server is there.
  package mutating func succeeded(_ ticket: Ticket) {
    guard ticket.round == round else { return }
    if case .closed = state {} else { enter(.closed(failures: 0)) }
    state = .closed(failures: 0)
    pause = shortestPause
  }

  /// The call failed. The breaker stays open at least for `wish`, if the server stated one.
  package mutating func failed(_ ticket: Ticket, at time: Duration, wish: Duration? = nil) {
    guard ticket.round == round else { return }
    switch state {
    case .closed(let failures) where failures + 1 < failureLimit:
      state = .closed(failures: failures + 1)
      return
    case .probing: pause = min(pause * 2, longestPause)
    default: break
    }
    enter(.open(until: time + max(pause, min(wish ?? .zero, longestPause))))
  }

  /// The call was given up without an outcome. A probe leaves its place to the next call.
  package mutating func abandoned(_ ticket: Ticket, at time: Duration) {
    guard ticket.round == round, state == .probing else { return }
    enter(.open(until: time))
  }

  private mutating func enter(_ state: State) {
    self.state = state
    round += 1
  }
}
