import CSQLite
import Model
import Storage
import StorageContract
import TestSupport
import Testing

@testable import StorageSQLite

/// What SQLite itself may do to a write: run out of room, be interrupted anywhere, find the file locked or damaged.
@Suite struct FaultTests {
  private static func open(_ path: String, _ adjust: (inout SQLiteOptions) -> Void = { _ in }) async throws
    -> SQLiteStore
  {
    var options = SQLiteOptions()
    options.durability = .process
    adjust(&options)
    return try await SQLiteStore.open(.file(path), options: options)
  }

  @Test func `when the disk is full the write fails whole, and works again when there is room`() async throws
  {
    let folder = try TemporaryFolder()
    let store = try await Self.open(folder.file("mneme.sqlite")) { $0.maximumBytes = 700_000 }
    let house = try await House.found(in: store)
    var kept: [MemoryID] = []
    var refused: Memory?
    while refused == nil {
      let memory = house.memory("memory \(kept.count)") { memory in
        memory.content = (0..<300).map { "word\($0 * (kept.count + 1))" }.joined(separator: " ")
        memory.tags = ["a", "b"]
      }
      do {
        try await house.commit(.insert(memory))
        kept.append(memory.id)
      } catch let error as StorageError {
        #expect(error.code == .full)
        refused = memory
      }
    }
    #expect(kept.count > 10)
    #expect(try await store.memories(kept, in: house.scope).count == kept.count)
    #expect(try await store.sequence(in: house.scope) == Int64(kept.count))
    #expect(try await store.findings() == [])

    try await Self.run(store, "PRAGMA max_page_count = 1000000")
    let memory = try #require(refused)
    try await house.commit(.insert(memory))
    #expect(try await house.stored(memory) == memory)
    await store.close()
  }

  @Test func `writers that share a transaction with one that finds the disk full are not lost`() async throws
  {
    let folder = try TemporaryFolder()
    let store = try await Self.open(folder.file("mneme.sqlite")) { $0.maximumBytes = 1_500_000 }
    let house = try await House.found(in: store)
    let large = house.memory("too large") { $0.content = String(repeating: "x y z ", count: 160_000) }
    let small = (0..<40).map { house.memory("small \($0)") }
    let outcomes = await withTaskGroup(of: (MemoryID, StorageError.Code?).self) { group in
      for memory in small[..<20] + [large] + small[20...] {
        group.addTask {
          do {
            try await house.commit(.insert(memory))
            return (memory.id, nil)
          } catch {
            return (memory.id, (error as? StorageError)?.code)
          }
        }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    #expect(outcomes == [large.id: .full])
    #expect(try await store.memories(small.map(\.id) + [large.id], in: house.scope).count == 40)
    #expect(try await store.findings() == [])
    await store.close()
  }

  @Test func `a write that is interrupted anywhere has changed nothing, and a repetition works`() async throws
  {
    let folder = try TemporaryFolder()
    let store = try await Self.open(folder.file("mneme.sqlite"))
    let house = try await House.found(in: store)
    let old = try await house.remember("was there before") { $0.tags = ["x"] }
    var interruptions = 0
    for steps in stride(from: Int32(1), to: 400, by: 3) {
      let fresh = house.memory("number \(steps)") { $0.tags = ["a", "b"] }
      let current = try #require(try await house.stored(old))
      let sequence = try await store.sequence(in: house.scope)
      let write = MemoryWrite(
        [.insert(fresh), .update(current), .link(house.edge(fresh, old, "t\(steps)"))], at: house.now,
        idempotencyKey: "\(steps)")
      try await Self.interrupt(store, after: steps)
      let receipt = try? await store.commit(write, in: house.scope)
      try await Self.interrupt(store, after: nil)
      if receipt == nil {
        interruptions += 1
        #expect(try await house.stored(fresh) == nil)
        #expect(try await house.stored(old) == current)
        #expect(try await store.sequence(in: house.scope) == sequence)
      }
      let again = try await store.commit(write, in: house.scope)
      #expect(again.isReplay == (receipt != nil))
      #expect(again.sequence == sequence + 2)
    }
    #expect(interruptions > 10)
    #expect(try await store.findings() == [])
    await store.close()
  }

  /// Interrupts each statement of the writing connection after so many steps of SQLite's machine.
  private static func interrupt(_ store: SQLiteStore, after steps: Int32?) async throws {
    try await store.withWritingConnection { (connection) throws(StorageError) in
      if let steps {
        sqlite3_progress_handler(connection.pointer, steps, { _ in 1 }, nil)
      } else {
        sqlite3_progress_handler(connection.pointer, 0, nil, nil)
      }
    }
  }

  @Test func `a file that another process keeps locked is unavailable, and readable meanwhile`() async throws
  {
    let folder = try TemporaryFolder()
    let path = folder.file("mneme.sqlite")
    let store = try await Self.open(path) { $0.busyTimeout = .zero }
    let house = try await House.found(in: store)
    let memory = try await house.remember("readable")
    let other = try SQLiteConnection(path: path)
    try other.execute("BEGIN IMMEDIATE")
    let error = await #expect(throws: StorageError.self) { try await house.commit(.forget(memory.id)) }
    #expect(error?.code == .unavailable)
    let codes = await withTaskGroup(of: StorageError.Code?.self) { group in
      for _ in 0..<5 {
        group.addTask {
          do {
            try await house.commit(.forget(memory.id))
            return nil
          } catch {
            return (error as? StorageError)?.code
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(codes == Array(repeating: .unavailable, count: 5))
    #expect(try await house.stored(memory) == memory)
    try other.execute("ROLLBACK")
    try await house.commit(.forget(memory.id))
    await store.close()
  }

  @Test func `a closed store is unavailable`() async throws {
    let folder = try TemporaryFolder()
    let store = try await Self.open(folder.file("mneme.sqlite"))
    await store.close()
    await store.close()
    let write = await #expect(throws: StorageError.self) {
      _ = try await store.purgeState(expiredBy: TestClock().now())
    }
    #expect(write?.code == .unavailable)
    let read = await #expect(throws: StorageError.self) { _ = try await store.workspaces() }
    #expect(read?.code == .unavailable)
    await #expect(throws: StorageError.self) { try await store.backup(to: folder.file("copy")) }
    await #expect(throws: StorageError.self) { _ = try await store.findings() }
  }

  @Test func `the schema itself refuses an edge across contexts`() async throws {
    let store = try await SQLiteStore.open(.memory)
    let house = try await House.found(in: store)
    let here = try await house.remember("here")
    let there = try await house.remember("there", in: house.scope(in: try await house.addContext("other")))
    let error = await #expect(throws: StorageError.self) {
      try await store.withWritingConnection { (connection) throws(StorageError) in
        _ = try SQLiteSession(connection: connection).run(
          """
          INSERT INTO edge(context, source, target, type, id, weight, confidence, origin, created_at, last_used_at)
          SELECT context, row, (SELECT row FROM memory WHERE id = ?), 't', x'00', 1, 1, 'declared', 0, 0
          FROM memory WHERE id = ?
          """, [.id(there.id), .id(here.id)])
      }
    }
    #expect(error?.code == .notFound)
    await store.close()
  }

  @Test func `rows that point to nothing and a wrong index of words are found`() async throws {
    let store = try await SQLiteStore.open(.memory)
    let house = try await House.found(in: store)
    let memory = try await house.remember("about tea") { $0.tags = ["t"] }
    for (damage, remedy) in [
      ("UPDATE memory_tag SET is_living = 0", "UPDATE memory_tag SET is_living = 1"),
      (
        "INSERT INTO memory_words(memory_words, rowid, scope, summary, context_summary, content) "
          + "SELECT 'delete', row, scope, summary, context_summary, content FROM living_text",
        "INSERT INTO memory_words(memory_words) VALUES ('rebuild')"
      ),
      ("INSERT INTO membership VALUES (999, 1, 'viewer')", "DELETE FROM membership WHERE workspace = 999"),
    ] {
      #expect(try await store.findings() == [])
      try await Self.run(store, "PRAGMA foreign_keys = OFF", damage)
      #expect(try await store.findings().count == 1, "\(damage)")
      try await Self.run(store, remedy, "PRAGMA foreign_keys = ON")
    }
    #expect(try await store.findings() == [])
    #expect(try await store.search(KeywordQuery("tea"), in: house.scope).map(\.memory) == [memory.id])
    await store.close()
  }

  private static func run(_ store: SQLiteStore, _ statements: String...) async throws {
    try await store.withWritingConnection { (connection) throws(StorageError) in
      for statement in statements { try SQLiteSession(connection: connection).run(statement, []) }
    }
  }
}
