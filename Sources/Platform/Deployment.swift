public import Engine
internal import Identity
internal import Model
internal import PluginHost
public import Storage
internal import StorageSQLite

/// The parts of a running Mneme, put together from its configuration.
public struct Deployment: Sendable {
  public let configuration: Configuration
  public let folder: DataFolder
  public let store: any Store
  public let engine: MemoryEngine
  /// Whether this start founded the store.
  public let isFirstStart: Bool
  let plugins: Plugins
  private let embedded: SQLiteStore
  private let scratch: ScratchFolder

  /// Opens the store in the data folder, and founds it if it is new.
  public static func open(_ configuration: Configuration) async throws -> Deployment {
    let folder = DataFolder(configuration.data)
    try folder.create()
    var options = SQLiteOptions()
    options.durability = configuration.durability == .full ? .power : .process
    options.readers = configuration.readers
    let store = try await SQLiteStore.open(.file(folder.database), options: options)
    var quotas = Quotas()
    quotas.memories = Int64(configuration.quotaMemories)
    quotas.contexts = Int64(configuration.quotaContexts)
    let scratch = try ScratchFolder(in: folder)
    let plugins = Plugins(services: configuration.pluginServices)
    let policies = PolicyJudgement(store: store)
    let engine = MemoryEngine(
      store: store, quotas: quotas, models: ModelFolder.models(configuration), scratch: scratch.path,
      hooks: plugins, judgement: policies, policyHost: policies)
    let isFirst = try await found(engine, in: folder)
    return Deployment(
      configuration: configuration, folder: folder, store: store, engine: engine, isFirstStart: isFirst,
      plugins: plugins, embedded: store, scratch: scratch)
  }

  /// Writes down what is on its way, and closes the store.
  public func close() async {
    await engine.settle()
    await embedded.close()
    scratch.remove()
  }

  /// Puts the owner's key in its place if the process that founded the store died before it could, and otherwise gives
  /// that process a moment to do it.
  private static func waitForKey(of engine: MemoryEngine, in folder: DataFolder) async {
    for _ in 0..<20 {
      await folder.recoverKey { text in (try? await engine.authenticate(bearer: text, door: .cli)) != nil }
      if folder.readOwnerKey() != nil { return }
      try? await Task.sleep(for: .milliseconds(25))
    }
  }

  /// Founds the store unless it was. The key is in a file before the store knows of it.
  private static func found(_ engine: MemoryEngine, in folder: DataFolder) async throws -> Bool {
    if try await !engine.allWorkspaces().isEmpty {
      if folder.readOwnerKey() == nil { await waitForKey(of: engine, in: folder) }
      return false
    }
    var random = SystemRandomNumberGenerator()
    let secret = KeySecret.make(from: &random)
    let pending = try folder.setAside(secret)
    guard try await engine.found(with: secret) else {
      folder.discard(pending)
      await waitForKey(of: engine, in: folder)
      return false
    }
    do { try folder.accept(pending) } catch {
      // Another process may have found the key waiting and put it in its place.
      guard folder.readOwnerKey() == secret.text else { throw error }
    }
    return true
  }
}
