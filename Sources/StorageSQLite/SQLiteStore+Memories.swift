public import Model
public import Storage

extension SQLiteStore {
  public func memories(_ ids: [MemoryID], in scope: Scope) async throws(StorageError) -> [Memory] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [] }
      return try Self.memories(ids, where: "memory.deleted_at IS NULL", in: context, session)
    }
  }

  public func forgotten(_ ids: [MemoryID], in scope: Scope) async throws(StorageError) -> [Memory] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [] }
      return try Self.memories(ids, where: "memory.deleted_at IS NOT NULL", in: context, session)
    }
  }

  public func memory(externalID: String, in scope: Scope) async throws(StorageError) -> Memory? {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return nil }
      return try session.first(
        """
        \(MemoryRow.select) WHERE memory.context = ? AND memory.external_id = ? AND memory.deleted_at IS NULL
        """, [context.value, .text(externalID)]
      ) { (row) throws(StorageError) in try MemoryRow.read(&row, session).memory }
    }
  }

  public func history(of memory: MemoryID, in scope: Scope) async throws(StorageError) -> [MemoryChange] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [] }
      return try session.rows(
        """
        SELECT memory_change.revision, memory_change.kind, memory_change.author, memory_change.at,
          memory_change.snapshot
        FROM memory_change JOIN memory ON memory.row = memory_change.memory
        WHERE memory.id = ? AND memory.context = ? ORDER BY memory_change.revision
        """, [.id(memory), context.value]
      ) { (row) throws(StorageError) in
        MemoryChange(
          memory: memory, revision: row.integer(), kind: try row.name(), author: try row.id(), at: row.time(),
          snapshot: try row.object())
      }
    }
  }

  public func noteUse(
    of memories: [MemoryID], at instant: Timestamp, in scope: Scope
  ) async throws(StorageError) {
    try await write { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return }
      for id in memories {
        try session.run(
          """
          UPDATE memory_use
          SET access_count = access_count + 1, last_used_at = max(coalesce(last_used_at, ?1), ?1),
            touched_at = max(touched_at, ?1)
          WHERE memory = (SELECT row FROM memory WHERE id = ?2 AND context = ?3 AND deleted_at IS NULL)
          """, [.time(instant), .id(id), context.value])
      }
    }
  }

  public func add(_ feedback: Feedback, in scope: Scope) async throws(StorageError) {
    try await write { (session) throws(StorageError) in
      let context = try OpenContext.require(scope, in: session)
      let memory = try Self.livingRow(of: feedback.memory, in: context, session)
      try session.run(
        "INSERT INTO feedback(memory, author, is_helpful, query, note, at) VALUES (?, ?, ?, ?, ?, ?)",
        [
          .integer(memory), .id(feedback.author), .flag(feedback.isHelpful), .text(feedback.query),
          .text(feedback.note), .time(feedback.at),
        ])
    }
  }

  public func feedback(on memory: MemoryID, in scope: Scope) async throws(StorageError) -> [Feedback] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [] }
      return try session.rows(
        """
        SELECT feedback.author, feedback.is_helpful, feedback.query, feedback.note, feedback.at
        FROM feedback JOIN memory ON memory.row = feedback.memory
        WHERE memory.id = ? AND memory.context = ? AND memory.deleted_at IS NULL
        ORDER BY feedback.at, feedback.row
        """, [.id(memory), context.value]
      ) { (row) throws(StorageError) in
        Feedback(
          memory: memory, author: try row.id(), isHelpful: row.flag(), query: row.optionalText(),
          note: row.optionalText(), at: row.time())
      }
    }
  }
}

extension SQLiteStore {
  /// The memories among `ids` that satisfy `condition`, in the order of `ids`.
  private static func memories(
    _ ids: [MemoryID], where condition: String, in context: OpenContext, _ session: SQLiteSession
  ) throws(StorageError) -> [Memory] {
    // One kept statement, asked once for each: a step costs microseconds, and the order is that of the question.
    let question = "\(MemoryRow.select) WHERE memory.id = ? AND memory.context = ? AND \(condition)"
    var result: [Memory] = []
    for id in ids {
      let memory = try session.first(question, [.id(id), context.value]) { (row) throws(StorageError) in
        try MemoryRow.read(&row, session).memory
      }
      if let memory { result.append(memory) }
    }
    return result
  }

  /// The row of a living memory of the context. Throws `notFound` when there is none.
  static func livingRow(
    of memory: MemoryID, in context: OpenContext, _ session: SQLiteSession
  ) throws(StorageError) -> Int64 {
    let row = try session.integer(
      "SELECT row FROM memory WHERE id = ? AND context = ? AND deleted_at IS NULL",
      [.id(memory), context.value])
    guard let row else { throw StorageError(.notFound, "there is no such memory") }
    return row
  }
}
