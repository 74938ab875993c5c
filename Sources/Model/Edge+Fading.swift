internal import Foundation

/// How the weight of a learned edge falls with time.
public struct EdgeFading: Sendable, Hashable {
  /// After this time half of a weight is left.
  public var halfLife: Duration

  public init(halfLifeDays: Double) { halfLife = .seconds(halfLifeDays * 86_400) }

  /// Below this an edge says nothing any more, and maintenance removes it.
  public static let threshold = 0.01

  /// The part of a weight that is left after `time`. Parts of consecutive spans multiply to the part of the whole.
  public func remainder(after time: Duration) -> Double {
    guard time > .zero else { return 1 }
    return exp2(-(time / halfLife))
  }
}

extension Edge {
  /// The greatest weight.
  public static let weightLimit = 3.0

  /// The edge as it is at `instant`. Only hebbian ones fade: what was declared, or follows from the texts, holds.
  public func faded(at instant: Timestamp, by fading: EdgeFading) -> Edge {
    guard origin == .hebbian, instant > weighedAt else { return self }
    var edge = self
    edge.weight *= fading.remainder(after: instant - weighedAt)
    edge.weighedAt = instant
    return edge
  }

  /// The edge after its ends were used together: faded, less a part of itself, more by `gain`, within 0 to 3.
  ///
  /// The part that is lost (`leak`) makes a weight settle where gain and loss are equal, however long it goes on.
  public func strengthened(
    by gain: Double, leak: Double, at instant: Timestamp, fading: EdgeFading
  ) -> Edge {
    var edge = faded(at: instant, by: fading)
    edge.weight = min(Edge.weightLimit, max(0, edge.weight * (1 - leak) + gain))
    edge.evidence += 1
    edge.lastUsedAt = max(edge.lastUsedAt, instant)
    edge.weighedAt = max(edge.weighedAt, instant)
    return edge
  }
}
