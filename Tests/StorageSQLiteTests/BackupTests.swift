import FoundationEssentials
import Model
import Storage
import StorageContract
import StorageSQLite
import TestSupport
import Testing

@Suite struct BackupTests {
  private static func open(_ path: String) async throws -> SQLiteStore {
    var options = SQLiteOptions()
    options.durability = .process
    return try await SQLiteStore.open(.file(path), options: options)
  }

  @Test func `a backup is one sound file with what was acknowledged before, made while others write`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try await Self.open(folder.file("mneme.sqlite"))
    let house = try await House.found(in: store)
    let memory = try await house.remember("before the backup")
    let copy = folder.file("backup.sqlite")
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await store.backup(to: copy) }
      for number in 0..<50 {
        let memory = house.memory("meanwhile \(number)")
        group.addTask { try await house.commit(.insert(memory)) }
      }
      try await group.waitForAll()
    }
    #expect(FileManager.default.fileExists(atPath: copy))
    #expect(!FileManager.default.fileExists(atPath: copy + "-wal"))
    #expect(!FileManager.default.fileExists(atPath: copy + ".partial"))
    let restored = try await Self.open(copy)
    #expect(try await restored.memories([memory.id], in: house.scope) == [memory])
    #expect(try await restored.findings() == [])
    await restored.close()
    await store.close()
  }

  @Test func `a backup never replaces a file, nor leaves half of one`() async throws {
    let folder = try TemporaryFolder()
    let store = try await Self.open(folder.file("mneme.sqlite"))
    let taken = folder.file("taken")
    #expect(FileManager.default.createFile(atPath: taken, contents: Data("mine".utf8)))
    let conflict = await #expect(throws: StorageError.self) { try await store.backup(to: taken) }
    #expect(conflict?.code == .conflict)
    #expect(FileManager.default.contents(atPath: taken) == Data("mine".utf8))
    let nowhere = await #expect(throws: StorageError.self) {
      try await store.backup(to: folder.file("missing/backup"))
    }
    #expect(nowhere?.code == .unavailable)
    await store.close()
  }

  @Test func `a store in memory can be backed up too`() async throws {
    let folder = try TemporaryFolder()
    let store = try await SQLiteStore.open(.memory)
    let house = try await House.found(in: store)
    let memory = try await house.remember("to be kept")
    try await store.backup(to: folder.file("copy.sqlite"))
    let copy = try await Self.open(folder.file("copy.sqlite"))
    #expect(try await copy.memories([memory.id], in: house.scope) == [memory])
    await copy.close()
  }

  @Test func `restoring puts the backup in place and keeps the old file`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("mneme.sqlite")
    let store = try await Self.open(path)
    let house = try await House.found(in: store)
    let early = try await house.remember("before")
    try await store.backup(to: folder.file("backup.sqlite"))
    let late = try await house.remember("after")

    let busy = await #expect(throws: StorageError.self) {
      _ = try await SQLiteStore.restore(backup: folder.file("backup.sqlite"), to: path)
    }
    #expect(busy?.code == .unavailable)
    await store.close()
    let aside = try #require(try await SQLiteStore.restore(backup: folder.file("backup.sqlite"), to: path))

    let restored = try await Self.open(path)
    #expect(try await restored.memories([early.id, late.id], in: house.scope) == [early])
    #expect(try await restored.findings() == [])
    await restored.close()
    let old = try await Self.open(aside)
    #expect(try await old.memories([early.id, late.id], in: house.scope) == [early, late])
    await old.close()
    // A second time finds another name for the old file.
    #expect(try await SQLiteStore.restore(backup: folder.file("backup.sqlite"), to: path) != aside)
  }

  @Test func `restoring into an empty folder makes it, with nothing to keep`() async throws {
    let folder = try TemporaryFolder()
    let store = try await Self.open(folder.file("mneme.sqlite"))
    try await store.backup(to: folder.file("backup.sqlite"))
    await store.close()
    let target = folder.file("new/place/mneme.sqlite")
    #expect(try await SQLiteStore.restore(backup: folder.file("backup.sqlite"), to: target) == nil)
    let restored = try await Self.open(target)
    try await restored.ping()
    await restored.close()
  }

  @Test func `a damaged backup is refused, and a damaged database can be replaced`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("mneme.sqlite")
    let store = try await Self.open(path)
    let house = try await House.found(in: store)
    let memory = try await house.remember("worth keeping")
    try await store.backup(to: folder.file("backup.sqlite"))
    await store.close()

    var bytes = try #require(FileManager.default.contents(atPath: folder.file("backup.sqlite")))
    bytes.replaceSubrange(4_096..<20_000, with: Data(repeating: 0x5A, count: 20_000 - 4_096))
    #expect(FileManager.default.createFile(atPath: folder.file("damaged.sqlite"), contents: bytes))
    for bad in ["damaged.sqlite", "absent.sqlite"] {
      await #expect(throws: StorageError.self) {
        _ = try await SQLiteStore.restore(backup: folder.file(bad), to: path)
      }
    }
    #expect(FileManager.default.createFile(atPath: path, contents: bytes))
    let error = await #expect(throws: StorageError.self) {
      let damaged = try await Self.open(path)
      let findings = try await damaged.findings()
      await damaged.close()
      #expect(findings != [])
      throw StorageError(.corrupted, "opened, but reported damage")
    }
    #expect(error?.code == .corrupted)
    #expect(try await SQLiteStore.restore(backup: folder.file("backup.sqlite"), to: path) != nil)
    let restored = try await Self.open(path)
    #expect(try await restored.memories([memory.id], in: house.scope) == [memory])
    await restored.close()
  }

  @Test func `the files are their owner's alone`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("data/mneme.sqlite")
    let store = try await Self.open(path)
    try await store.ping()
    try await store.backup(to: folder.file("data/backup.sqlite"))
    for (file, expected) in [
      ("data", 0o700), ("data/mneme.sqlite", 0o600), ("data/mneme.sqlite-wal", 0o600),
      ("data/mneme.sqlite-shm", 0o600), ("data/mneme.sqlite.lock", 0o600), ("data/backup.sqlite", 0o600),
    ] {
      let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(file))
      #expect(attributes[.posixPermissions] as? Int == expected, "\(file)")
    }
    await store.close()
  }
}
