import Model
import Storage
import StorageContract
import TestSupport
import Testing

@testable import StorageSQLite

@Suite struct StrayEdgeTests {
  @Test func `links to memories that are not there are found, and removed without touching others`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try await SQLiteStore.open(.file(folder.file("mneme.sqlite")))
    let house = try await House.found(in: store)
    let gone = try await house.remember("will be gone")
    let one = try await house.remember("stays")
    let other = try await house.remember("stays as well")
    try await house.commit(
      .link(house.edge(one, gone)), .link(house.edge(gone, other)), .link(house.edge(one, other)))
    // What no door of the program does.
    try await store.withWritingConnection { (connection) throws(StorageError) in
      let session = SQLiteSession(connection: connection)
      try session.run("PRAGMA foreign_keys = OFF", [])
      try session.run("DELETE FROM memory WHERE id = ?", [.id(gone.id)])
      try session.run("PRAGMA foreign_keys = ON", [])
    }
    let finding = try #require(try await store.findings().first { $0.what.contains("links") })
    #expect(finding.what.hasPrefix("2 ") && finding.remedy.contains("--repair"))
    #expect(try await store.removeStrayEdges() == 2)
    #expect(try await !store.findings().contains { $0.what.contains("links") })
    #expect(try await store.removeStrayEdges() == 0)
    let left = try await store.edges(at: [one.id], matching: EdgeFilter(), in: house.scope)
    #expect(left.map(\.target) == [other.id])
    await store.close()
  }
}
