internal import Model
internal import Storage

/// How an edge is written in its table.
enum EdgeRow {
  /// The edges of a context (first value) of which both ends live, read by ``read(_:)``.
  static let living = """
    SELECT edge.id, source.id, target.id, edge.type, edge.weight, edge.confidence, edge.origin, edge.created_at,
      edge.last_used_at, edge.evidence, edge.weighed_at
    FROM edge CROSS JOIN memory AS source ON source.row = edge.source
      CROSS JOIN memory AS target ON target.row = edge.target
    WHERE edge.context = ? AND source.deleted_at IS NULL AND target.deleted_at IS NULL
    """

  /// The tables that lead from a memory to another, and the condition that an end is not there.
  static let links: [(table: String, isStray: String)] = [
    ("edge", "source", "target"), ("acquaintance", "low", "high"),
  ].map { table, one, other in
    func isMissing(_ end: String) -> String {
      "NOT EXISTS (SELECT 1 FROM memory WHERE memory.context = \(table).context AND memory.row = \(table).\(end))"
    }
    return (table, "\(isMissing(one)) OR \(isMissing(other))")
  }

  static func read(_ row: inout SQLiteRow) throws(StorageError) -> Edge {
    let id = try row.id(Edge.self)
    let source = try row.id(Memory.self)
    let target = try row.id(Memory.self)
    let type = row.text()
    let weight = row.real()
    let confidence = row.real()
    let origin = try row.name(Edge.Origin.self)
    var edge = Edge(
      id: id, source: source, target: target, type: type, weight: weight, confidence: confidence,
      origin: origin, createdAt: row.time())
    edge.lastUsedAt = row.time()
    edge.evidence = row.integer()
    edge.weighedAt = row.time()
    return edge
  }

  /// Adds an edge between two rows, unless there is one of that type. Returns whether it did.
  static func insert(
    _ edge: Edge, from source: Int64, to target: Int64, in context: OpenContext, _ session: SQLiteSession
  ) throws(StorageError) -> Bool {
    try session.run(
      """
      INSERT INTO edge(context, source, target, type, id, weight, confidence, origin, created_at, last_used_at, evidence,
        weighed_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (context, source, target, type) DO NOTHING
      """,
      [
        context.value, .integer(source), .integer(target), .text(edge.type), .id(edge.id), .real(edge.weight),
        .real(edge.confidence), .name(edge.origin), .time(edge.createdAt), .time(edge.lastUsedAt),
        .integer(edge.evidence), .time(edge.weighedAt),
      ]) > 0
  }

  /// Writes what an edge that is there has learned.
  static func update(_ edge: Edge, in context: OpenContext, _ session: SQLiteSession) throws(StorageError) {
    try session.run(
      """
      UPDATE edge SET weight = ?, confidence = ?, origin = ?, last_used_at = ?, evidence = ?, weighed_at = ?
      WHERE id = ? AND context = ?
      """,
      [
        .real(edge.weight), .real(edge.confidence), .name(edge.origin), .time(edge.lastUsedAt),
        .integer(edge.evidence), .time(edge.weighedAt), .id(edge.id), context.value,
      ])
  }

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
