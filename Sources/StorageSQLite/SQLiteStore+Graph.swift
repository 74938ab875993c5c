public import Model
public import Storage

extension SQLiteStore {
  public func edge(_ id: EdgeID, in scope: Scope) async throws(StorageError) -> Edge? {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return nil }
      return try session.first("\(EdgeRow.living) AND edge.id = ?", [context.value, .id(id)], EdgeRow.read)
    }
  }

  public func edge(
    from source: MemoryID, to target: MemoryID, type: String, in scope: Scope
  ) async throws(StorageError) -> Edge? {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return nil }
      guard let from = try Self.row(of: source, in: context, session),
        let to = try Self.row(of: target, in: context, session)
      else { return nil }
      return try Self.edge(from, to, type, in: context, session)
    }
  }

  public func edges(
    at memories: [MemoryID], matching filter: EdgeFilter, in scope: Scope
  ) async throws(StorageError) -> [Edge] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [] }
      var found: [EdgeID: Edge] = [:]
      for id in Set(memories) {
        guard let row = try Self.row(of: id, in: context, session) else { continue }
        let values =
          [context.value, .integer(row), .real(filter.minimumWeight)]
          + (filter.types ?? []).map { .text($0) } + [.count(max(0, filter.limit))]
        for end in ["source", "target"] {
          let sql = """
            \(EdgeRow.living) AND edge.\(end) = ? AND edge.weight >= ?
            \(filter.types.map { "AND edge.type IN (\(marks($0)))" } ?? "")
            ORDER BY edge.weight DESC, source.id, target.id, edge.type LIMIT ?
            """
          for edge in try session.rows(sql, values, EdgeRow.read) { found[edge.id] = edge }
        }
      }
      return found.values.sorted(by: EdgeRow.outweighs)
    }
  }

  public func save(_ edges: [Edge], in scope: Scope) async throws(StorageError) -> [Edge] {
    try await write { (session) throws(StorageError) in
      let context = try OpenContext.require(scope, in: session)
      var saved: [Edge] = []
      for edge in edges {
        guard let source = try Self.row(of: edge.source, in: context, session, living: true),
          let target = try Self.row(of: edge.target, in: context, session, living: true)
        else { continue }
        if try EdgeRow.insert(edge, from: source, to: target, in: context, session) {
          saved.append(edge)
        } else if var present = try Self.edge(source, target, edge.type, in: context, session) {
          present.replace(with: edge)
          try EdgeRow.update(present, in: context, session)
          saved.append(present)
        }
      }
      return saved
    }
  }

  public func removeEdge(_ id: EdgeID, in scope: Scope) async throws(StorageError) -> Bool {
    try await write { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return false }
      let isThere = try session.exists("\(EdgeRow.living) AND edge.id = ?", [context.value, .id(id)])
      guard isThere else { return false }
      return try session.run("DELETE FROM edge WHERE id = ? AND context = ?", [.id(id), context.value]) > 0
    }
  }

  public func edges(
    after edge: EdgeID?, limit: Int, in scope: Scope
  ) async throws(StorageError) -> [Edge] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [] }
      var condition = ""
      var values = [context.value]
      if let edge {
        condition = """
          AND (edge.source, edge.target, edge.type) >
            (SELECT source, target, type FROM edge WHERE id = ? AND context = ?)
          """
        values += [.id(edge), context.value]
      }
      return try session.rows(
        "\(EdgeRow.living) \(condition) ORDER BY edge.source, edge.target, edge.type LIMIT ?",
        values + [.count(max(0, limit))], EdgeRow.read)
    }
  }

  public func sampleEdges(
    _ limit: Int, seed: UInt64, in scope: Scope
  ) async throws(StorageError) -> [Edge] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [] }
      let ends = try session.first(
        "SELECT min(source), max(source) FROM edge WHERE context = ?", [context.value]
      ) { (first: $0.integer(), last: $0.integer()) }
      guard let ends, ends.last > 0 else { return [] }
      var random = SplitMix(seed: seed)
      var found: [EdgeID: Edge] = [:]
      // One from each of many places, since rows that are close were written together.
      for _ in 0..<max(0, limit) {
        let place = Int64.random(in: ends.first...ends.last, using: &random)
        let edge = try session.first(
          "\(EdgeRow.living) AND edge.source >= ? ORDER BY edge.source, edge.target, edge.type LIMIT 1",
          [context.value, .integer(place)], EdgeRow.read)
        if let edge { found[edge.id] = edge }
      }
      return found.values.sorted(by: EdgeRow.precedes)
    }
  }

  public func edgeCounts(in scope: Scope) async throws(StorageError) -> EdgeCounts {
    try await read { (session) throws(StorageError) in
      var counts = EdgeCounts(total: 0, byType: [:], byOrigin: [:], connected: 0)
      guard let context = try OpenContext.find(scope, in: session) else { return counts }
      let groups = try session.rows(
        "SELECT type, origin, count(*) FROM (\(EdgeRow.living)) GROUP BY type, origin", [context.value]
      ) { (row) throws(StorageError) in
        (type: row.text(), origin: try row.name(Edge.Origin.self), count: row.integer())
      }
      for group in groups {
        counts.total += group.count
        counts.byType[group.type, default: 0] += group.count
        counts.byOrigin[group.origin, default: 0] += group.count
      }
      counts.connected =
        try session.integer(
          """
          SELECT count(*) FROM memory WHERE context = ?1 AND deleted_at IS NULL AND (
            EXISTS (SELECT 1 FROM edge JOIN memory AS other ON other.row = edge.target
              WHERE edge.context = ?1 AND edge.source = memory.row AND other.deleted_at IS NULL)
            OR EXISTS (SELECT 1 FROM edge JOIN memory AS other ON other.row = edge.source
              WHERE edge.context = ?1 AND edge.target = memory.row AND other.deleted_at IS NULL))
          """, [context.value]) ?? 0
      return counts
    }
  }

  /// The row of a memory of the context.
  static func row(
    of memory: MemoryID, in context: OpenContext, _ session: SQLiteSession, living: Bool = false
  ) throws(StorageError) -> Int64? {
    try session.integer(
      "SELECT row FROM memory WHERE id = ? AND context = ?\(living ? " AND deleted_at IS NULL" : "")",
      [.id(memory), context.value])
  }

  /// The living edge between two rows.
  static func edge(
    _ source: Int64, _ target: Int64, _ type: String, in context: OpenContext, _ session: SQLiteSession
  ) throws(StorageError) -> Edge? {
    try session.first(
      "\(EdgeRow.living) AND edge.source = ? AND edge.target = ? AND edge.type = ?",
      [context.value, .integer(source), .integer(target), .text(type)], EdgeRow.read)
  }
}

/// A small repeatable source of randomness.
private struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
