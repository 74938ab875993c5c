public import Model
public import Storage

/// What one session used lately, and what it has taught already.
///
/// A pair is active together when both were used in one call, or shortly after each other. However often a session asks
/// the same, what it teaches about one pair is bounded.
public struct SessionWindow: Sendable {
  /// Two memories that were active together, and what that adds.
  public struct Pairing: Sendable, Hashable {
    public var pair: MemoryPair
    public var gain: Double
    public var confidence: Double
    /// Whether the session pairs them for the first time, which is what counts as evidence.
    public var isNew: Bool
  }

  /// How long a use is felt.
  public static let span = Duration.seconds(20 * 60)
  /// How many memories of a session are remembered.
  public static let capacity = 24
  /// The most that one session adds to one edge.
  public static let gainLimit = 0.6

  public private(set) var lastUsedAt: Timestamp
  private var recent: [(activation: Activation, at: Timestamp)] = []
  private var taught: [MemoryPair: Double] = [:]

  public init(at instant: Timestamp) { lastUsedAt = instant }

  public func hasEnded(by instant: Timestamp) -> Bool { instant - lastUsedAt > Self.span }

  /// Notes what one call used. Returns the pairs that are active together by it.
  public mutating func use(
    _ activations: [Activation], at instant: Timestamp, by rule: HebbianRule
  ) -> [Pairing] {
    lastUsedAt = max(lastUsedAt, instant)
    recent.removeAll { instant - $0.at > Self.span }
    var pairings: [Pairing] = []
    for (index, one) in activations.enumerated() {
      for other in activations[..<index] { note(one, other, &pairings, by: rule) }
      for earlier in recent where !activations.contains(where: { $0.memory == earlier.activation.memory }) {
        var faded = earlier.activation
        faded.level *= max(0, 1 - (instant - earlier.at) / Self.span) * 0.5
        note(one, faded, &pairings, by: rule)
      }
    }
    recent.removeAll { earlier in activations.contains { $0.memory == earlier.activation.memory } }
    recent.append(contentsOf: activations.map { ($0, instant) })
    if recent.count > Self.capacity { recent.removeFirst(recent.count - Self.capacity) }
    return pairings
  }

  private mutating func note(
    _ one: Activation, _ other: Activation, _ pairings: inout [Pairing], by rule: HebbianRule
  ) {
    guard one.memory != other.memory else { return }
    let pair = MemoryPair(one.memory, other.memory)
    let before = taught[pair]
    let gain = min(rule.gain(one, other), Self.gainLimit - (before ?? 0))
    guard gain > 0.001 else { return }
    taught[pair] = (before ?? 0) + gain
    pairings.append(
      Pairing(
        pair: pair, gain: gain, confidence: min(one.confidence, other.confidence), isNew: before == nil))
  }
}
