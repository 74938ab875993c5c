/// Which memories a question is about. Empty means all of them; several conditions must all hold, and filters can be put
/// together.
///
/// A value, not text: adapters turn it into bound parameters, so there is nothing to inject into.
public struct MemoryFilter: Sendable, Hashable {
  public var types: [String]?
  /// A memory must carry a tag of each group; a group is a list of alternatives.
  public var tags: [[String]] = []
  public var importance: ClosedRange<Double>?
  public var persistence: Persistence?
  public var createdAfter: Timestamp?
  public var createdBefore: Timestamp?
  public var updatedAfter: Timestamp?
  public var updatedBefore: Timestamp?
  public var sourceURIPrefix: String?
  public var sourceType: String?
  public var trust: TrustTier?
  public var externalIDs: [String]?
  public var delivery: Delivery?
  /// Filters that must all admit the memory.
  public var all: [MemoryFilter] = []
  /// Filters of which one must admit it, if there are any.
  public var any: [MemoryFilter] = []
  /// Filters none of which may admit it.
  public var none: [MemoryFilter] = []

  public init() {}

  /// Whether `memory` satisfies every condition. Bounds in time are exclusive, of importance inclusive; text is
  /// compared byte by byte.
  public func admits(_ memory: Memory) -> Bool {
    if let types, !types.containsBytes(of: memory.type) { return false }
    if !tags.allSatisfy({ $0.contains { memory.tags.containsBytes(of: $0) } }) { return false }
    if let importance, !importance.contains(memory.importance) { return false }
    if let persistence, memory.persistence != persistence { return false }
    if let createdAfter, memory.createdAt <= createdAfter { return false }
    if let createdBefore, memory.createdAt >= createdBefore { return false }
    if let updatedAfter, memory.updatedAt <= updatedAfter { return false }
    if let updatedBefore, memory.updatedAt >= updatedBefore { return false }
    if let sourceURIPrefix, !(memory.sourceURI ?? "").utf8.starts(with: sourceURIPrefix.utf8) { return false }
    if let sourceType, !(memory.sourceType?.hasSameBytes(as: sourceType) ?? false) { return false }
    if let trust, memory.provenance.trust != trust { return false }
    if let externalIDs, !(memory.externalID.map(externalIDs.containsBytes) ?? false) { return false }
    if let delivery, memory.delivery != delivery { return false }
    if !all.allSatisfy({ $0.admits(memory) }) { return false }
    if !any.isEmpty, !any.contains(where: { $0.admits(memory) }) { return false }
    return !none.contains { $0.admits(memory) }
  }
}
