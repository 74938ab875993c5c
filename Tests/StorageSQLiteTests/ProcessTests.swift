import Model
import Storage
import StorageContract
import StorageSQLite
import TestSupport
import Testing

/// Several processes on one file, and processes that die.
@Suite struct ProcessTests {
  private static func open(_ path: String) async throws -> SQLiteStore {
    var options = SQLiteOptions()
    options.durability = .process
    options.busyTimeout = .seconds(60)
    return try await SQLiteStore.open(.file(path), options: options)
  }

  private static func writer(_ house: House, _ path: String, _ prefix: String, _ count: Int) -> [String] {
    [
      "write", path, house.workspace.id.description, house.context.id.description, house.owner.id.description,
      prefix,
      String(count), "process",
    ]
  }

  @Test func `four processes write to one file, and nothing is lost`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("mneme.sqlite")
    let store = try await Self.open(path)
    let house = try await House.found(in: store)
    let executable = try builtExecutable("StoreWriter")
    let acknowledged = try await withThrowingTaskGroup(of: [String].self) { group in
      for number in 0..<4 {
        let arguments = Self.writer(house, path, "process-\(number)", 200)
        group.addTask {
          try await blocking {
            let child = try ChildProcess(executable, arguments)
            let lines = child.readLines()
            #expect(child.wait() == 0)
            return lines
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(acknowledged.count == 800)
    let ids = acknowledged.compactMap { MemoryID($0) }
    #expect(try await store.memories(ids, in: house.scope).count == 800)
    #expect(try await store.sequence(in: house.scope) == 800)
    let tags = try await store.tags(TagListing(), in: house.scope)
    #expect(tags.tags.map(\.count) == [200, 200, 200, 200])
    #expect(try await store.findings() == [])
    await store.close()
  }

  @Test func `of several first starts in a fresh folder exactly one founds the store`() async throws {
    let executable = try builtExecutable("StoreWriter")
    for _ in 0..<5 {
      let folder = try TemporaryFolder()
      let path = folder.file("data/deep/mneme.sqlite")
      let outcomes = try await withThrowingTaskGroup(of: [String].self) { group in
        for number in 0..<4 {
          group.addTask {
            try await blocking {
              let child = try ChildProcess(executable, ["found", path, String(number)])
              let lines = child.readLines()
              #expect(child.wait() == 0)
              return lines
            }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(outcomes.sorted() == ["founded", "present", "present", "present"])
      let store = try await Self.open(path)
      #expect(try await store.workspaces().count == 1)
      await store.close()
    }
  }

  @Test func `what a killed process had acknowledged is there, and the file is sound`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("mneme.sqlite")
    let store = try await Self.open(path)
    let house = try await House.found(in: store)
    await store.close()
    let executable = try builtExecutable("StoreWriter")
    var random = SeededRandom(seed: 21)
    var acknowledged: [MemoryID] = []
    for round in 0..<20 {
      let arguments = Self.writer(house, path, "round-\(round)", 1_000_000)
      let patience = Int.random(in: 1...60, using: &random)
      let lines = try await blocking {
        let child = try ChildProcess(executable, arguments)
        var lines = (0..<patience).compactMap { _ in child.readLine() }
        child.kill()
        lines += child.readLines()
        #expect(child.wait() == -9)
        return lines
      }
      #expect(lines.count >= patience)
      acknowledged += lines.compactMap { MemoryID($0) }
      let store = try await Self.open(path)
      #expect(try await store.memories(acknowledged, in: house.scope).count == acknowledged.count)
      // Nothing is half there: each memory has its history, its place in the feed, its tag, and its words.
      let total = try await store.list(MemoryListing(), in: house.scope).total
      #expect(try await store.sequence(in: house.scope) == total)
      var query = KeywordQuery("round-\(round)")
      query.limit = 1_000_000
      query.filter.tags = [["round-\(round)"]]
      #expect(try await store.search(query, in: house.scope).count >= lines.count)
      #expect(try await store.findings() == [])
      await store.close()
    }
  }
}
