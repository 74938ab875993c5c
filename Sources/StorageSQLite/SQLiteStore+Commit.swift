public import Model
public import Storage

extension SQLiteStore {
  public func commit(_ write: MemoryWrite, in scope: Scope) async throws(StorageError) -> WriteReceipt {
    try await self.write { (session) throws(StorageError) in
      let context = try OpenContext.require(scope, in: session)
      if let key = write.idempotencyKey, let receipt = try Self.receipt(key, in: context, session) {
        return receipt
      }
      var work = try MemoryCommit(scope: scope, context: context, at: write.at, session: session)
      for change in write.changes { try work.apply(change) }
      for embedding in write.embeddings { _ = try Self.save(embedding, in: context, session) }
      _ = try Self.enqueue(write.tasks, session)
      let receipt = WriteReceipt(changed: work.changed, sequence: work.sequence)
      if let key = write.idempotencyKey {
        try Self.keep(receipt, key: key, at: write.at, in: context, session)
      }
      return receipt
    }
  }

  public func receipt(forKey key: String, in scope: Scope) async throws(StorageError) -> WriteReceipt? {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return nil }
      return try Self.receipt(key, in: context, session)
    }
  }

  public func changes(
    after sequence: Int64, limit: Int, in scope: Scope
  ) async throws(StorageError) -> [SequencedChange] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [] }
      return try session.rows(
        """
        SELECT sequence, memory_id, is_living FROM feed WHERE context = ? AND sequence > ? ORDER BY sequence LIMIT ?
        """, [context.value, .integer(sequence), .count(max(0, limit))]
      ) { (row) throws(StorageError) in
        SequencedChange(sequence: row.integer(), memory: try row.id(), isLiving: row.flag())
      }
    }
  }

  public func sequence(in scope: Scope) async throws(StorageError) -> Int64 {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return 0 }
      return try Self.sequence(in: context, session)
    }
  }

  /// The sequence number of the last change in the context.
  static func sequence(in context: OpenContext, _ session: SQLiteSession) throws(StorageError) -> Int64 {
    try session.integer("SELECT max(sequence) FROM feed WHERE context = ?", [context.value]) ?? 0
  }
}

extension SQLiteStore {
  private static func receipt(
    _ key: String, in context: OpenContext, _ session: SQLiteSession
  ) throws(StorageError) -> WriteReceipt? {
    try session.first(
      "SELECT sequence, changed FROM receipt WHERE context = ? AND key = ?", [context.value, .text(key)]
    ) { row in
      let sequence = row.integer()
      return WriteReceipt(changed: identifiers(row.bytes()), sequence: sequence, isReplay: true)
    }
  }

  private static func keep(
    _ receipt: WriteReceipt, key: String, at instant: Timestamp, in context: OpenContext,
    _ session: SQLiteSession
  ) throws(StorageError) {
    try session.run(
      "INSERT INTO receipt(context, key, sequence, changed, at) VALUES (?, ?, ?, ?, ?)",
      [context.value, .text(key), .integer(receipt.sequence), .blob(bytes(receipt.changed)), .time(instant)])
  }

  /// Identifiers as a row of sixteen bytes each.
  private static func bytes(_ identifiers: [MemoryID]) -> [UInt8] {
    identifiers.flatMap { id in
      [id.high, id.low].flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
    }
  }

  private static func identifiers(_ bytes: [UInt8]) -> [MemoryID] {
    stride(from: 0, to: bytes.count - 15, by: 16).map { start in
      let words = [start, start + 8].map { bytes[$0..<$0 + 8].reduce(0 as UInt64) { $0 << 8 | UInt64($1) } }
      return MemoryID(high: words[0], low: words[1])
    }
  }
}
