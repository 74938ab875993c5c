public import Model
public import Storage

extension SQLiteStore {
  public func save(_ embeddings: [StoredEmbedding], in scope: Scope) async throws(StorageError) -> Int {
    try await write { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return 0 }
      var sequence = try Self.sequence(in: context, session)
      var count = 0
      for embedding in embeddings where try Self.save(embedding, in: context, session) {
        count += 1
        sequence += 1
        try session.run(
          "INSERT INTO feed(context, sequence, memory_id, is_living) VALUES (?, ?, ?, 1)",
          [context.value, .integer(sequence), .id(embedding.memory)])
      }
      return count
    }
  }

  public func embeddings(
    of memories: [MemoryID], by model: String, in scope: Scope
  ) async throws(StorageError) -> [MemoryID: [Float]] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [:] }
      var vectors: [MemoryID: [Float]] = [:]
      for memory in memories {
        vectors[memory] = try session.first(
          """
          SELECT vector FROM embedding JOIN memory ON memory.row = embedding.memory
          WHERE memory.id = ? AND memory.context = ? AND memory.deleted_at IS NULL AND model = ?
          """, [.id(memory), context.value, .text(model)]
        ) { row in Self.floats(row.bytes()) }
      }
      return vectors
    }
  }

  public func note(_ failure: EmbeddingFailure, in scope: Scope) async throws(StorageError) {
    try await write { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return }
      try session.run(
        """
        INSERT INTO embedding_failure(memory, model, reason, attempts, at)
        SELECT row, ?, ?, 1, ? FROM memory WHERE id = ? AND context = ? AND deleted_at IS NULL
        ON CONFLICT (memory, model) DO UPDATE SET reason = excluded.reason, attempts = attempts + 1, at = excluded.at
        """,
        [.text(failure.model), .text(failure.reason), .time(failure.at), .id(failure.memory), context.value])
    }
  }

  public func removeEmbeddings(
    exceptBy models: [String], limit: Int, in scope: Scope
  ) async throws(StorageError) -> Int {
    let kept = models.map { _ in "?" }.joined(separator: ", ")
    return try await write { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return 0 }
      let values = [context.value] + models.map(SQLiteValue.text)
      let found = try session.rows(
        """
        SELECT embedding.memory, model FROM memory CROSS JOIN embedding ON embedding.memory = memory.row
        WHERE memory.context = ? AND model NOT IN (\(kept)) LIMIT ?
        """, values + [.count(max(0, limit))]
      ) { row in (memory: row.integer(), model: row.text()) }
      for (memory, model) in found {
        try session.run(
          "DELETE FROM embedding WHERE memory = ? AND model = ?", [.integer(memory), .text(model)])
      }
      try session.run(
        """
        DELETE FROM embedding_failure WHERE memory IN (SELECT row FROM memory WHERE context = ?)
          AND model NOT IN (\(kept))
        """, values)
      return found.count
    }
  }

  public func unembedded(
    by model: String, after cursor: MemoryID?, limit: Int, retryBefore: Timestamp, in scope: Scope
  ) async throws(StorageError) -> [Memory] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [] }
      let start =
        try cursor.flatMap { (id) throws(StorageError) in
          try session.integer(
            "SELECT row FROM memory WHERE id = ? AND context = ?", [.id(id), context.value])
        } ?? 0
      let rows = try session.rows(
        """
        SELECT row FROM memory WHERE context = ?1 AND row > ?2 AND deleted_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM embedding WHERE embedding.memory = memory.row AND model = ?3)
          AND NOT EXISTS (SELECT 1 FROM embedding_failure AS failure
            WHERE failure.memory = memory.row AND model = ?3 AND failure.at >= ?4)
        ORDER BY row LIMIT ?5
        """, [context.value, .integer(start), .text(model), .time(retryBefore), .count(max(0, limit))]
      ) { $0.integer() }
      var memories: [Memory] = []
      for row in rows {
        let memory = try session.first("\(MemoryRow.select) WHERE memory.row = ?", [.integer(row)]) {
          (row) throws(StorageError) in try MemoryRow.read(&row, session).memory
        }
        if let memory { memories.append(memory) }
      }
      return memories
    }
  }

  public func embeddingCounts(by model: String, in scope: Scope) async throws(StorageError) -> EmbeddingCounts
  {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else {
        return EmbeddingCounts(memories: 0, embedded: 0, failed: 0)
      }
      return try Self.counts(by: model, in: context, session)
    }
  }

  public func embeddingFailures(
    by model: String, limit: Int, in scope: Scope
  ) async throws(StorageError) -> [EmbeddingFailure] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [] }
      return try session.rows(
        """
        SELECT memory.id, failure.reason, failure.attempts, failure.at, memory.summary
        FROM memory CROSS JOIN embedding_failure AS failure ON failure.memory = memory.row AND failure.model = ?1
        WHERE memory.context = ?2 AND memory.deleted_at IS NULL
        ORDER BY failure.at DESC, memory.row LIMIT ?3
        """, [.text(model), context.value, .count(max(0, limit))]
      ) { (row) throws(StorageError) in
        let id = try row.id(Memory.self)
        let reason = row.text()
        return EmbeddingFailure(
          memory: id, model: model, reason: reason, attempts: row.integer(), at: row.time(),
          summary: row.text())
      }
    }
  }

  public func forgetFailures(by model: String, in scope: Scope) async throws(StorageError) -> Int {
    try await write { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return 0 }
      let rows = try session.rows(
        """
        SELECT memory.row FROM memory CROSS JOIN embedding_failure AS failure ON failure.memory = memory.row
        WHERE memory.context = ? AND memory.deleted_at IS NULL AND failure.model = ?
        """, [context.value, .text(model)]
      ) { $0.integer() }
      for row in rows {
        try session.run(
          "DELETE FROM embedding_failure WHERE memory = ? AND model = ?", [.integer(row), .text(model)])
      }
      return rows.count
    }
  }

  public func adoptNextModel(at instant: Timestamp, in scope: Scope) async throws(StorageError) -> Bool {
    try await write { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session),
        let next = try session.first(
          "SELECT next_model FROM context WHERE row = ? AND next_model IS NOT NULL", [context.value],
          { $0.text() })
      else { return false }
      guard try Self.counts(by: next, in: context, session).pending == 0 else { return false }
      try session.run(
        """
        UPDATE context SET previous_model = embedding_model, embedding_model = next_model, next_model = NULL,
          updated_at = ?, revision = revision + 1 WHERE row = ?
        """, [.time(instant), context.value])
      return true
    }
  }

  private static func counts(
    by model: String, in context: OpenContext, _ session: SQLiteSession
  ) throws(StorageError) -> EmbeddingCounts {
    let counts = try session.first(
      """
      SELECT count(*), coalesce(sum(has_vector), 0), coalesce(sum(NOT has_vector AND has_failed), 0) FROM (
        SELECT
          EXISTS (SELECT 1 FROM embedding WHERE embedding.memory = memory.row AND model = ?1) AS has_vector,
          EXISTS (SELECT 1 FROM embedding_failure AS failure
            WHERE failure.memory = memory.row AND model = ?1) AS has_failed
        FROM memory WHERE context = ?2 AND deleted_at IS NULL)
      """, [.text(model), context.value]
    ) { row in EmbeddingCounts(memories: row.integer(), embedded: row.integer(), failed: row.integer()) }
    return counts ?? EmbeddingCounts(memories: 0, embedded: 0, failed: 0)
  }

  /// Saves a vector if its memory is a living one of the context, and of that revision.
  static func save(
    _ embedding: StoredEmbedding, in context: OpenContext, _ session: SQLiteSession
  ) throws(StorageError) -> Bool {
    let row = try session.integer(
      "SELECT row FROM memory WHERE id = ? AND context = ? AND revision = ? AND deleted_at IS NULL",
      [.id(embedding.memory), context.value, .integer(embedding.revision)])
    guard let row else { return false }
    try session.run(
      """
      INSERT INTO embedding(memory, model, vector) VALUES (?, ?, ?)
      ON CONFLICT (memory, model) DO UPDATE SET vector = excluded.vector
      """, [.integer(row), .text(embedding.model), .blob(bytes(embedding.vector))])
    try session.run(
      "DELETE FROM embedding_failure WHERE memory = ? AND model = ?", [.integer(row), .text(embedding.model)])
    return true
  }

  private static func bytes(_ floats: [Float]) -> [UInt8] {
    floats.map { $0.bitPattern.littleEndian }.withUnsafeBytes { Array($0) }
  }

  private static func floats(_ bytes: [UInt8]) -> [Float] {
    bytes.withUnsafeBytes { raw in
      (0..<raw.count / 4).map {
        Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
      }
    }
  }
}
