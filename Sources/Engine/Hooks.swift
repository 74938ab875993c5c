public import Identity
public import Model
public import Storage

/// What others may do around a use case. `PluginHost` implements it; without one, nothing happens.
///
/// A hook before a use case may change what is asked, or refuse it with ``EngineError/refused(by:reason:)``, and must not
/// fail otherwise. What follows a use case is queued: for a write in the write's own transaction, so that either both
/// happen or none.
public protocol Hooks: Sendable {
  /// The draft as it shall be written.
  func beforeRemember(_ draft: MemoryDraft, _ occasion: Occasion) async throws(EngineError) -> MemoryDraft
  /// The work that follows from the memory, if it is written.
  func afterRemember(_ memory: Memory, _ occasion: Occasion) async -> [QueuedTask]
  /// The request as it shall be answered.
  func beforeRecall(_ request: RecallRequest, _ occasion: Occasion) async throws(EngineError)
    -> RecallRequest
  /// The work that follows from an answer.
  func afterRecall(_ found: Recollection, to request: RecallRequest, _ occasion: Occasion) async
    -> [QueuedTask]

  /// What a plugin says of itself, when it could be run. Throws `invalid` with all that is wrong with it.
  func examine(_ package: PluginPackage) async throws(EngineError) -> PluginManifest
  /// A plugin was installed, set up otherwise, or removed (then it is not enabled).
  func pluginChanged(_ plugin: InstalledPlugin, in engine: MemoryEngine) async
}

/// Where, and for whom, a use case is carried out.
public struct Occasion: Sendable {
  public let engine: MemoryEngine
  public let caller: Caller
  /// The contexts that it concerns: one when something is written.
  public let contexts: [Context]

  init(_ engine: MemoryEngine, _ accesses: [ReadAccess]) {
    precondition(!accesses.isEmpty, "a use case concerns a context")
    self.engine = engine
    caller = accesses[0].caller
    contexts = accesses.map(\.context)
  }
}

/// Nobody does anything.
struct NoHooks: Hooks {
  func beforeRemember(_ draft: MemoryDraft, _ occasion: Occasion) -> MemoryDraft { draft }
  func afterRemember(_ memory: Memory, _ occasion: Occasion) -> [QueuedTask] { [] }
  func beforeRecall(_ request: RecallRequest, _ occasion: Occasion) -> RecallRequest { request }
  func afterRecall(_ found: Recollection, to request: RecallRequest, _ occasion: Occasion) -> [QueuedTask] {
    []
  }
  func examine(_ package: PluginPackage) throws(EngineError) -> PluginManifest {
    throw .unavailable("Plugins are not run here.")
  }
  func pluginChanged(_ plugin: InstalledPlugin, in engine: MemoryEngine) {}
}
