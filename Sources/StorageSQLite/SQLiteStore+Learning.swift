internal import JSON
public import Model
public import Storage

extension SQLiteStore {
  public func acquaintance(
    of pairs: [MemoryPair], in scope: Scope
  ) async throws(StorageError) -> [Int64] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return pairs.map { _ in 0 } }
      var times: [Int64] = []
      for pair in pairs {
        let found = try session.integer(
          """
          SELECT times FROM acquaintance WHERE context = ?1
            AND low = (SELECT row FROM memory WHERE id = ?2 AND context = ?1 AND deleted_at IS NULL)
            AND high = (SELECT row FROM memory WHERE id = ?3 AND context = ?1 AND deleted_at IS NULL)
          """, [context.value, .id(pair.first), .id(pair.second)])
        times.append(found ?? 0)
      }
      return times
    }
  }

  public func learn(_ lesson: Lesson, in scope: Scope) async throws(StorageError) -> Int {
    try await write { (session) throws(StorageError) in
      let context = try OpenContext.require(scope, in: session)
      guard try Self.keepLesson(lesson, in: context, session) else { return 0 }
      var count = 0
      for strand in lesson.strands {
        if try Self.learn(strand, of: lesson, in: context, session) { count += 1 }
      }
      return count
    }
  }

  /// Notes that a lesson was learned. Returns whether it is new.
  private static func keepLesson(
    _ lesson: Lesson, in context: OpenContext, _ session: SQLiteSession
  ) throws(StorageError) -> Bool {
    try session.run(
      "INSERT OR IGNORE INTO receipt(context, key, sequence, changed, at) VALUES (?, ?, 0, x'', ?)",
      [context.value, .text(lesson.receiptKey), .time(lesson.at)]) > 0
  }

  /// Returns whether an edge was strengthened or made.
  private static func learn(
    _ strand: Lesson.Strand, of lesson: Lesson, in context: OpenContext, _ session: SQLiteSession
  ) throws(StorageError) -> Bool {
    guard let low = try row(of: strand.pair.first, in: context, session, living: true),
      let high = try row(of: strand.pair.second, in: context, session, living: true)
    else { return false }
    var present = try edge(low, high, lesson.type, in: context, session)
    if present == nil { present = try edge(high, low, lesson.type, in: context, session) }
    if let present {
      guard present.origin == .hebbian else { return false }
      let learned = present.strengthened(
        by: strand.gain, leak: lesson.leak, at: lesson.at, fading: lesson.fading)
      try EdgeRow.update(learned, in: context, session)
      return true
    }
    let values: [SQLiteValue] = [context.value, .integer(low), .integer(high)]
    guard strand.forms else {
      try session.run(
        """
        INSERT INTO acquaintance(context, low, high, times, at) VALUES (?, ?, ?, 1, ?)
        ON CONFLICT (context, low, high) DO UPDATE SET times = times + 1, at = max(at, excluded.at)
        """, values + [.time(lesson.at)])
      return false
    }
    let known = try session.rows(
      "DELETE FROM acquaintance WHERE context = ? AND low = ? AND high = ? RETURNING times", values
    ) { $0.integer() }
    return try EdgeRow.insert(
      lesson.edge(of: strand, after: known.first ?? 0), from: low, to: high, in: context, session)
  }

  public func fadeEdges(
    at instant: Timestamp, limit: Int
  ) async throws(StorageError) -> (faded: Int, removed: Int) {
    try await write { (session) throws(StorageError) in
      try session.run(
        "DELETE FROM acquaintance WHERE at < ?", [.time(instant - Lesson.acquaintanceRetention)])
      let due = try session.rows(
        """
        SELECT edge.id, edge.weight, edge.weighed_at, context.edge_half_life_days
        FROM edge JOIN context ON context.row = edge.context
        WHERE edge.origin = 'hebbian' AND edge.weighed_at < ? LIMIT ?
        """, [.time(instant), .count(max(0, limit))]
      ) { (row) throws(StorageError) in
        (id: try row.id(Edge.self), weight: row.real(), at: row.time(), halfLife: row.real())
      }
      var removed = 0
      for edge in due {
        let weight =
          edge.weight * EdgeFading(halfLifeDays: edge.halfLife).remainder(after: instant - edge.at)
        if weight < EdgeFading.threshold {
          removed += try session.run("DELETE FROM edge WHERE id = ?", [.id(edge.id)])
        } else {
          try session.run(
            "UPDATE edge SET weight = ?, weighed_at = ? WHERE id = ?",
            [.real(weight), .time(instant), .id(edge.id)])
        }
      }
      return (due.count, removed)
    }
  }
}
