internal import JSON
internal import Model
internal import Storage
internal import Testing

@Suite struct PluginContract {
  @Test(arguments: StorageBackend.configured)
  func `a plugin comes back as it was put, in its workspace only, and a later one takes its place`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let (store, scope) = (house.store, house.everywhere)
      let neighbour = try await house.addNeighbour().inWorkspace
      let plugin = house.plugin("b") {
        $0.manifest.config = ["url": PluginSetting()]
        $0.manifest.config["url"]?.about = "Where to."
        $0.manifest.hooks = PluginHook.allCases
        $0.manifest.everySeconds = 60
        $0.manifest.capabilities = PluginCapability.kinds
      }
      try await store.put(plugin, in: scope)
      try await store.put(house.plugin("a"), in: scope)
      #expect(try await store.plugin("b", in: scope) == plugin)
      #expect(try await store.plugin("B", in: scope) == nil)
      #expect(try await store.plugin("b", in: neighbour) == nil)
      #expect(try await store.plugins(in: scope).map(\.name) == ["a", "b"])
      #expect(try await store.plugins(in: neighbour).isEmpty)
      let later = house.plugin("b") { ($0.isEnabled, $0.isFromFolder, $0.hash) = (false, true, "later") }
      try await store.put(later, in: scope)
      #expect(try await store.plugin("b", in: scope) == later)
      #expect(try await store.plugins(in: scope).count == 2)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `no plugin is put into another workspace, or for somebody who is no member`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let neighbour = try await house.addNeighbour().inWorkspace
      let own = house.plugin("p")
      let elsewhere = await #expect(throws: StorageError.self) {
        try await house.store.put(own, in: neighbour)
      }
      #expect(elsewhere?.code == .notFound)
      let strange = house.plugin("p") { $0.installer = neighbour.user }
      let refused = await #expect(throws: StorageError.self) {
        try await house.store.put(strange, in: house.everywhere)
      }
      #expect(refused?.code == .notFound)
      #expect(try await house.store.plugins(in: house.everywhere).isEmpty)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `what is removed is gone with its log and what it kept`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let (store, scope) = (house.store, house.everywhere)
      try await store.put(house.plugin("p"), in: scope)
      try await store.log([house.logLine("x")], of: "p", limit: 9, in: scope)
      let entry = StateEntry(key: "k", value: 1, updatedAt: house.now)
      try await store.setPluginState(entry, of: "p", limit: 9, in: scope)
      let neighbour = try await house.addNeighbour().inWorkspace
      #expect(try await !store.removePlugin("p", in: neighbour))
      #expect(try await store.removePlugin("p", in: scope))
      #expect(try await !store.removePlugin("p", in: scope))
      try await store.put(house.plugin("p"), in: scope)
      #expect(try await store.pluginLog(of: "p", limit: 9, in: scope).isEmpty)
      #expect(try await store.pluginState("k", of: "p", at: house.now, in: scope) == nil)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a log keeps the last lines, for the user for whom the plugin acted`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let (store, scope) = (house.store, house.everywhere)
      let bob = house.everywhere(of: try await house.addMember("Bob"))
      try await store.put(house.plugin("p"), in: scope)
      try await store.put(house.plugin("q"), in: scope)
      let lines = (1...5).map { house.logLine("line \($0)\u{0}") }
      try await store.log(Array(lines[..<2]), of: "p", limit: 3, in: scope)
      try await store.log(Array(lines[2...]), of: "p", limit: 3, in: scope)
      try await store.log([lines[0]], of: "p", limit: 3, in: bob)
      try await store.log(lines, of: "none", limit: 3, in: scope)
      #expect(try await store.pluginLog(of: "p", limit: 9, in: scope) == Array(lines[2...]))
      #expect(try await store.pluginLog(of: "p", limit: 1, in: scope) == [lines[4]])
      #expect(try await store.pluginLog(of: "p", limit: 9, in: bob) == [lines[0]])
      #expect(try await store.pluginLog(of: "q", limit: 9, in: scope).isEmpty)
      #expect(try await store.pluginLog(of: "none", limit: 9, in: scope).isEmpty)
    }
  }
}
