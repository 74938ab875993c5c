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

  public func unembedded(
    by model: String, limit: Int, retryBefore: Timestamp
  ) async throws(StorageError) -> [UnembeddedMemory] {
    try await read { (session) throws(StorageError) in
      let found = try session.rows(
        """
        SELECT workspace.id, user.id, context.id, memory.id, memory.row
        FROM memory JOIN context ON context.row = memory.context AND context.deleted_at IS NULL
          JOIN workspace ON workspace.row = context.workspace JOIN user ON user.row = context.creator
        WHERE memory.deleted_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM embedding WHERE embedding.memory = memory.row AND model = ?1)
          AND NOT EXISTS (SELECT 1 FROM embedding_failure AS failure
            WHERE failure.memory = memory.row AND model = ?1 AND failure.at >= ?2)
        ORDER BY memory.row LIMIT ?3
        """, [.text(model), .time(retryBefore), .count(max(0, limit))]
      ) { (row) throws(StorageError) in
        (
          workspace: try row.id(Workspace.self), user: try row.id(User.self),
          context: try row.id(Context.self),
          memory: try row.id(Memory.self), row: row.integer()
        )
      }
      var result: [UnembeddedMemory] = []
      for place in found {
        let memory = try session.first("\(MemoryRow.select) WHERE memory.row = ?", [.integer(place.row)]) {
          (row) throws(StorageError) in try MemoryRow.read(&row, session).memory
        }
        if let memory {
          result.append(UnembeddedMemory(workspace: place.workspace, user: place.user, memory: memory))
        }
      }
      return result
    }
  }

  public func embeddingCounts(
    by model: String, in scope: WorkspaceScope
  ) async throws(StorageError) -> (embedded: Int64, missing: Int64) {
    try await read { (session) throws(StorageError) in
      let living = """
        FROM memory JOIN context ON context.row = memory.context AND context.deleted_at IS NULL
        WHERE context.workspace = (SELECT row FROM workspace WHERE id = ?) AND memory.deleted_at IS NULL
        """
      let total = try session.integer("SELECT count(*) \(living)", [.id(scope.workspace)]) ?? 0
      let embedded =
        try session.integer(
          "SELECT count(*) \(living) AND EXISTS (SELECT 1 FROM embedding WHERE memory = memory.row AND model = ?)",
          [.id(scope.workspace), .text(model)]) ?? 0
      return (embedded, total - embedded)
    }
  }

  public func embeddingFailures(
    by model: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [EmbeddingFailure] {
    try await read { (session) throws(StorageError) in
      try session.rows(
        """
        SELECT memory.id, failure.reason, failure.attempts, failure.at, memory.summary
        FROM embedding_failure AS failure JOIN memory ON memory.row = failure.memory
          JOIN context ON context.row = memory.context AND context.deleted_at IS NULL
        WHERE context.workspace = (SELECT row FROM workspace WHERE id = ?1) AND memory.deleted_at IS NULL
          AND (NOT context.is_private OR context.creator = (SELECT row FROM user WHERE id = ?2)) AND failure.model = ?3
        ORDER BY failure.at DESC, memory.row LIMIT ?4
        """, [.id(scope.workspace), .id(scope.user), .text(model), .count(max(0, limit))]
      ) { (row) throws(StorageError) in
        let id = try row.id(Memory.self)
        let reason = row.text()
        return EmbeddingFailure(
          memory: id, model: model, reason: reason, attempts: row.integer(), at: row.time(),
          summary: row.text())
      }
    }
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
