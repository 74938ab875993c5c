@_spi(ScopeMaking) import Identity
import Engine
import JSON
import Model
import Storage
import StorageReference
import TestSupport
import Testing
import Threads
import WebClient

@testable import PluginHost

/// An engine with plugins over an empty store, and short words for what tests do with it.
struct Studio: Sendable {
  let clock = TestClock()
  let plugins: Plugins
  let engine: MemoryEngine
  let owner: Caller

  init(
    fetch: @escaping PluginServices.Fetch = { (_) throws(WebError) in throw WebError(.unreachable, "nobody") }
  ) async throws {
    plugins = Plugins(services: PluginServices(fetch: fetch), times: .unlimited)
    engine = MemoryEngine(store: ReferenceStore(), clock: clock, hooks: plugins)
    var random = SeededRandom(seed: 2)
    let secret = KeySecret.make(from: &random)
    #expect(try await engine.found(with: secret))
    owner = try await engine.authenticate(bearer: secret.text, door: .cli)
  }

  /// Installs a plugin of which only what matters is said, with all that it asks for.
  @discardableResult
  func install(
    _ main: String, name: String = "sample", hooks: [PluginHook], asks: [String] = [],
    grants: [String]? = nil,
    manifest extra: String = "", config: JSONObject? = nil, as caller: Caller? = nil
  ) async throws -> InstalledPlugin {
    func list(_ texts: [String]) -> String { texts.map { "\"\($0)\"" }.joined(separator: ", ") }
    let manifest = """
      return { name = "\(name)", version = "1.0.0", about = "A sample.", capabilities = { \(list(asks)) },
        hooks = { \(list(hooks.map(\.rawValue))) }, \(extra) }
      """
    var setup = PluginSetup()
    setup.granted = (grants ?? asks).compactMap(PluginCapability.init)
    setup.config = config
    return try await engine.installPlugin(
      PluginPackage(manifest: manifest, main: main), setup, as: caller ?? owner)
  }

  @discardableResult
  func remember(
    _ summary: String, in context: String = "default", as caller: Caller? = nil,
    _ adjust: (inout MemoryDraft) -> Void = { _ in }
  ) async throws -> Memory {
    clock.advance()
    var draft = MemoryDraft(summary: summary, content: summary, type: "note")
    adjust(&draft)
    let access = try await engine.writing(context, as: caller ?? owner)
    return try await engine.remember(draft, in: access).memory
  }

  func summaries(in context: String = "default") async throws -> [String] {
    let access = try await engine.reading(context, as: owner)
    var listing = MemoryListing()
    (listing.order, listing.limit) = (.oldest, 1_000)
    return try await engine.list(listing, in: access).memories.map(\.summary)
  }

  func memory(_ memory: Memory, in context: String = "default") async throws -> Memory {
    try await engine.memory(memory.id.description, in: try await engine.reading(context, as: owner))
  }

  /// Carries out all work that is due.
  @discardableResult
  func work() async -> Int {
    await TaskRunner(of: engine, handlers: plugins.handlers(for: engine)).runDue()
  }

  func log(of plugin: String = "sample") async throws -> [String] {
    try await engine.pluginLog(of: plugin, limit: 500, as: owner).map { "\($0.level.rawValue): \($0.text)" }
  }

  func parked() async throws -> [String] {
    try await engine.tasks(.parked, limit: 50, as: owner).map { $0.error ?? "" }
  }

  func addMember(_ name: String, as role: Role) async throws -> Caller {
    let made = try await engine.addMember(named: name, to: owner.workspace, as: role)
    return try await engine.authenticate(bearer: made.secret.text, door: .rest)
  }
}
