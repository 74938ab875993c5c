public import Model

/// Which memories hang together, found while the edges go by once.
public struct Components: Sendable {
  private var index: [MemoryID: Int] = [:]
  private var parent: [Int] = []

  public init() {}

  /// The memories that were seen.
  public var count: Int { index.count }

  public mutating func add(_ edge: Edge) {
    let (one, other) = (root(of: number(edge.source)), root(of: number(edge.target)))
    if one != other { parent[max(one, other)] = min(one, other) }
  }

  /// How many memories each component has, the largest first.
  public mutating func sizes() -> [Int] {
    var sizes: [Int: Int] = [:]
    for node in parent.indices { sizes[root(of: node), default: 0] += 1 }
    return sizes.values.sorted(by: >)
  }

  private mutating func number(_ memory: MemoryID) -> Int {
    if let known = index[memory] { return known }
    index[memory] = parent.count
    parent.append(parent.count)
    return parent.count - 1
  }

  private mutating func root(of node: Int) -> Int {
    var node = node
    while parent[node] != node {
      parent[node] = parent[parent[node]]
      node = parent[node]
    }
    return node
  }
}
