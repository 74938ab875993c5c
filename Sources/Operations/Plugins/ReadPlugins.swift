public import Engine
public import JSON
import Model

/// What plugins there are.
public enum ListPlugins: Operation {
  public static let name = "list_plugins"
  public static let title = "List plugins"
  public static let about =
    "The workspace's plugins: what they do, when they are called, and what they may do."
  public static let access = Access.reads()
  public static let audience = Audience.keepers
  public static let route = Route.get("/api/v1/plugins")
  public static let command = Command(example: "mneme list_plugins")

  public struct Input: Sendable {}

  public static let input = Schema.record(Input()) {}

  public struct Output: Sendable {
    var plugins: [PluginView] = []
  }

  public static let output = Schema.record(Output()) {
    Field("plugins", \.plugins, .array(of: PluginView.schema), "By name.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    Output(plugins: try await call.engine.plugins(as: call.caller).map(PluginView.init))
  }
}

/// One plugin.
public enum GetPlugin: Operation {
  public static let name = "get_plugin"
  public static let title = "Get a plugin"
  public static let about =
    "A plugin, how it is set up, and on request its source. Secret settings are not shown."
  public static let access = Access.reads()
  public static let audience = Audience.keepers
  public static let route = Route.get("/api/v1/plugins/{plugin}")
  public static let command = Command("plugin", example: "mneme get_plugin hello --include-source")

  public struct Input: Sendable {
    var plugin = ""
    var includesSource = false
  }

  public static let input = Schema.record(Input()) {
    Field("plugin", \.plugin, .plugin, SetupInput.pluginWords)
    Field("include_source", \.includesSource, .bool, "Add both scripts.", required: false)
  }

  public static let output = PluginView.schema

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> PluginView {
    let plugin = try await call.engine.plugin(input.plugin, as: call.caller)
    var view = PluginView(plugin)
    if input.includesSource { (view.manifest, view.main) = (plugin.manifestSource, plugin.source) }
    return view
  }
}

/// What a plugin wrote into its log.
public enum GetPluginLogs: Operation {
  public static let name = "get_plugin_logs"
  public static let title = "Get a plugin's log"
  public static let about = """
    The last lines of a plugin's log, oldest first: what it printed, and its errors with their lines. You see those of \
    runs that acted for you, its installer.
    """
  public static let access = Access.reads(.member)
  public static let audience = Audience.keepers
  public static let route = Route.get("/api/v1/plugins/{plugin}/logs")
  public static let command = Command("plugin", example: "mneme get_plugin_logs hello --limit 20")

  public struct Input: Sendable {
    var plugin = ""
    var limit = 50
  }

  public static let input = Schema.record(Input()) {
    Field("plugin", \.plugin, .plugin, SetupInput.pluginWords)
    Field("limit", \.limit, .integer(1...500), "How many lines.", required: false)
  }

  public struct Output: Sendable {
    var lines: [Line] = []

    struct Line: Sendable {
      var at = Timestamp(microseconds: 0)
      var level = PluginLogLine.Level.info
      var hook = PluginHook.afterRemember
      var text = ""

      static let schema = Schema.record(Line()) {
        Field("at", \.at, .timestamp, "")
        Field("level", \.level, .enumeration(), "")
        Field("hook", \.hook, .enumeration(), "")
        Field("text", \.text, .string(), "")
      }
    }
  }

  public static let output = Schema.record(Output()) {
    Field("lines", \.lines, .array(of: Output.Line.schema), "Oldest first.")
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let lines = try await call.engine.pluginLog(of: input.plugin, limit: input.limit, as: call.caller)
    return Output(
      lines: lines.map { Output.Line(at: $0.at, level: $0.level, hook: $0.hook, text: $0.text) })
  }
}

/// A plugin as clients see it: everything but its secrets.
public struct PluginView: Sendable {
  var name = ""
  var version = ""
  var about = ""
  var hash = ""
  var hooks: [PluginHook] = []
  var everySeconds: Int?
  var granted: [PluginCapability] = []
  var config: JSONObject = [:]
  var isEnabled = true
  var installer = UserID(high: 0, low: 0)
  var installedAt = Timestamp(microseconds: 0)
  var updatedAt = Timestamp(microseconds: 0)
  var manifest: String?
  var main: String?

  init() {}

  init(_ plugin: InstalledPlugin) {
    name = plugin.name
    version = plugin.manifest.version
    about = plugin.manifest.about
    hash = plugin.hash
    hooks = plugin.manifest.hooks
    everySeconds = plugin.manifest.everySeconds
    granted = plugin.granted
    config = plugin.settings
    for (name, setting) in plugin.manifest.config where setting.isSecret && config[name] != nil {
      config[name] = "(hidden)"
    }
    isEnabled = plugin.isEnabled
    installer = plugin.installer
    installedAt = plugin.installedAt
    updatedAt = plugin.updatedAt
  }

  static let schema = Schema.record(PluginView()) {
    Field("name", \.name, .string(), "")
    Field("version", \.version, .string(), "")
    Field("about", \.about, .string(), "")
    Field("hash", \.hash, .string(), "SHA-256 of its scripts.")
    Field("hooks", \.hooks, .array(of: .enumeration()), "When it is called.")
    Field("every_seconds", \.everySeconds, .integer(), "")
    Field("granted", \.granted, .array(of: PluginCapability.schema), "What it may do.")
    Field("settings", \.config, .jsonObject, "Its settings, with defaults.", omitsEmpty: true)
    Field("enabled", \.isEnabled, .bool, "")
    Field("installed_by", \.installer, .identifier(), "For whom it acts.")
    Field("installed_at", \.installedAt, .timestamp, "")
    Field("updated_at", \.updatedAt, .timestamp, "")
    Field("manifest", \.manifest, .string(), "Its source, when asked for.")
    Field("main", \.main, .string(), "")
  }
}
