import RemoteModels
import TestSupport
import Testing

@Suite struct CircuitBreakerTests {
  private func fail(_ breaker: inout CircuitBreaker, at time: Duration, wish: Duration? = nil) throws {
    guard case .admitted(let ticket) = breaker.admit(at: time) else {
      Issue.record("refused at \(time)")
      return
    }
    breaker.failed(ticket, at: time, wish: wish)
  }

  private func makeOpen() throws -> CircuitBreaker {
    var breaker = CircuitBreaker(failureLimit: 3, pause: .seconds(10), longestPause: .seconds(30))
    for _ in 0..<3 { try fail(&breaker, at: .zero) }
    return breaker
  }

  @Test func `it opens after failures in a row, and a success starts the count anew`() throws {
    var breaker = CircuitBreaker(failureLimit: 3, pause: .seconds(10))
    for _ in 0..<2 { try fail(&breaker, at: .zero) }
    if case .admitted(let ticket) = breaker.admit(at: .zero) { breaker.succeeded(ticket) }
    for _ in 0..<3 { try fail(&breaker, at: .seconds(1)) }
    #expect(breaker.admit(at: .seconds(4)) == .refused(after: .seconds(7)))
  }

  @Test func `after the pause one probe goes through, and its success closes it`() throws {
    var breaker = try makeOpen()
    guard case .admitted(let probe) = breaker.admit(at: .seconds(10)) else {
      Issue.record("no probe")
      return
    }
    #expect(breaker.admit(at: .seconds(10)) == .refused(after: .seconds(1)))
    breaker.succeeded(probe)
    for _ in 0..<2 { try fail(&breaker, at: .seconds(11)) }
    guard case .admitted = breaker.admit(at: .seconds(11)) else {
      Issue.record("open after two failures")
      return
    }
  }

  @Test func `each failed probe doubles the pause, up to the longest`() throws {
    var breaker = try makeOpen()
    var time = Duration.seconds(10)
    for pause in [20, 30, 30] {
      try fail(&breaker, at: time)
      #expect(breaker.admit(at: time) == .refused(after: .seconds(pause)))
      time += .seconds(pause)
    }
  }

  @Test func `a server's own wish makes the pause longer`() throws {
    var breaker = CircuitBreaker(failureLimit: 1, pause: .seconds(10), longestPause: .seconds(30))
    try fail(&breaker, at: .zero, wish: .seconds(25))
    #expect(breaker.admit(at: .zero) == .refused(after: .seconds(25)))
  }

  @Test func `an abandoned probe leaves its place to the next call`() throws {
    var breaker = try makeOpen()
    guard case .admitted(let probe) = breaker.admit(at: .seconds(10)) else {
      Issue.record("no probe")
      return
    }
    breaker.abandoned(probe, at: .seconds(12))
    guard case .admitted = breaker.admit(at: .seconds(12)) else {
      Issue.record("refused")
      return
    }
  }

  @Test func `stragglers from before it opened change nothing`() throws {
    var breaker = CircuitBreaker(failureLimit: 1, pause: .seconds(10))
    guard case .admitted(let early) = breaker.admit(at: .zero),
      case .admitted(let other) = breaker.admit(at: .zero)
    else {
      Issue.record("refused")
      return
    }
    breaker.failed(early, at: .zero)
    breaker.succeeded(other)
    #expect(breaker.admit(at: .zero) == .refused(after: .seconds(10)))
  }

  @Test(arguments: UInt64(0)..<50)
  func `whatever happens, only one probe is under way and every pause ends`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var breaker = CircuitBreaker(failureLimit: 2, pause: .seconds(1), longestPause: .seconds(8))
    var time = Duration.zero
    var running: [CircuitBreaker.Ticket] = []
    for _ in 0..<500 {
      time += .milliseconds(Int.random(in: 0...500, using: &random))
      if random.oneIn(2) {
        switch breaker.admit(at: time) {
        case .admitted(let ticket): running.append(ticket)
        case .refused(let wait): #expect(wait > .zero && wait <= .seconds(8))
        }
      } else if let ticket = running.popLast() {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: breaker.succeeded(ticket)
        case 1: breaker.abandoned(ticket, at: time)
        default: breaker.failed(ticket, at: time)
        }
      }
    }
    for ticket in running { breaker.abandoned(ticket, at: time) }
    guard case .admitted = breaker.admit(at: time + .seconds(8)) else {
      Issue.record("closed for ever")
      return
    }
  }
}
