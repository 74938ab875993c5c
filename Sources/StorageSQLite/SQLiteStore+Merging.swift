public import Model
public import Storage

extension SQLiteStore {
  public func absorb(
    _ source: Scope, into target: Scope, at instant: Timestamp
  ) async throws(StorageError) -> Int {
    try await write { (session) throws(StorageError) in
      guard let (old, new) = try Self.ends(source, target, session) else { return 0 }
      try Self.freeExternalIDs(from: old, to: new, session)
      let moving = try session.rows(
        "SELECT row, deleted_at IS NULL FROM memory WHERE context = ? ORDER BY id", [old.value]
      ) { (row: $0.integer(), isLiving: $0.flag()) }
      // What belongs to a memory follows it: by its row number, or by a cascade where the context is named too.
      try session.run(
        "UPDATE memory SET context = ?, revision = revision + 1, updated_at = ? WHERE context = ?",
        [new.value, .time(instant), old.value])
      try Self.tell(of: moving.map(\.row), from: old, to: new, by: source.user, at: instant, session)
      try Self.moveState(from: old, to: new, at: instant, session)
      try session.run(
        "UPDATE context SET deleted_at = ?, revision = revision + 1 WHERE row = ?",
        [.time(instant), old.value])
      return moving.count { $0.isLiving }
    }
  }

  public func copyAll(
    from source: Scope, to target: Scope, at instant: Timestamp, identifiers: IdentifierSource
  ) async throws(StorageError) -> Int {
    try await write { (session) throws(StorageError) in
      guard let (old, new) = try Self.ends(source, target, session) else { return 0 }
      var work = try MemoryCommit(scope: target, context: new, at: instant, session: session)
      var copies: [Int64: Int64] = [:]
      let originals = try session.rows(
        "SELECT row FROM memory WHERE context = ? AND deleted_at IS NULL ORDER BY id", [old.value]
      ) { $0.integer() }
      for original in originals {
        copies[original] = try Self.copy(original, with: &work, identifiers.make(), session)
      }
      try Self.copyEdges(in: old, to: new, copies, identifiers, session)
      return originals.count
    }
  }

  /// Both contexts; nil when they are the same.
  private static func ends(
    _ source: Scope, _ target: Scope, _ session: SQLiteSession
  ) throws(StorageError) -> (old: OpenContext, new: OpenContext)? {
    let old = try OpenContext.require(source, in: session)
    let new = try OpenContext.require(target, in: session)
    guard source.workspace == target.workspace else {
      throw StorageError(.notFound, "the contexts belong to different workspaces")
    }
    return old.row == new.row ? nil : (old, new)
  }
}

// MARK: - Moving

extension SQLiteStore {
  /// Takes the external ids that are taken on the other side away.
  private static func freeExternalIDs(
    from old: OpenContext, to new: OpenContext, _ session: SQLiteSession
  ) throws(StorageError) {
    try session.run(
      """
      UPDATE memory SET external_id = NULL WHERE context = ? AND deleted_at IS NULL AND external_id IN (
        SELECT external_id FROM memory WHERE context = ? AND deleted_at IS NULL AND external_id IS NOT NULL)
      """, [old.value, new.value])
  }

  /// Appends the moves to the histories and to the feeds of both contexts.
  private static func tell(
    of rows: [Int64], from old: OpenContext, to new: OpenContext, by author: UserID, at instant: Timestamp,
    _ session: SQLiteSession
  ) throws(StorageError) {
    var left = try sequence(in: old, session)
    var arrived = try sequence(in: new, session)
    for row in rows {
      let memory = try memory(row, session)
      try session.appendHistory(.moved, row, memory, author: author, at: instant)
      left += 1
      try session.appendFeed(old, left, memory.id, isLiving: false)
      arrived += 1
      try session.appendFeed(new, arrived, memory.id, isLiving: memory.deletedAt == nil)
    }
  }

  /// Moves the entries whose keys are free on the other side; the others end with their context.
  private static func moveState(
    from old: OpenContext, to new: OpenContext, at instant: Timestamp, _ session: SQLiteSession
  ) throws(StorageError) {
    try session.run(
      """
      DELETE FROM state WHERE context = ?1 AND expires_at <= ?3
        AND key IN (SELECT key FROM state WHERE context = ?2)
      """, [new.value, old.value, .time(instant)])
    try session.run(
      "UPDATE state SET context = ?1 WHERE context = ?2 AND key NOT IN (SELECT key FROM state WHERE context = ?1)",
      [new.value, old.value])
  }
}

// MARK: - Copying

extension SQLiteStore {
  /// Copies one memory with its vectors. Returns the row of the copy.
  private static func copy(
    _ original: Int64, with work: inout MemoryCommit, _ id: MemoryID, _ session: SQLiteSession
  ) throws(StorageError) -> Int64 {
    var copy = try memory(original, session)
    copy.id = id
    copy.context = work.scope.context
    if let name = copy.externalID, try work.isTaken(externalID: name) { copy.externalID = nil }
    try work.apply(.insert(copy))
    let row = try livingRow(of: id, in: work.context, session)
    try session.run(
      "INSERT INTO embedding(memory, model, vector) SELECT ?, model, vector FROM embedding WHERE memory = ?",
      [.integer(row), .integer(original)])
    return row
  }

  /// Copies the edges of which both ends were copied.
  private static func copyEdges(
    in old: OpenContext, to new: OpenContext, _ copies: [Int64: Int64], _ identifiers: IdentifierSource,
    _ session: SQLiteSession
  ) throws(StorageError) {
    let edges = try session.rows(
      """
      SELECT edge.source, edge.target, edge.type FROM edge
      JOIN memory AS source ON source.row = edge.source JOIN memory AS target ON target.row = edge.target
      WHERE edge.context = ? ORDER BY source.id, target.id, edge.type
      """, [old.value]
    ) { (source: $0.integer(), target: $0.integer(), type: $0.text()) }
    for edge in edges {
      guard let source = copies[edge.source], let target = copies[edge.target] else { continue }
      try session.run(
        """
        INSERT INTO edge(context, source, target, type, id, weight, confidence, origin, created_at, last_used_at,
          evidence, weighed_at)
        SELECT ?, ?, ?, type, ?, weight, confidence, origin, created_at, last_used_at, evidence, weighed_at FROM edge
        WHERE context = ? AND source = ? AND target = ? AND type = ?
        """,
        [
          new.value, .integer(source), .integer(target), .id(identifiers.make(Edge.self)), old.value,
          .integer(edge.source), .integer(edge.target), .text(edge.type),
        ])
    }
  }

  /// The memory of a row that is known to be there.
  private static func memory(_ row: Int64, _ session: SQLiteSession) throws(StorageError) -> Memory {
    let memory = try session.first("\(MemoryRow.select) WHERE memory.row = ?", [.integer(row)]) {
      (row) throws(StorageError) in try MemoryRow.read(&row, session).memory
    }
    guard let memory else { throw StorageError(.corrupted, "a memory vanished within a transaction") }
    return memory
  }
}
