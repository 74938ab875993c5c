public import Engine
public import JSON
import Model

/// Installs a plugin.
public enum InstallPlugin: Operation {
  public static let name = "install_plugin"
  public static let title = "Install a plugin"
  public static let about = """
    Installs a plugin from its two Lua scripts, or a newer version of one that is there, whose settings and grants stay. \
    It acts for you and sees what you see. Each capability that its manifest lists must be granted by name; for \
    http.fetch, each host: http.fetch:api.example.org.
    """
  public static let access = Access.writes(.admin, idempotent: true)
  public static let audience = Audience.keepers
  public static let route = Route.post("/api/v1/plugins", status: 201)
  public static let command = Command(
    "manifest", "main",
    example:
      "mneme install_plugin \"return { name = 'hello', version = '1.0.0', about = 'Says hello.', capabilities = { 'log' }, hooks = { 'after_remember' } }\" \"return { after_remember = function() mneme.log('hello') end }\" --grant log"
  )

  public struct Input: Sendable {
    var manifest = ""
    var main = ""
    var setup = SetupInput()
  }

  public static let input = Schema.record(
    Input(),
    fields: [
      Field("manifest", \.manifest, .string(length: 1...65_536), "manifest.lua: returns a table."),
      Field("main", \.main, .string(length: 1...262_144), "main.lua: returns a table of hooks."),
      Field("grant", \.setup.granted, .grants, SetupInput.grantWords),
      Field("settings", \.setup.config, .object(bytes: 65_536), "Settings, by name; null for the default."),
      Field("enabled", \.setup.isEnabled, .bool, "Whether it is called."),
    ])

  public static let output = PluginView.schema

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> PluginView {
    let package = PluginPackage(manifest: input.manifest, main: input.main)
    return PluginView(
      try await call.engine.installPlugin(package, input.setup.setup, as: call.caller))
  }
}

/// Changes how a plugin is set up.
public enum ConfigurePlugin: Operation {
  public static let name = "configure_plugin"
  public static let title = "Configure a plugin"
  public static let about =
    "Changes a plugin's settings or grants, or switches it on or off. What is left out stays."
  public static let access = Access.writes(.admin, idempotent: true)
  public static let audience = Audience.keepers
  public static let route = Route.patch("/api/v1/plugins/{plugin}")
  public static let command = Command(
    "plugin", example: "mneme configure_plugin hello --enabled false")

  public struct Input: Sendable {
    var plugin = ""
    var setup = SetupInput()
  }

  public static let input = Schema.record(
    Input(),
    fields: [
      Field("plugin", \.plugin, .plugin, SetupInput.pluginWords),
      Field("grant", \.setup.granted, .grants, SetupInput.grantWords),
      Field("settings", \.setup.config, .object(bytes: 65_536), "Settings, by name; null for the default."),
      Field("enabled", \.setup.isEnabled, .bool, "Whether it is called."),
    ])

  public static let output = PluginView.schema

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> PluginView {
    PluginView(try await call.engine.configurePlugin(input.plugin, input.setup.setup, as: call.caller))
  }
}

/// Removes a plugin.
public enum RemovePlugin: Operation {
  public static let name = "remove_plugin"
  public static let title = "Remove a plugin"
  public static let about = "Removes a plugin with its log and all that it kept. Memories that it wrote stay."
  public static let access = Access.destroys(.admin)
  public static let audience = Audience.keepers
  public static let route = Route.delete("/api/v1/plugins/{plugin}")
  public static let command = Command("plugin", example: "mneme remove_plugin hello")

  public struct Input: Sendable {
    var plugin = ""
  }

  public static let input = Schema.record(Input()) {
    Field("plugin", \.plugin, .plugin, SetupInput.pluginWords)
  }

  public static let output = PluginView.schema

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> PluginView {
    PluginView(try await call.engine.removePlugin(input.plugin, as: call.caller))
  }
}

/// How a plugin is to be set up, as clients write it.
struct SetupInput: Sendable {
  var granted: [PluginCapability]?
  var config: JSONObject?
  var isEnabled: Bool?

  static let grantWords = "All that it may do, such as memory.read or http.fetch:api.example.org."
  static let pluginWords = "The plugin's name."

  var setup: PluginSetup {
    var setup = PluginSetup()
    setup.granted = granted
    setup.config = config
    setup.isEnabled = isEnabled
    return setup
  }
}

extension Schema where Value == [PluginCapability] {
  static var grants: Schema { .oneOrMany(of: PluginCapability.schema, count: 0...50) }
}

extension Schema where Value == String {
  /// The name of a plugin.
  static var plugin: Schema { .string(length: 1...64) }
}
