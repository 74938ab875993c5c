public import Model

/// Activation that spreads from some memories to those that are linked to them, step by step.
///
/// The walk itself asks nobody: whoever drives it fetches the edges at the ``frontier`` and hands them to
/// ``spread(over:)``, as often as it should go deep. The result depends on edges and seeds only, not on the order in which
/// they come.
///
/// A memory passes on a part of its activation, shared among its edges by weight and confidence and damped by the root of
/// their sum: so an edge of a hub carries less than the same edge of a memory with few, and a hub still carries more in all.
public struct SpreadingActivation: Sendable {
  /// A memory that was reached.
  public struct Reached: Sendable, Hashable {
    public var memory: MemoryID
    public var activation: Double
    /// How many steps the strongest path has.
    public var depth: Int
    /// The memories of the strongest path, from the seed to this one.
    public var path: [MemoryID]
    /// The type of the last edge of that path.
    public var relation: String
  }

  private struct Node {
    var activation: Double
    var depth: Int
    var previous: MemoryID?
    var relation = ""
    /// The strongest single contribution, which decides about the path.
    var strongest = 0.0
  }

  /// The part of its activation that a memory passes on.
  public let passedOn: Double
  public let budget: WalkBudget

  /// From where the next step goes on, the most active first.
  public private(set) var frontier: [MemoryID]
  /// Whether the budget ended something.
  public private(set) var isTruncated = false
  private var nodes: [MemoryID: Node] = [:]
  /// What seeds received from each other.
  private var received: [MemoryID: Double] = [:]
  private let seeds: Set<MemoryID>
  private var edgesSeen = 0
  private var depth = 0

  public init(
    from seeds: [MemoryID: Double], passingOn share: Double = 0.6, within budget: WalkBudget = .init()
  ) {
    passedOn = share
    self.budget = budget
    self.seeds = Set(seeds.keys)
    for (memory, activation) in seeds { nodes[memory] = Node(activation: activation, depth: 0) }
    frontier = seeds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    limitFrontier()
  }

  /// Whether another step could reach anything.
  public var isExhausted: Bool {
    frontier.isEmpty || edgesSeen >= budget.edges || nodes.count >= budget.memories
  }

  /// Goes one step along the edges at the frontier, in both directions. Those of other memories do not matter.
  public mutating func spread(over edges: [Edge]) {
    depth += 1
    let starts = Set(frontier)
    var fans: [MemoryID: [Link]] = [:]
    for edge in edges where edge.source != edge.target && edge.weight > 0 {
      let strength = edge.weight * edge.confidence
      for (here, there) in [(edge.source, edge.target), (edge.target, edge.source)]
      where starts.contains(here) {
        fans[here, default: []].append(Link(to: there, strength: strength, type: edge.type))
      }
    }
    var arrivals: [MemoryID: Node] = [:]
    for start in frontier {
      guard let fan = fans[start] else { continue }
      guard edgesSeen + fan.count <= budget.edges else {
        isTruncated = true
        break
      }
      edgesSeen += fan.count
      pass(from: start, along: fan, to: &arrivals)
    }
    arrive(arrivals)
  }

  /// How strongly the walk leads to a memory. To a seed, what others passed to it directly: what comes back to it after more
  /// steps is its own echo.
  public func activation(of memory: MemoryID) -> Double {
    seeds.contains(memory) ? min(1, received[memory] ?? 0) : nodes[memory]?.activation ?? 0
  }

  /// The memories that were reached, apart from the seeds, the most active first.
  public var reached: [Reached] {
    nodes.filter { !seeds.contains($0.key) }
      .sorted { ($1.value.activation, $0.key) < ($0.value.activation, $1.key) }
      .map { memory, node in
        Reached(
          memory: memory, activation: node.activation, depth: node.depth, path: path(to: memory),
          relation: node.relation)
      }
  }

  private struct Link {
    var to: MemoryID
    var strength: Double
    var type: String
  }

  private func pass(from start: MemoryID, along fan: [Link], to arrivals: inout [MemoryID: Node]) {
    guard let node = nodes[start] else { return }
    let damping = max(1, fan.reduce(0) { $0 + $1.strength }).squareRoot()
    // Parallel edges to the same memory count together; the strongest names the relation.
    for link in fan.sorted(by: { ($1.strength, $0.to, $0.type) < ($0.strength, $1.to, $1.type) }) {
      let share = node.activation * passedOn * min(1, link.strength / Edge.weightLimit.squareRoot()) / damping
      var arrival = arrivals[link.to] ?? Node(activation: 0, depth: depth)
      arrival.activation += share
      if share > arrival.strongest
        || (share == arrival.strongest && start < (arrival.previous ?? start))
      {
        arrival.strongest = share
        arrival.previous = start
        arrival.relation = link.type
      }
      arrivals[link.to] = arrival
    }
  }

  private mutating func arrive(_ arrivals: [MemoryID: Node]) {
    var next: [MemoryID] = []
    for (memory, arrival) in arrivals.sorted(by: {
      ($1.value.activation, $0.key) < ($0.value.activation, $1.key)
    }) {
      if seeds.contains(memory) {
        if depth == 1 { received[memory, default: 0] += arrival.activation }
      } else if let known = nodes[memory] {
        // It keeps the path on which it was reached first, and does not pass on again what comes back.
        nodes[memory]?.activation = min(1, known.activation + arrival.activation)
      } else if nodes.count < budget.memories {
        var node = arrival
        node.activation = min(1, arrival.activation)
        nodes[memory] = node
        next.append(memory)
      } else {
        isTruncated = true
      }
    }
    frontier = next
    limitFrontier()
  }

  private mutating func limitFrontier() {
    guard frontier.count > budget.frontier else { return }
    isTruncated = true
    frontier.removeLast(frontier.count - budget.frontier)
  }

  private func path(to memory: MemoryID) -> [MemoryID] {
    var path = [memory]
    while let previous = nodes[path[path.count - 1]]?.previous, path.count <= depth { path.append(previous) }
    return path.reversed()
  }
}
