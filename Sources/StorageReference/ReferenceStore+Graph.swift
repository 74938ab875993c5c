public import Model
public import Storage

extension ReferenceStore {
  public func edge(_ id: EdgeID, in scope: Scope) async throws(StorageError) -> Edge? {
    world.edges(in: scope).first { $0.id == id }
  }

  public func edge(
    from source: MemoryID, to target: MemoryID, type: String, in scope: Scope
  ) async throws(StorageError) -> Edge? {
    world.edges(in: scope).first { $0.joins(source, target, type) }
  }

  public func edges(
    at memories: [MemoryID], matching filter: EdgeFilter, in scope: Scope
  ) async throws(StorageError) -> [Edge] {
    let admitted = world.edges(in: scope)
      .filter { $0.weight >= filter.minimumWeight && filter.types?.containsBytes(of: $0.type) ?? true }
      .sorted(by: Edge.outweighs)
    var found: [EdgeID: Edge] = [:]
    for memory in Set(memories) {
      let leaving = admitted.filter { $0.source == memory }.prefix(max(0, filter.limit))
      let arriving = admitted.filter { $0.target == memory }.prefix(max(0, filter.limit))
      for edge in leaving + arriving { found[edge.id] = edge }
    }
    return found.values.sorted(by: Edge.outweighs)
  }

  public func save(_ edges: [Edge], in scope: Scope) async throws(StorageError) -> [Edge] {
    try change { (world) throws(StorageError) in
      try world.requireContext(scope)
      let living = Set(world.living(in: scope).map(\.id))
      var saved: [Edge] = []
      for edge in edges where living.contains(edge.source) && living.contains(edge.target) {
        var present = world.edges.values.first { $0.joins(edge.source, edge.target, edge.type) } ?? edge
        if present.id == edge.id, let other = world.edges[edge.id],
          !other.joins(edge.source, edge.target, edge.type)
        {
          throw StorageError(.conflict, "the edge exists")
        }
        if world.edges[present.id] != nil { present.replace(with: edge) }
        world.edges[present.id] = present
        saved.append(present)
      }
      return saved
    }
  }

  public func removeEdge(_ id: EdgeID, in scope: Scope) async throws(StorageError) -> Bool {
    guard world.edges(in: scope).contains(where: { $0.id == id }) else { return false }
    world.edges[id] = nil
    return true
  }

  public func edges(
    after edge: EdgeID?, limit: Int, in scope: Scope
  ) async throws(StorageError) -> [Edge] {
    let all = world.edges(in: scope).sorted(by: Edge.precedes)
    guard let edge else { return Array(all.prefix(max(0, limit))) }
    guard let previous = world.edges[edge], world.memories[previous.source]?.context == scope.context else {
      return []
    }
    return Array(all.filter { Edge.precedes(previous, $0) }.prefix(max(0, limit)))
  }

  public func sampleEdges(
    _ limit: Int, seed: UInt64, in scope: Scope
  ) async throws(StorageError) -> [Edge] {
    Array(world.edges(in: scope).sorted(by: Edge.precedes).prefix(max(0, limit)))
  }

  public func edgeCounts(in scope: Scope) async throws(StorageError) -> EdgeCounts {
    let edges = world.edges(in: scope)
    return EdgeCounts(
      total: Int64(edges.count),
      byType: Dictionary(grouping: edges, by: \.type).mapValues { Int64($0.count) },
      byOrigin: Dictionary(grouping: edges, by: \.origin).mapValues { Int64($0.count) },
      connected: Int64(Set(edges.flatMap { [$0.source, $0.target] }).count))
  }

  public func acquaintance(
    of pairs: [MemoryPair], in scope: Scope
  ) async throws(StorageError) -> [Int64] {
    let living = Set(world.living(in: scope).map(\.id))
    return pairs.map { pair in
      guard living.contains(pair.first), living.contains(pair.second) else { return 0 }
      return world.acquaintances[pair]?.times ?? 0
    }
  }

  public func learn(_ lesson: Lesson, in scope: Scope) async throws(StorageError) -> Int {
    try change { (world) throws(StorageError) in
      try world.requireContext(scope)
      let key = Name(lesson.receiptKey)
      guard world.receipts[scope.context]?[key] == nil else { return 0 }
      world.receipts[scope.context, default: [:]][key] = (
        WriteReceipt(changed: [], sequence: 0), lesson.at
      )
      return lesson.strands.count { world.learn($0, of: lesson, in: scope) }
    }
  }

  public func fadeEdges(
    at instant: Timestamp, limit: Int
  ) async throws(StorageError) -> (faded: Int, removed: Int) {
    let oldest = instant - Lesson.acquaintanceRetention
    world.acquaintances = world.acquaintances.filter { $0.value.at >= oldest }
    let due = world.edges.values.filter { $0.origin == .hebbian && $0.weighedAt < instant }.prefix(
      max(0, limit))
    var removed = 0
    for edge in due {
      guard let home = world.memories[edge.source]?.context, let context = world.contexts[home] else {
        continue
      }
      let faded = edge.faded(at: instant, by: context.edgeFading)
      let isGone = faded.weight < EdgeFading.threshold
      removed += isGone ? 1 : 0
      world.edges[edge.id] = isGone ? nil : faded
    }
    return (due.count, removed)
  }
}

extension World {
  /// The edges of a scope of which both ends live.
  func edges(in scope: Scope) -> [Edge] {
    let living = Set(living(in: scope).map(\.id))
    return edges.values.filter { living.contains($0.source) && living.contains($0.target) }
  }

  /// Returns whether an edge was strengthened or made.
  fileprivate mutating func learn(_ strand: Lesson.Strand, of lesson: Lesson, in scope: Scope) -> Bool {
    let (one, other) = (strand.pair.first, strand.pair.second)
    let living = Set(living(in: scope).map(\.id))
    guard living.contains(one), living.contains(other) else { return false }
    let present =
      edges.values.first { $0.joins(one, other, lesson.type) }
      ?? edges.values.first { $0.joins(other, one, lesson.type) }
    if let present {
      guard present.origin == .hebbian else { return false }
      edges[present.id] = present.strengthened(
        by: strand.gain, leak: lesson.leak, at: lesson.at, fading: lesson.fading)
      return true
    }
    let known = acquaintances[strand.pair]
    guard strand.forms else {
      acquaintances[strand.pair] = (
        (known?.times ?? 0) + 1, max(known?.at ?? lesson.at, lesson.at)
      )
      return false
    }
    acquaintances[strand.pair] = nil
    let edge = lesson.edge(of: strand, after: known?.times ?? 0)
    edges[edge.id] = edge
    return true
  }
}

extension Edge {
  /// By source, target and type.
  static func precedes(_ left: Edge, _ right: Edge) -> Bool {
    if left.source != right.source { return left.source < right.source }
    if left.target != right.target { return left.target < right.target }
    return left.type.precedesByBytes(right.type)
  }

  /// The heaviest first.
  static func outweighs(_ left: Edge, _ right: Edge) -> Bool {
    left.weight == right.weight ? precedes(left, right) : left.weight > right.weight
  }
}
