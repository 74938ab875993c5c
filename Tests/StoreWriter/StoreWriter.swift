// A process of its own that uses a store, for the tests of several processes on one file.
//
//   StoreWriter found <database> <seed>                                     prints "founded" or "present"
//   StoreWriter write <database> <workspace> <context> <user> <prefix> <count> <durability>
//                                                                           prints the id of each memory when it is acknowledged

import Glibc
@_spi(ScopeMaking) import Model
import Storage
import StorageSQLite
import TestSupport

struct Misuse: Error {}

@main struct StoreWriter {
  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "found": try await found(arguments[1], seed: UInt64(arguments[2]) ?? 0)
    case "write": try await write(arguments)
    default: throw Misuse()
    }
  }

  static func found(_ database: String, seed: UInt64) async throws {
    let store = try await SQLiteStore.open(.file(database))
    let ids = IdentifierSource(clock: SystemClock(), random: SeededRandom(seed: seed))
    let now = SystemClock().now()
    let owner = User(id: ids.make(), name: "owner \(seed)", createdAt: now)
    let workspace = Workspace(id: ids.make(), name: "workspace \(seed)", createdAt: now)
    let context = Context(
      id: ids.make(), workspace: workspace.id, name: "notes", creator: owner.id, createdAt: now)
    let key = APIKey(
      id: ids.make(), workspace: workspace.id, user: owner.id, name: "key", hint: "", digest: [UInt8(seed)],
      role: .owner, createdAt: now)
    let isFirst = try await store.found(
      Founding(owner: owner, workspace: workspace, context: context, key: key))
    say(isFirst ? "founded" : "present")
    await store.close()
  }

  static func write(_ arguments: [String]) async throws {
    guard
      arguments.count == 8, let workspace = WorkspaceID(arguments[2]), let context = ContextID(arguments[3]),
      let user = UserID(arguments[4]), let count = Int(arguments[6]),
      let durability = SQLiteOptions.Durability(rawValue: arguments[7])
    else { throw Misuse() }
    var options = SQLiteOptions()
    options.durability = durability
    // The tests run several of these beside everything else that the machine does.
    options.busyTimeout = .seconds(60)
    let store = try await SQLiteStore.open(.file(arguments[1]), options: options)
    let scope = Scope(workspace: workspace, context: context, user: user)
    let ids = IdentifierSource(clock: SystemClock())
    for number in 0..<count {
      let now = SystemClock().now()
      var memory = Memory(
        id: ids.make(), context: context, summary: "\(arguments[5]) \(number)", content: "tea and more",
        type: "note",
        provenance: Provenance(author: user, door: "cli"), createdAt: now)
      memory.tags = [arguments[5]]
      _ = try await store.commit(MemoryWrite([.insert(memory)], at: now), in: scope)
      say(memory.id.description)
    }
    await store.close()
  }

  /// Prints a line, which is on its way before the next write begins.
  static func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    precondition(Glibc.write(STDOUT_FILENO, bytes, bytes.count) == bytes.count, "nobody reads the output")
  }
}
