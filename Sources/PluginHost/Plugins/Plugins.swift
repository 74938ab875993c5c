public import Engine
internal import JSON
internal import LuaRuntime
public import Model
public import Storage
internal import Identity
internal import Threads

/// The plugins of all workspaces: the hooks that the engine calls, and the work that they leave in the queue.
///
/// A plugin acts for the user who installed it. It is called where that user may see, and sees nothing more than they: in
/// somebody else's private context it does not exist. What a plugin does may set off other plugins, never itself again.
///
/// A hook before a use case has a short time, and when it fails, things go on as if it were not there; only a refusal that it
/// gives on purpose stops them. All other hooks run from the queue, on threads of their own.
public final class Plugins: Hooks {
  /// Longest chain of plugins that set each other off.
  static let longestChain = 4

  let services: PluginServices
  private let registry = PluginRegistry()
  private let pool = LuaPool(limits: ManifestReader.limits, functions: HostAPI.bindings)
  /// For hooks that somebody waits for, and for all others.
  private let hurried = Lanes(count: 4, name: "plugin")
  private let unhurried = Lanes(count: 2, name: "plugin-task")

  let times: Times

  /// Plugins with these services. Tests that must not depend on how busy the machine is have no limits of time.
  public init(services: PluginServices = .standard(), times: Times = Times()) {
    self.services = services
    self.times = times
  }

  /// How long a hook may take on the clock, besides its budget of steps.
  public struct Times: Sendable, Hashable {
    /// Before a use case: for Lua itself, and for calls of the host.
    public var hurriedScript: Duration? = .milliseconds(200)
    public var hurriedHost = Duration.milliseconds(250)
    /// From the queue.
    public var script: Duration? = .seconds(5)
    public var host = Duration.seconds(30)

    public init() {}

    /// Steps alone count.
    public static var unlimited: Times {
      var times = Times()
      (times.hurriedScript, times.script) = (nil, nil)
      (times.hurriedHost, times.host) = (.seconds(600), .seconds(600))
      return times
    }
  }

  // MARK: - Before

  public func beforeRemember(
    _ draft: MemoryDraft, _ occasion: Occasion
  ) async throws(EngineError) -> MemoryDraft {
    var draft = draft
    for plugin in await plugins(with: .beforeRemember, for: occasion) {
      let now = draft
      let changed = await ask(plugin, .beforeRemember, occasion, with: MemoryValue.draft(now)) {
        (answer) throws(HostError) in try MemoryValue.Changes.read(answer, MemoryValue.Changes.ofDraft)
      }
      guard let changed else { continue }
      if let reason = changed.refuse { throw .refused(by: plugin.name, reason: reason) }
      draft.summary = changed.summary ?? draft.summary
      draft.content = changed.content ?? draft.content
      draft.type = changed.type ?? draft.type
      draft.contextSummary = changed.contextSummary ?? draft.contextSummary
      draft.tags = changed.tags ?? draft.tags
      draft.importance = changed.importance ?? draft.importance
      draft.details = changed.details ?? draft.details
    }
    return draft
  }

  public func beforeRecall(
    _ request: RecallRequest, _ occasion: Occasion
  ) async throws(EngineError) -> RecallRequest {
    var request = request
    for plugin in await plugins(with: .beforeRecall, for: occasion) {
      let question: JSONValue = [
        "query": .string(request.query), "limit": .integer(Int64(request.limit)),
        "contexts": .array(
          occasion.contexts.map { ["id": .string($0.id.description), "name": .string($0.name)] }),
      ]
      let changed = await ask(plugin, .beforeRecall, occasion, with: question) {
        (answer) throws(HostError) in try RequestChanges.read(answer)
      }
      guard let changed else { continue }
      if let reason = changed.refuse { throw .refused(by: plugin.name, reason: reason) }
      request.query = changed.query ?? request.query
      request.limit = changed.limit ?? request.limit
    }
    return request
  }

  /// What a hook that somebody waits for wants changed; nil when it wants nothing, or failed.
  private func ask<Changes: Sendable>(
    _ plugin: InstalledPlugin, _ hook: PluginHook, _ occasion: Occasion, with subject: JSONValue,
    _ read: @escaping @Sendable (JSONValue) throws(HostError) -> Changes
  ) async -> Changes? {
    guard registry.mayCall(plugin, hook), hurried.waiting(for: plugin.workspace) < 16 else { return nil }
    let caller: Caller
    do { caller = try await principal(plugin, after: occasion.caller.plugins, occasion.engine) } catch {
      return nil
    }
    let run = PluginRun(
      plugin, hook, as: caller, about: occasion.contexts.count == 1 ? occasion.contexts[0] : nil,
      id: "\(hook.rawValue)-\(occasion.engine.now.microseconds)", engine: occasion.engine, services: services,
      time: times.hurriedHost)
    let outcome = await call(run, with: [subject, run.event], on: hurried, budget: hurriedBudget)
    var changes: Changes?
    var failure: String?
    switch outcome {
    case .success(let values):
      do throws(HostError) {
        if let answer = values.first, !answer.isNull { changes = try read(answer) }
      } catch { failure = "\(plugin.name)/main.lua: \(hook.rawValue) returned nonsense: \(error.message)" }
    case .failure(let error): failure = "\(error)"
    }
    if let failure {
      run.log(.error, failure)
      if registry.noteFailure(of: plugin, hook) {
        run.log(.error, "\(hook.rawValue) failed again and again and is left out for a minute")
      }
    } else {
      registry.noteSuccess(of: plugin, hook)
    }
    await occasion.engine.log(run.logged, of: plugin.name, as: caller)
    return changes
  }

  // MARK: - After

  public func afterRemember(_ memory: Memory, _ occasion: Occasion) async -> [QueuedTask] {
    await plugins(with: .afterRemember, for: occasion).map { plugin in
      task(
        plugin, .afterRemember, occasion, subject: .string(memory.id.description),
        key: memory.id.description)
    }
  }

  public func afterRecall(
    _ found: Recollection, to request: RecallRequest, _ occasion: Occasion
  ) async -> [QueuedTask] {
    let plugins = await plugins(with: .afterRecall, for: occasion)
    guard !plugins.isEmpty else { return [] }
    let answer: JSONValue = [
      "query": .string(request.query),
      "results": .array(found.items.prefix(20).map { MemoryValue.found($0) }),
    ]
    return plugins.map { plugin in
      // Each answer is work of its own, also to the same question.
      var task = task(plugin, .afterRecall, occasion, subject: answer, key: "")
      task.key += task.id.description
      return task
    }
  }

  private func task(
    _ plugin: InstalledPlugin, _ hook: PluginHook, _ occasion: Occasion, subject: JSONValue, key: String
  ) -> QueuedTask {
    let work = PluginWork(
      plugin: plugin.name, hook: hook, context: occasion.contexts.first?.id.description, subject: subject,
      chain: occasion.caller.plugins)
    return occasion.engine.task(
      PluginWork.kind, key: "\(plugin.name)|\(hook.rawValue)|\(key)", payload: work.payload,
      for: plugin.installer, in: plugin.workspace)
  }

  // MARK: - Management

  public func examine(_ package: PluginPackage) async throws(EngineError) -> PluginManifest {
    // Reading a manifest runs a stranger's script, too.
    let result: Result<PluginManifest, EngineError> = await unhurried.run(for: Self.nobody) {
      do throws(EngineError) { return .success(try ManifestReader.read(package)) } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  public func pluginChanged(_ plugin: InstalledPlugin, in engine: MemoryEngine) async {
    registry.forget(plugin.workspace)
    pool.forget(plugin.workspace.description)
    if plugin.isEnabled { await scheduleNext(plugin, engine) }
  }

  /// Examining is nobody's workspace's yet.
  private static let nobody = WorkspaceID(high: 0, low: 0)
}

extension Plugins {
  private var hurriedBudget: LuaBudget {
    LuaBudget(
      steps: 4_000_000, time: times.hurriedScript, resultBytes: 1 << 20, logLines: 50, hostCalls: 20)
  }
  private var unhurriedBudget: LuaBudget {
    LuaBudget(steps: 100_000_000, time: times.script, resultBytes: 1 << 20, logLines: 100, hostCalls: 500)
  }

  /// The plugins that have the hook and may know of the occasion, by name.
  private func plugins(with hook: PluginHook, for occasion: Occasion) async -> [InstalledPlugin] {
    let chain = occasion.caller.plugins
    guard chain.count < Self.longestChain else { return [] }
    let installed = await registry.plugins(of: occasion.caller, in: occasion.engine)
    return installed.filter { plugin in
      plugin.isEnabled && plugin.manifest.hooks.contains(hook) && !chain.contains(plugin.name)
        && occasion.contexts.allSatisfy { $0.isVisible(to: plugin.installer) }
    }
  }

  func principal(
    _ plugin: InstalledPlugin, after chain: [String], _ engine: MemoryEngine
  ) async throws(EngineError) -> Caller {
    try await engine.plugin(
      plugin.name, actingFor: plugin.installer, in: plugin.workspace, after: chain)
  }

  /// Calls the hook on a thread where it may block. What it printed is in the run's log.
  func call(
    _ run: PluginRun, with arguments: [JSONValue], on lanes: Lanes, budget: LuaBudget
  ) async -> Result<[JSONValue], LuaError> {
    let pool = pool
    let program = LuaProgram(name: "\(run.plugin.name)/main.lua", source: run.plugin.source)
    return await lanes.run(for: run.plugin.workspace) {
      do throws(LuaError) {
        let reply = try pool.call(
          program, for: run.plugin.workspace.description, function: run.hook.rawValue,
          with: LuaArguments(arguments), budget: budget, context: run)
        for line in reply.log { run.log(.info, line) }
        return .success(reply.values)
      } catch {
        for line in error.log { run.log(.info, line) }
        return .failure(error)
      }
    }
  }

  /// On the threads of those whom nobody waits for.
  func callFromQueue(_ run: PluginRun, with arguments: [JSONValue]) async -> Result<[JSONValue], LuaError> {
    await call(run, with: arguments, on: unhurried, budget: unhurriedBudget)
  }

  /// Queues the next regular run of a plugin that has one.
  func scheduleNext(_ plugin: InstalledPlugin, _ engine: MemoryEngine) async {
    guard let every = plugin.manifest.everySeconds else { return }
    let period = Int64(every) * 1_000_000
    let next = engine.now.microseconds / period + 1
    let work = PluginWork(plugin: plugin.name, hook: .onSchedule, everySeconds: every)
    let delay = Duration.microseconds(next * period - engine.now.microseconds)
    try? await engine.enqueue([
      engine.task(
        PluginWork.kind, key: "\(plugin.name)|every|\(every)|\(next)", payload: work.payload,
        for: plugin.installer, in: plugin.workspace, after: delay)
    ])
  }
}

/// What before_recall wants changed.
private struct RequestChanges: Sendable {
  var refuse: String?
  var query: String?
  var limit: Int?

  static let schema = Schema.record(RequestChanges()) {
    Field("refuse", \.refuse, .string(length: 1...500), "Why not.")
    Field("query", \.query, .string(length: Limits.queryLength, pattern: .notBlank), "Another question.")
    Field("limit", \.limit, .integer(1...100), "How many.")
  }

  static func read(_ value: JSONValue) throws(HostError) -> RequestChanges {
    do throws(SchemaFaults) { return try schema.decode(value.asObject) } catch {
      throw HostError(error.faults.map(\.description).joined(separator: "; "))
    }
  }
}
