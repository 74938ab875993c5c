public import Storage

extension SQLiteStore {
  public func findings() async throws(StorageError) -> [StoreFinding] {
    var findings = try await withOwnConnection("sqlite-check") { (connection) throws(StorageError) in
      do throws(StorageError) {
        let session = SQLiteSession(connection: connection)
        return try Self.damage(session) + Self.danglingRows(session) + Self.strayTags(session)
          + Self.strayUse(session) + Self.strayEdges(session)
      } catch  where error.code == .corrupted {
        return [StoreFinding(what: "the database file is damaged: \(error)", remedy: restoreABackup)]
      }
    }
    // By its form this check is an INSERT, so it belongs to the writer; it changes nothing.
    let areWordsRight = try await write { (session) throws(StorageError) in
      do throws(StorageError) {
        try session.run("INSERT INTO memory_words(memory_words, rank) VALUES ('integrity-check', 1)", [])
        return true
      } catch  where error.code == .corrupted {
        return false
      }
    }
    if !areWordsRight {
      findings.append(
        StoreFinding(
          what: "the index of words does not match the memories",
          remedy: "rebuild it: INSERT INTO memory_words(memory_words) VALUES ('rebuild')"))
    }
    return findings
  }

  private static func damage(_ session: SQLiteSession) throws(StorageError) -> [StoreFinding] {
    try session.rows("PRAGMA quick_check(20)", []) { $0.text() }.filter { $0 != "ok" }
      .map { StoreFinding(what: "damage in the database file: \($0)", remedy: restoreABackup) }
  }

  private static func danglingRows(_ session: SQLiteSession) throws(StorageError) -> [StoreFinding] {
    Set(try session.rows("PRAGMA foreign_key_check", []) { $0.text() })
      .subtracting(EdgeRow.links.map(\.table)).sorted()
      .map { StoreFinding(what: "rows of \($0) point to nothing", remedy: restoreABackup) }
  }

  private static func strayEdges(_ session: SQLiteSession) throws(StorageError) -> [StoreFinding] {
    var count: Int64 = 0
    for links in EdgeRow.links {
      count += try session.integer("SELECT count(*) FROM \(links.table) WHERE \(links.isStray)", []) ?? 0
    }
    guard count > 0 else { return [] }
    return [
      StoreFinding(
        what: "\(count) links lead to memories that are not there",
        remedy: "`mneme doctor --repair` removes them")
    ]
  }

  /// The index of tags says of each whether its memory lives, which the memory says too.
  private static func strayTags(_ session: SQLiteSession) throws(StorageError) -> [StoreFinding] {
    let differs = """
      SELECT 1 FROM memory_tag JOIN memory ON memory.row = memory_tag.memory
      WHERE memory_tag.is_living <> (memory.deleted_at IS NULL)
      """
    guard try session.exists(differs, []) else { return [] }
    return [StoreFinding(what: "the list of tags counts forgotten memories", remedy: restoreABackup)]
  }

  private static func strayUse(_ session: SQLiteSession) throws(StorageError) -> [StoreFinding] {
    let differs = """
      SELECT 1 FROM memory LEFT JOIN memory_use ON memory_use.memory = memory.row
      WHERE memory_use.touched_at IS NOT max(memory.updated_at, coalesce(memory_use.last_used_at, memory.updated_at))
      """
    guard try session.exists(differs, []) else { return [] }
    return [StoreFinding(what: "the use of a memory is not kept, or not right", remedy: restoreABackup)]
  }
}

private let restoreABackup = "restore a backup"
