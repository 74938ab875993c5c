public import Engine
public import Identity
public import JSON
internal import LuaRuntime
internal import Model
internal import Storage

extension Plugins {
  /// Who does the plugins' work of a queue, for a ``TaskRunner``.
  public func handlers(for engine: MemoryEngine) -> [String: TaskRunner.Handler] {
    [PluginWork.kind: { [self] task in await carryOut(task, engine) }]
  }

  /// Queues an event for a plugin with the hook `on_event`. Returns false when the workspace has no such plugin.
  public func deliver(
    _ event: JSONValue, key: String, to plugin: String, as caller: Caller, in engine: MemoryEngine
  ) async throws(EngineError) -> Bool {
    guard let found = try await engine.plugins(as: caller).first(where: { $0.name == plugin }),
      found.isEnabled, found.manifest.hooks.contains(.onEvent)
    else { return false }
    let work = PluginWork(plugin: plugin, hook: .onEvent, subject: event, chain: caller.plugins)
    try await engine.enqueue([
      engine.task(
        PluginWork.kind, key: "\(plugin)|on_event|\(key)", payload: work.payload, for: found.installer,
        in: found.workspace)
    ])
    return true
  }

  private func carryOut(_ task: QueuedTask, _ engine: MemoryEngine) async -> TaskRunner.Outcome {
    guard let work = try? PluginWork.schema.decode(task.payload) else {
      return .park("The task makes no sense to this version of Mneme.")
    }
    do throws(EngineError) {
      let caller = try await engine.plugin(
        work.plugin, actingFor: task.user, in: task.workspace, after: work.chain)
      let plugin: InstalledPlugin
      do { plugin = try await engine.plugin(work.plugin, as: caller) } catch {
        if case .pluginNotFound = error { return .done }
        throw error
      }
      // Removed, switched off, changed, or somebody else's by now: then this is no work any more.
      guard plugin.isEnabled, plugin.manifest.hooks.contains(work.hook), plugin.installer == task.user,
        work.everySeconds == nil || work.everySeconds == plugin.manifest.everySeconds
      else { return .done }
      if work.everySeconds != nil { await scheduleNext(plugin, engine) }
      return try await carryOut(work, task, of: plugin, as: caller, engine)
    } catch {
      switch error {
      case .unavailable, .storageFull, .cancelled, .conflict: return .retry(error.message)
      case .roleRequired: return .park("Who installed the plugin is no member of the workspace any more.")
      default: return .park(error.message)
      }
    }
  }

  private func carryOut(
    _ work: PluginWork, _ task: QueuedTask, of plugin: InstalledPlugin, as caller: Caller,
    _ engine: MemoryEngine
  ) async throws(EngineError) -> TaskRunner.Outcome {
    var access: ReadAccess?
    do {
      if let context = work.context { access = try await engine.reading(context, as: caller) }
    } catch {
      if case .contextNotFound = error { return .done }
      throw error
    }
    let run = PluginRun(
      plugin, work.hook, as: caller, about: access?.context, id: task.id.description, attempt: task.attempts,
      engine: engine, services: services, time: times.host)
    var arguments: [JSONValue] = []
    switch work.hook {
    case .afterRemember:
      guard let access else { return .done }
      do {
        arguments = [
          MemoryValue.full(try await engine.memory(work.subject.stringValue ?? "", in: access)), run.event,
        ]
      } catch {
        // Forgotten meanwhile.
        if case .memoryNotFound = error { return .done }
        throw error
      }
    case .afterRecall: arguments = [work.subject, run.event]
    case .onSchedule, .onEvent:
      var event = run.event.objectValue ?? [:]
      if !work.subject.isNull { event["payload"] = work.subject }
      arguments = [.object(event)]
    case .beforeRemember, .beforeRecall: return .park("Nothing queues \(work.hook.rawValue).")
    }
    let outcome = await callFromQueue(run, with: arguments)
    if case .failure(let error) = outcome { run.log(.error, "attempt \(task.attempts): \(error)") }
    await engine.log(run.logged, of: plugin.name, as: caller)
    switch outcome {
    case .success: return .done
    case .failure(let error):
      // What does not compile will not compile later either.
      return error.kind == .syntax || error.kind == .noFunction ? .park("\(error)") : .retry("\(error)")
    }
  }
}
