public import Model
public import Storage

extension SQLiteStore {
  public func edges(
    touching memories: [MemoryID], types: [String]?, in scope: Scope
  ) async throws(StorageError) -> [Edge] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [] }
      var found: [EdgeID: Edge] = [:]
      for id in Set(memories) {
        let row = try session.integer(
          "SELECT row FROM memory WHERE id = ? AND context = ?", [.id(id), context.value])
        guard let row else { continue }
        let values = [context.value, .integer(row)] + (types ?? []).map { .text($0) }
        // One question for each end, since each has its index; SQLite would answer an OR of both by looking at all.
        for end in ["source", "target"] {
          for edge in try session.rows(Self.question(end: end, types: types), values, Self.edge) {
            found[edge.id] = edge
          }
        }
      }
      return found.values.sorted { left, right in
        if left.source != right.source { return left.source < right.source }
        if left.target != right.target { return left.target < right.target }
        return left.type.precedesByBytes(right.type)
      }
    }
  }

  /// The edges of a context (first value) with a memory (second value) at that end, and the types after them.
  private static func question(end: String, types: [String]?) -> String {
    """
    SELECT edge.id, source.id, target.id, edge.type, edge.weight, edge.confidence, edge.origin, edge.created_at,
      edge.last_used_at
    FROM edge JOIN memory AS source ON source.row = edge.source JOIN memory AS target ON target.row = edge.target
    WHERE edge.context = ? AND edge.\(end) = ?\(types.map { " AND edge.type IN (\(marks($0)))" } ?? "")
      AND source.deleted_at IS NULL AND target.deleted_at IS NULL
    """
  }

  private static func edge(_ row: inout SQLiteRow) throws(StorageError) -> Edge {
    let id = try row.id(Edge.self)
    let source = try row.id(Memory.self)
    let target = try row.id(Memory.self)
    let type = row.text()
    let weight = row.real()
    let confidence = row.real()
    let origin = try row.name(Edge.Origin.self)
    var edge = Edge(
      id: id, source: source, target: target, type: type, weight: weight, confidence: confidence,
      origin: origin,
      createdAt: row.time())
    edge.lastUsedAt = row.time()
    return edge
  }
}
