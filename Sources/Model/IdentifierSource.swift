internal import Threads

/// Makes identifiers that are unique, and increasing within the process.
///
/// Clock and random source are parameters, so that a test sees the same identifiers every time.
public final class IdentifierSource: Sendable {
  private struct State {
    var random: any RandomNumberGenerator & Sendable
    var last: UInt64 = 0
  }

  private let clock: any WallClock
  private let state: Lock<State>

  /// A source that reads `clock` and draws from `random`.
  public init(
    clock: any WallClock, random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.clock = clock
    state = Lock(State(random: random))
  }

  /// A new UUIDv7 (RFC 9562), greater than each one that this source made before.
  ///
  /// The twelve bits after the milliseconds count up within one millisecond; when they run out, the next
  /// millisecond is borrowed.
  public func make<Kind>(_ kind: Kind.Type = Kind.self) -> Identifier<Kind> {
    let milliseconds = UInt64(max(0, clock.now().microseconds / 1_000))
    let (moment, noise) = state.withLock { state -> (UInt64, UInt64) in
      let fresh = milliseconds << 12
      state.last = fresh > state.last ? fresh : state.last + 1
      return (state.last, state.random.next())
    }
    let high = (moment >> 12) << 16 | 0x7000 | (moment & 0xFFF)
    return Identifier(high: high, low: noise & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
  }
}
