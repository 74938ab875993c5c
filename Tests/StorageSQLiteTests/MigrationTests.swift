import FoundationEssentials
import Model
import Storage
import StorageContract
import TestSupport
import Testing

@testable import StorageSQLite

@Suite struct MigrationTests {
  private static let next = Int64(Schema.migrations.count + 1)
  private static let second = Migration(
    version: next, name: "notes",
    sql: "CREATE TABLE note (row INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;")

  private static func open(_ path: String, _ migrations: [Migration]) async throws(StorageError)
    -> SQLiteStore
  {
    var options = SQLiteOptions()
    options.durability = .process
    options.busyTimeout = .zero
    return try await SQLiteStore.open(.file(path), options: options, migrations: migrations)
  }

  /// A founded database with the released schema.
  private static func made(at path: String) async throws -> House {
    let store = try await open(path, Schema.migrations)
    let house = try await House.found(in: store)
    _ = try await house.remember("from before")
    await store.close()
    return house
  }

  @Test func `an upgrade keeps the rows and leaves a copy of the file as it was`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("mneme.sqlite")
    let house = try await Self.made(at: path)
    let upgraded = try await Self.open(path, Schema.migrations + [Self.second])
    #expect(try await upgraded.list(MemoryListing(), in: house.scope).total == 1)
    try await upgraded.withWritingConnection { (connection) throws(StorageError) in
      let session = SQLiteSession(connection: connection)
      #expect(try session.integer("SELECT count(*) FROM note", []) == 0)
      #expect(try session.integer("SELECT max(version) FROM migration", []) == Self.next)
    }
    await upgraded.close()
    let before = try await Self.open(path + ".before-v\(Self.next)", Schema.migrations)
    #expect(try await before.list(MemoryListing(), in: house.scope).total == 1)
    await before.close()
  }

  @Test func `a first start makes no copy`() async throws {
    let folder = try TemporaryFolder()
    let store = try await Self.open(folder.file("mneme.sqlite"), Schema.migrations + [Self.second])
    await store.close()
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(files.sorted() == ["mneme.sqlite", "mneme.sqlite.lock"])
  }

  @Test func `a database of a newer program is refused and left as it is`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("mneme.sqlite")
    let newer = try await Self.open(path, Schema.migrations + [Self.second])
    await newer.close()
    let error = await #expect(throws: StorageError.self) { _ = try await Self.open(path, Schema.migrations) }
    #expect(error?.code == .corrupted)
    #expect(error?.message.contains("schema version \(Self.next)") == true)
    let again = try await Self.open(path, Schema.migrations + [Self.second])
    await again.close()
  }

  @Test func `a migration that was edited after its release is refused`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("mneme.sqlite")
    let store = try await Self.open(path, Schema.migrations + [Self.second])
    await store.close()
    let edited = Migration(version: Self.next, name: "notes", sql: Self.second.sql + " ")
    let error = await #expect(throws: StorageError.self) {
      _ = try await Self.open(path, Schema.migrations + [edited])
    }
    #expect(error?.code == .corrupted)
    #expect(error?.message.contains("edited") == true)
  }

  @Test func `a migration that fails changes nothing`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("mneme.sqlite")
    let house = try await Self.made(at: path)
    let broken = Migration(version: Self.next, name: "broken", sql: Self.second.sql + "SELECT nonsense;")
    await #expect(throws: StorageError.self) { _ = try await Self.open(path, Schema.migrations + [broken]) }
    let dangling = Migration(
      version: Self.next, name: "dangling", sql: "UPDATE memory SET context = 999; DROP TABLE feed;")
    await #expect(throws: StorageError.self) { _ = try await Self.open(path, Schema.migrations + [dangling]) }
    let store = try await Self.open(path, Schema.migrations)
    #expect(try await store.list(MemoryListing(), in: house.scope).total == 1)
    #expect(try await store.findings() == [])
    await store.close()
  }

  @Test func `the schema does not change under a running program`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("mneme.sqlite")
    _ = try await Self.made(at: path)
    let running = try await Self.open(path, Schema.migrations)
    let error = await #expect(throws: StorageError.self) {
      _ = try await Self.open(path, Schema.migrations + [Self.second])
    }
    #expect(error?.code == .unavailable)
    try await running.ping()
    await running.close()
    let upgraded = try await Self.open(path, Schema.migrations + [Self.second])
    await upgraded.close()
  }

  @Test func `a database of another program and a file that is none are refused`() async throws {
    let folder = try TemporaryFolder()
    let foreign = folder.file("foreign.sqlite")
    let connection = try SQLiteConnection(path: foreign, mode: .create)
    try connection.execute("CREATE TABLE theirs (x)")
    try FileManager.default.createDirectory(atPath: folder.file("d"), withIntermediateDirectories: true)
    let text = folder.file("text.sqlite")
    #expect(FileManager.default.createFile(atPath: text, contents: Data(repeating: 65, count: 8_192)))
    for path in [foreign, text] {
      let error = await #expect(throws: StorageError.self) {
        _ = try await Self.open(path, Schema.migrations)
      }
      #expect(error?.code == .corrupted)
    }
    let error = await #expect(throws: StorageError.self) {
      _ = try await Self.open(folder.file("d"), Schema.migrations)
    }
    #expect(error?.code == .unavailable)
  }

  @Test func `migrations are numbered from 1, without a gap`() {
    #expect(Schema.migrations.map(\.version) == Array(1...Int64(Schema.migrations.count)))
  }
}
