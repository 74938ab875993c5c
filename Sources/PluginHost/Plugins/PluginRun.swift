internal import Engine
internal import Identity
internal import JSON
internal import LuaRuntime
internal import Model
internal import Threads
public import Inference
public import WebClient

/// One call of a hook: what the host's functions know about whose it is, and what it may do.
final class PluginRun: Sendable {
  let engine: MemoryEngine
  let plugin: InstalledPlugin
  /// The plugin, acting for the user who installed it.
  let caller: Caller
  let hook: PluginHook
  /// The context that the hook is about; nil for those that are about none.
  let context: Context?
  /// The same for each attempt of the same work.
  let id: String
  let attempt: Int
  let services: PluginServices
  /// When calls of the host must have ended.
  let deadline: ContinuousClock.Instant

  private let lines = Lock<[PluginLogLine]>([])

  init(
    _ plugin: InstalledPlugin, _ hook: PluginHook, as caller: Caller, about context: Context?, id: String,
    attempt: Int = 1, engine: MemoryEngine, services: PluginServices, time: Duration
  ) {
    self.plugin = plugin
    self.hook = hook
    self.caller = caller
    self.context = context
    self.id = id
    self.attempt = attempt
    self.engine = engine
    self.services = services
    deadline = .now + time
  }

  /// What the script is told about the occasion.
  var event: JSONValue {
    var event: JSONObject = [
      "hook": .string(hook.rawValue), "id": .string(id), "attempt": .integer(Int64(attempt)),
      "config": .object(plugin.settings),
      "plugin": ["name": .string(plugin.name), "version": .string(plugin.manifest.version)],
    ]
    if let context {
      event["context"] = ["id": .string(context.id.description), "name": .string(context.name)]
    }
    return .object(event)
  }

  func log(_ level: PluginLogLine.Level, _ text: String) {
    let line = PluginLogLine(at: engine.now, level: level, hook: hook, text: String(text.prefix(2_000)))
    lines.withLock { if $0.count < 200 { $0.append(line) } }
  }

  /// What was logged so far.
  var logged: [PluginLogLine] { lines.withLock { $0 } }

  /// Throws unless the function may be called here by this plugin.
  func authorise(_ function: HostDeclaration) throws(HostError) {
    guard function.hooks.contains(hook) else {
      let hooks = function.hooks.map(\.rawValue).sorted().joined(separator: ", ")
      throw HostError("\(function.name) cannot be called in \(hook.rawValue); it can in \(hooks)")
    }
    guard let capability = function.capability else { return }
    let isGranted = plugin.granted.contains { $0 == capability || capability.admits($0) }
    if !isGranted {
      throw HostError(
        "\(function.name) needs the capability \(capability): list it in the manifest and grant it at installation"
      )
    }
  }

  /// The context that an argument names, or the hook's own.
  func contextName(_ argument: JSONValue?) throws(HostError) -> String {
    if let name = argument?.stringValue { return name }
    guard let context else {
      throw HostError("\(hook.rawValue) is about no context, so name one: the option context")
    }
    return context.id.description
  }
}

/// What the host's functions need from outside. Parameters, so that tests and previews can stand in for the world.
public struct PluginServices: Sendable {
  public typealias Fetch = @Sendable (WebRequest) async throws(WebError) -> WebResponse

  /// Asks a web server that has a public address.
  public var fetch: Fetch
  /// Asks a language model; nil when none is set up.
  public var judge: (any Judge)?

  public init(fetch: @escaping Fetch, judge: (any Judge)? = nil) {
    self.fetch = fetch
    self.judge = judge
  }

  /// Servers with a public address, and those in `privateHosts`.
  public static func standard(privateHosts: Set<String> = [], judge: (any Judge)? = nil) -> PluginServices {
    let session = WebSession(reach: .publicInternet(besides: privateHosts))
    return PluginServices(
      fetch: { (request) async throws(WebError) in try await session.send(request) }, judge: judge)
  }
}
