public import Storage
internal import StorageReference
internal import StorageSQLite
internal import TestSupport
public import Testing

/// A store that the contract is checked against.
public struct StorageBackend: Sendable, CustomTestStringConvertible {
  public let testDescription: String
  private let open: @Sendable () async throws -> (store: any Store, close: @Sendable () async -> Void)

  /// The adapters that this machine can run.
  public static let configured = [sqliteFile, sqliteMemory, reference]

  static let reference = StorageBackend(testDescription: "reference") { (ReferenceStore(), {}) }

  static let sqliteMemory = StorageBackend(testDescription: "SQLite in memory") {
    let store = try await SQLiteStore.open(.memory)
    return (store, { await store.close() })
  }

  static let sqliteFile = StorageBackend(testDescription: "SQLite in a file") {
    let folder = try TemporaryFolder()
    var options = SQLiteOptions()
    // The contract asks for the survival of the process; waiting for the disk in each test would prove no more.
    options.durability = .process
    let store = try await SQLiteStore.open(.file(folder.file("mneme.sqlite")), options: options)
    return (
      store,
      {
        await store.close()
        withExtendedLifetime(folder) {}
      }
    )
  }

  /// The adapters that are compared with the reference.
  static var adapters: [StorageBackend] {
    configured.filter { $0.testDescription != reference.testDescription }
  }

  /// Runs `body` with a fresh store, and looks afterwards whether the store is healthy.
  public func withStore(_ body: (any Store) async throws -> Void) async throws {
    let (store, close) = try await open()
    do {
      try await body(store)
      let findings = try await store.findings()
      #expect(findings == [])
    } catch {
      await close()
      throw error
    }
    await close()
  }

  /// Runs `body` with a fresh store that somebody founded.
  public func withHouse(_ body: (House) async throws -> Void) async throws {
    try await withStore { store in try await body(House.found(in: store)) }
  }
}
