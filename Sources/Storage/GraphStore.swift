public import Model

/// The edges of one context, in bounded questions: nobody ever needs the whole graph.
///
/// An edge is there when both its ends live: those of a forgotten memory vanish with it and come back with it. Weights
/// are as they were when they were written; what has faded since is for the caller to say. Edges of equal weight come by
/// source, target and type.
public protocol GraphStore: Sendable {
  /// The edge of that id.
  func edge(_ id: EdgeID, in scope: Scope) async throws(StorageError) -> Edge?

  /// The edge of those ends and that type.
  func edge(
    from source: MemoryID, to target: MemoryID, type: String, in scope: Scope
  ) async throws(StorageError) -> Edge?

  /// The edges at each of `memories` that the filter admits: of those that begin there, and of those that end there, the
  /// heaviest `filter.limit`. Each edge once, the heaviest first.
  func edges(at memories: [MemoryID], matching filter: EdgeFilter, in scope: Scope)
    async throws(StorageError) -> [Edge]

  /// Writes edges as they are. One of the same source, target and type keeps its id and its creation, and its origin if the
  /// new one's is hebbian: learning never demotes what was declared. One of which an end does not live here is passed
  /// over. Returns those that were written, as they are now.
  func save(_ edges: [Edge], in scope: Scope) async throws(StorageError) -> [Edge]

  /// Removes an edge. Returns whether there was one.
  func removeEdge(_ id: EdgeID, in scope: Scope) async throws(StorageError) -> Bool

  /// How often each pair was used together without having become an edge yet, in the order of `pairs`. A pair has no
  /// direction.
  func acquaintance(of pairs: [MemoryPair], in scope: Scope) async throws(StorageError) -> [Int64]

  /// Applies what a session taught, once: a lesson whose key was seen before changes nothing. Returns how many edges it
  /// strengthened or made.
  ///
  /// Of each strand, an edge of the lesson's type between the pair, in either direction, is strengthened, unless it was
  /// declared. Without one, the pair becomes an edge from the first to the second if the strand says that it `forms`;
  /// otherwise it is noted as one more acquaintance. A strand of which an end does not live here is passed over.
  func learn(_ lesson: Lesson, in scope: Scope) async throws(StorageError) -> Int

  /// All edges, page by page, in an order of the adapter's own that does not change while the edges do not: those that
  /// follow `edge`, or the first.
  func edges(after edge: EdgeID?, limit: Int, in scope: Scope) async throws(StorageError) -> [Edge]

  /// Some edges, from anywhere: at most `limit`, the same for the same seed while nothing changes.
  func sampleEdges(_ limit: Int, seed: UInt64, in scope: Scope) async throws(StorageError) -> [Edge]

  /// How many edges there are, and of what kinds.
  func edgeCounts(in scope: Scope) async throws(StorageError) -> EdgeCounts
}

/// Which edges are asked for.
public struct EdgeFilter: Sendable, Hashable {
  /// nil means every type.
  public var types: [String]?
  public var minimumWeight: Double
  /// At most so many that begin at a memory, and so many that end there.
  public var limit: Int

  public init(types: [String]? = nil, minimumWeight: Double = 0, limit: Int = 64) {
    self.types = types
    self.minimumWeight = minimumWeight
    self.limit = limit
  }
}

/// Two memories, in no order.
public struct MemoryPair: Sendable, Hashable {
  public let first: MemoryID
  public let second: MemoryID

  /// The pair of two different memories.
  public init(_ one: MemoryID, _ other: MemoryID) {
    precondition(one != other, "a pair has two members")
    first = min(one, other)
    second = max(one, other)
  }
}

/// What a session taught: memories that were used together.
public struct Lesson: Sendable {
  public struct Strand: Sendable, Hashable {
    public var pair: MemoryPair
    /// The name of the edge, should it make one.
    public var edge: EdgeID
    public var gain: Double
    /// How sure the edge is that is made of it.
    public var confidence: Double
    /// Whether it becomes an edge if it is none yet.
    public var forms: Bool

    public init(_ pair: MemoryPair, edge: EdgeID, gain: Double, confidence: Double = 1, forms: Bool) {
      self.pair = pair
      self.edge = edge
      self.gain = gain
      self.confidence = confidence
      self.forms = forms
    }
  }

  /// Names this lesson among all.
  public var key: String
  public var type: String
  public var strands: [Strand]
  /// The part of its weight that an edge loses when it learns.
  public var leak: Double
  public var fading: EdgeFading
  public var at: Timestamp

  public init(
    key: String, type: String = Edge.KnownType.neuralAssociation, strands: [Strand], leak: Double,
    fading: EdgeFading, at instant: Timestamp
  ) {
    self.key = key
    self.type = type
    self.strands = strands
    self.leak = leak
    self.fading = fading
    at = instant
  }
}

/// How many edges a context has.
public struct EdgeCounts: Sendable, Hashable {
  public var total: Int64
  public var byType: [String: Int64]
  public var byOrigin: [Edge.Origin: Int64]
  /// Memories at which an edge begins or ends.
  public var connected: Int64

  public init(total: Int64, byType: [String: Int64], byOrigin: [Edge.Origin: Int64], connected: Int64) {
    self.total = total
    self.byType = byType
    self.byOrigin = byOrigin
    self.connected = connected
  }
}

// What every adapter does the same way.

extension Lesson {
  /// How long a pair that became no edge is remembered.
  package static let acquaintanceRetention = Duration.days(90)

  /// The idempotency key under which it is noted.
  package var receiptKey: String { "lesson:\(key)" }

  /// The edge that a strand makes.
  package func edge(of strand: Strand, after acquaintance: Int64) -> Edge {
    var edge = Edge(
      id: strand.edge, source: strand.pair.first, target: strand.pair.second, type: type,
      weight: min(Edge.weightLimit, max(0, strand.gain)), confidence: strand.confidence, origin: .hebbian,
      createdAt: at)
    edge.evidence = acquaintance + 1
    return edge
  }
}

extension Edge {
  /// Takes over what another edge of the same ends and type says. Learning never demotes what was declared.
  package mutating func replace(with other: Edge) {
    weight = other.weight
    confidence = other.confidence
    if other.origin != .hebbian { origin = other.origin }
    lastUsedAt = other.lastUsedAt
    evidence = other.evidence
    weighedAt = other.weighedAt
  }
}
