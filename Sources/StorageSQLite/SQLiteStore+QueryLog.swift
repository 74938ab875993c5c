public import Model
public import Storage

extension SQLiteStore {
  public func log(_ query: LoggedQuery, in scope: Scope) async throws(StorageError) {
    try await write { (session) throws(StorageError) in
      let context = try OpenContext.require(scope, in: session)
      try session.run(
        """
        INSERT INTO logged_query(context, at, expires_at, user, mode, k, is_filtered, confidence, formula,
          microseconds, text, results) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          context.value, .time(query.at), .time(query.expiresAt), .id(query.user), .text(query.mode),
          .count(query.limit), .flag(query.isFiltered), .text(query.confidence), .text(query.formula),
          .integer(query.microseconds), .text(query.text), .blob(Self.bytes(query.results)),
        ])
    }
  }

  public func loggedQueries(
    limit: Int, before: Timestamp?, at instant: Timestamp, in scope: Scope
  ) async throws(StorageError) -> [LoggedQuery] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [] }
      return try session.rows(
        """
        SELECT text, mode, k, is_filtered, results, confidence, formula, microseconds, user, at, expires_at
        FROM logged_query WHERE context = ? AND at < ? AND expires_at > ? ORDER BY at DESC, row DESC LIMIT ?
        """,
        [
          context.value, .integer(before?.microseconds ?? .max), .time(instant), .count(max(0, limit)),
        ]
      ) { (row) throws(StorageError) in
        let (text, mode, limit, isFiltered) = (row.text(), row.text(), Int(row.integer()), row.flag())
        let results = Self.results(row.bytes())
        let (confidence, formula, microseconds) = (row.text(), row.text(), row.integer())
        return LoggedQuery(
          text: text, mode: mode, limit: limit, isFiltered: isFiltered, results: results,
          confidence: confidence, formula: formula, microseconds: microseconds, user: try row.id(),
          at: row.time(), expiresAt: row.time())
      }
    }
  }

  public func forgetQueries(in scope: Scope) async throws(StorageError) -> Int {
    try await write { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return 0 }
      return try session.run("DELETE FROM logged_query WHERE context = ?", [context.value])
    }
  }

  public func purgeQueries(expiredBy instant: Timestamp) async throws(StorageError) -> Int {
    try await write { (session) throws(StorageError) in
      try session.run("DELETE FROM logged_query WHERE expires_at <= ?", [.time(instant)])
    }
  }

  private static func bytes(_ results: [LoggedQuery.Result]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(results.count * 24)
    for result in results {
      for word in [result.memory.high, result.memory.low, result.score.bitPattern] {
        withUnsafeBytes(of: word.bigEndian) { bytes += $0 }
      }
    }
    return bytes
  }

  private static func results(_ bytes: [UInt8]) -> [LoggedQuery.Result] {
    bytes.withUnsafeBytes { raw in
      func word(_ offset: Int) -> UInt64 {
        UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      }
      return stride(from: 0, to: raw.count - 23, by: 24).map { start in
        LoggedQuery.Result(
          memory: MemoryID(high: word(start), low: word(start + 8)),
          score: Double(bitPattern: word(start + 16)))
      }
    }
  }
}
