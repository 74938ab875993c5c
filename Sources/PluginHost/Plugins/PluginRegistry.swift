internal import Engine
internal import Identity
internal import Model
internal import Threads

/// Which plugins each workspace has, remembered for a moment, and how their hooks have fared.
///
/// What changes in this process is seen at once; what another process changes, within a second.
final class PluginRegistry: Sendable {
  private struct Entry {
    var plugins: [InstalledPlugin]
    var readAt: ContinuousClock.Instant
  }

  private struct HookOfPlugin: Hashable {
    let workspace: WorkspaceID
    let plugin: String
    let hook: PluginHook
  }

  private struct State {
    var entries: [WorkspaceID: Entry] = [:]
    /// Counts what made entries out of date, so that none is kept that was read before.
    var changes = 0
    var circuits: [HookOfPlugin: Circuit] = [:]
  }

  private static let freshness = Duration.seconds(1)
  private let state = Lock(State())

  /// The plugins of the caller's workspace. When they cannot be read, none: then nothing else can be done either.
  func plugins(of caller: Caller, in engine: MemoryEngine) async -> [InstalledPlugin] {
    let now = ContinuousClock.now
    let (known, changes) = state.withLock { state in (state.entries[caller.workspace], state.changes) }
    if let known, now - known.readAt < Self.freshness { return known.plugins }
    guard let read = try? await engine.plugins(as: caller) else { return known?.plugins ?? [] }
    state.withLock { state in
      guard state.changes == changes else { return }
      if state.entries.count > 10_000 { state.entries = [:] }
      state.entries[caller.workspace] = Entry(plugins: read, readAt: now)
    }
    return read
  }

  func forget(_ workspace: WorkspaceID) {
    state.withLock { state in
      state.entries[workspace] = nil
      state.changes += 1
      state.circuits = state.circuits.filter { $0.key.workspace != workspace }
    }
  }

  func mayCall(_ plugin: InstalledPlugin, _ hook: PluginHook) -> Bool {
    let key = HookOfPlugin(workspace: plugin.workspace, plugin: plugin.name, hook: hook)
    return state.withLock { $0.circuits[key]?.isClosed(at: .now) ?? true }
  }

  func noteSuccess(of plugin: InstalledPlugin, _ hook: PluginHook) {
    let key = HookOfPlugin(workspace: plugin.workspace, plugin: plugin.name, hook: hook)
    state.withLock { $0.circuits[key] = nil }
  }

  /// Returns whether the hook is left out from now on.
  func noteFailure(of plugin: InstalledPlugin, _ hook: PluginHook) -> Bool {
    let key = HookOfPlugin(workspace: plugin.workspace, plugin: plugin.name, hook: hook)
    return state.withLock { $0.circuits[key, default: Circuit()].fail(at: .now) }
  }
}
