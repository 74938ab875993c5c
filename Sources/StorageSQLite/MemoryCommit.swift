internal import JSON
internal import Model
internal import Storage

/// The changes of one write, applied one after the other inside its transaction.
struct MemoryCommit {
  let scope: Scope
  let context: OpenContext
  let at: Timestamp
  let session: SQLiteSession
  /// The memories changed so far, each once.
  private(set) var changed: [MemoryID] = []
  /// The number of the last change so far.
  private(set) var sequence: Int64
  private var changedSet: Set<MemoryID> = []

  init(scope: Scope, context: OpenContext, at: Timestamp, session: SQLiteSession) throws(StorageError) {
    self.scope = scope
    self.context = context
    self.at = at
    self.session = session
    sequence = try SQLiteStore.sequence(in: context, session)
  }

  mutating func apply(_ change: MemoryWrite.Change) throws(StorageError) {
    switch change {
    case .insert(let memory): try insert(memory)
    case .update(let memory): try update(memory)
    case .forget(let id): try forget(id)
    case .restore(let id): try restore(id)
    case .link(let edge): try link(edge)
    case .unlink(let source, let target, let type): try unlink(source, target, type)
    }
  }

  private mutating func insert(_ memory: Memory) throws(StorageError) {
    try requireOwn(memory)
    var fresh = memory
    fresh.revision = 1
    fresh.tags = memory.tags.distinctByBytes
    fresh.deletedAt = nil
    let columns = (["id", "context", "created_at"] + MemoryRow.fields).joined(separator: ", ")
    let marks = Array(repeating: "?", count: 3 + MemoryRow.fields.count).joined(separator: ", ")
    let row = try session.insert(
      "INSERT INTO memory(\(columns)) VALUES (\(marks))",
      [.id(fresh.id), context.value, .time(fresh.createdAt)] + MemoryRow.values(of: fresh))
    let touchedAt = max(fresh.updatedAt, fresh.lastUsedAt ?? fresh.updatedAt)
    try session.run(
      "INSERT INTO memory_use(memory, access_count, last_used_at, touched_at) VALUES (?, ?, ?, ?)",
      [.integer(row), .integer(fresh.accessCount), .time(fresh.lastUsedAt), .time(touchedAt)])
    try insertTags(fresh.tags, of: row)
    try note(.created, row, fresh)
  }

  private mutating func update(_ memory: Memory) throws(StorageError) {
    try requireOwn(memory)
    guard let (row, present) = try find(memory.id), present.deletedAt == nil else {
      throw StorageError(.notFound, "there is no such memory")
    }
    guard present.revision == memory.revision else {
      throw StorageError(.conflict, "the memory has changed since it was read; read it again")
    }
    var changed = memory
    changed.createdAt = present.createdAt
    changed.tags = memory.tags.distinctByBytes
    changed.updatedAt = at
    changed.deletedAt = nil
    changed.revision = present.revision + 1
    let assignments = MemoryRow.fields.map { "\($0) = ?" }.joined(separator: ", ")
    try session.run(
      "UPDATE memory SET \(assignments) WHERE row = ? AND context = ?",
      MemoryRow.values(of: changed) + [.integer(row), context.value])
    if !changed.hasSameText(as: present) {
      try session.run("DELETE FROM embedding WHERE memory = ?", [.integer(row)])
      try session.run("DELETE FROM embedding_failure WHERE memory = ?", [.integer(row)])
    }
    if !changed.tags.elementsEqual(present.tags, by: { $0.hasSameBytes(as: $1) }) {
      try session.run("DELETE FROM memory_tag WHERE memory = ?", [.integer(row)])
      try insertTags(changed.tags, of: row)
    }
    try note(.updated, row, changed)
  }

  private mutating func forget(_ id: MemoryID) throws(StorageError) {
    guard let (row, present) = try find(id), present.deletedAt == nil else { return }
    var changed = present
    changed.deletedAt = at
    try setLife(of: &changed, row, .forgotten)
  }

  private mutating func restore(_ id: MemoryID) throws(StorageError) {
    guard let (row, present) = try find(id), present.deletedAt != nil else { return }
    var changed = present
    changed.deletedAt = nil
    if let name = present.externalID, try isTaken(externalID: name) { changed.externalID = nil }
    try setLife(of: &changed, row, .restored)
  }

  private mutating func setLife(
    of memory: inout Memory, _ row: Int64, _ kind: MemoryChange.Kind
  ) throws(StorageError) {
    memory.updatedAt = at
    memory.revision += 1
    try session.run(
      "UPDATE memory SET deleted_at = ?, external_id = ?, updated_at = ?, revision = ? WHERE row = ? AND context = ?",
      [
        .time(memory.deletedAt), .text(memory.externalID), .time(memory.updatedAt), .integer(memory.revision),
        .integer(row), context.value,
      ])
    try note(kind, row, memory)
  }

  private func link(_ edge: Edge) throws(StorageError) {
    let source = try SQLiteStore.livingRow(of: edge.source, in: context, session)
    let target = try SQLiteStore.livingRow(of: edge.target, in: context, session)
    _ = try EdgeRow.insert(edge, from: source, to: target, in: context, session)
  }

  private func unlink(_ source: MemoryID, _ target: MemoryID, _ type: String) throws(StorageError) {
    try session.run(
      """
      DELETE FROM edge WHERE context = ?1 AND type = ?4
        AND source = (SELECT row FROM memory WHERE id = ?2 AND context = ?1)
        AND target = (SELECT row FROM memory WHERE id = ?3 AND context = ?1)
      """, [context.value, .id(source), .id(target), .text(type)])
  }
}

extension MemoryCommit {
  /// A memory of the context, living or forgotten, with its row number.
  private func find(_ id: MemoryID) throws(StorageError) -> (row: Int64, memory: Memory)? {
    try session.first(
      "\(MemoryRow.select) WHERE memory.id = ? AND memory.context = ?", [.id(id), context.value]
    ) { (row) throws(StorageError) in try MemoryRow.read(&row, session) }
  }

  private func requireOwn(_ memory: Memory) throws(StorageError) {
    guard memory.context == scope.context else {
      throw StorageError(.notFound, "the memory belongs to another context")
    }
  }

  func isTaken(externalID: String) throws(StorageError) -> Bool {
    try session.exists(
      "SELECT 1 FROM memory WHERE context = ? AND external_id = ? AND deleted_at IS NULL",
      [context.value, .text(externalID)])
  }

  private func insertTags(_ tags: [String], of row: Int64) throws(StorageError) {
    for (position, tag) in tags.enumerated() {
      try session.run(
        "INSERT INTO memory_tag(memory, position, context, tag, is_living) VALUES (?, ?, ?, ?, 1)",
        [.integer(row), .count(position), context.value, .text(tag)])
    }
  }

  /// Appends to the history of a memory and to the feed of the context.
  private mutating func note(
    _ kind: MemoryChange.Kind, _ row: Int64, _ memory: Memory
  ) throws(StorageError) {
    try session.appendHistory(kind, row, memory, author: scope.user, at: at)
    sequence += 1
    try session.appendFeed(context, sequence, memory.id, isLiving: memory.deletedAt == nil)
    if changedSet.insert(memory.id).inserted { changed.append(memory.id) }
  }
}

extension SQLiteSession {
  /// Keeps `memory` as the change left it.
  func appendHistory(
    _ kind: MemoryChange.Kind, _ row: Int64, _ memory: Memory, author: UserID, at instant: Timestamp
  ) throws(StorageError) {
    try run(
      "INSERT INTO memory_change(memory, revision, kind, author, at, snapshot) VALUES (?, ?, ?, ?, ?, ?)",
      [
        .integer(row), .integer(memory.revision), .name(kind), .id(author), .time(instant),
        .text(JSONValue.object(memory.snapshot).text),
      ])
  }

  /// Tells the indexes of the context.
  func appendFeed(
    _ context: OpenContext, _ sequence: Int64, _ memory: MemoryID, isLiving: Bool
  ) throws(StorageError) {
    try run(
      "INSERT INTO feed(context, sequence, memory_id, is_living) VALUES (?, ?, ?, ?)",
      [context.value, .integer(sequence), .id(memory), .flag(isLiving)])
  }
}
