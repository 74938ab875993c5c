public import Model
public import Storage

extension SQLiteStore {
  public func moveAll(
    from source: Scope, to target: Scope, at instant: Timestamp
  ) async throws(StorageError) -> Int {
    try await write { (session) throws(StorageError) in
      let old = try OpenContext.require(source, in: session)
      let new = try OpenContext.require(target, in: session)
      guard source.workspace == target.workspace else {
        throw StorageError(.notFound, "the contexts belong to different workspaces")
      }
      if old.row == new.row { return 0 }
      try Self.detach(from: old, to: new, session)
      let moving = try session.rows(
        "SELECT row FROM memory WHERE context = ? AND deleted_at IS NULL ORDER BY id", [old.value]
      ) { $0.integer() }
      // What belongs to a memory follows it: by its row number, or by a cascade where the context is named too.
      try session.run(
        "UPDATE memory SET context = ?, revision = revision + 1, updated_at = ? WHERE context = ? AND deleted_at IS NULL",
        [new.value, .time(instant), old.value])
      try Self.tell(of: moving, from: old, to: new, by: source.user, at: instant, session)
      return moving.count
    }
  }

  /// Removes what cannot go along: edges whose other end stays, and external ids that are taken on the other side.
  private static func detach(
    from old: OpenContext, to new: OpenContext, _ session: SQLiteSession
  ) throws(StorageError) {
    try session.run(
      """
      DELETE FROM edge WHERE context = ?
        AND (SELECT deleted_at IS NULL FROM memory WHERE row = edge.source)
          <> (SELECT deleted_at IS NULL FROM memory WHERE row = edge.target)
      """, [old.value])
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
      let memory = try session.first("\(MemoryRow.select) WHERE memory.row = ?", [.integer(row)]) {
        (row) throws(StorageError) in try MemoryRow.read(&row, session).memory
      }
      guard let memory else { preconditionFailure("a memory that was just moved is there") }
      try session.appendHistory(.moved, row, memory, author: author, at: instant)
      left += 1
      try session.appendFeed(old, left, memory.id, isLiving: false)
      arrived += 1
      try session.appendFeed(new, arrived, memory.id, isLiving: true)
    }
  }
}
