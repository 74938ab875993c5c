public import Identity
public import JSON
public import Model
internal import Storage

/// A plugin as its author hands it over: two scripts in Lua.
public struct PluginPackage: Sendable, Hashable {
  /// Returns a table: ``PluginManifest``.
  public var manifest: String
  /// Returns a table with a function for each hook.
  public var main: String

  public init(manifest: String, main: String) {
    self.manifest = manifest
    self.main = main
  }

  /// Names this content and no other.
  public var hash: String {
    let parts = JSONValue.array([.string(manifest), .string(main)])
    return sha256(parts.bytes).map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }.joined()
  }
}

/// How a plugin is to be set up. Nil leaves a part as it is.
public struct PluginSetup: Sendable {
  /// What it is allowed to do.
  public var granted: [PluginCapability]?
  /// Settings, by name; null takes one back to its default.
  public var config: JSONObject?
  public var isEnabled: Bool?

  public init() {}
}

extension MemoryEngine {
  /// Installs a plugin, or another version of one that is there, whose settings and grants then stay. From then on it acts
  /// for the caller. Each capability that it asks for must be granted, of `http.fetch` each host by name.
  public func installPlugin(
    _ package: PluginPackage, _ setup: PluginSetup = PluginSetup(), fromFolder: Bool = false,
    as caller: Caller
  ) async throws(EngineError) -> InstalledPlugin {
    try caller.require(.admin)
    let manifest = try await hooks.examine(package)
    let scope = WorkspaceScope(caller)
    let previous = try await stored { () async throws(StorageError) in
      try await store.plugin(manifest.name, in: scope)
    }
    var plugin = InstalledPlugin(
      workspace: caller.workspace, manifest: manifest, hash: package.hash, manifestSource: package.manifest,
      source: package.main, config: previous?.config ?? [:], granted: previous?.granted ?? [],
      installer: caller.user, installedAt: previous?.installedAt ?? clock.now(), isFromFolder: fromFolder)
    plugin.isEnabled = previous?.isEnabled ?? true
    // A newer version may ask for less, and know fewer settings.
    plugin.config = JSONObject(
      plugin.config.filter { manifest.config[$0.key] != nil }.map { ($0.key, $0.value) })
    plugin.granted.removeAll { granted in !manifest.capabilities.contains { $0.admits(granted) } }
    return try await put(plugin, setup, as: caller)
  }

  /// What a plugin says of itself, without installing it.
  public func examine(_ package: PluginPackage) async throws(EngineError) -> PluginManifest {
    try await hooks.examine(package)
  }

  /// Changes how a plugin is set up.
  public func configurePlugin(
    _ name: String, _ setup: PluginSetup, as caller: Caller
  ) async throws(EngineError) -> InstalledPlugin {
    try caller.require(.admin)
    return try await put(try await plugin(name, as: caller), setup, as: caller)
  }

  private func put(
    _ plugin: InstalledPlugin, _ setup: PluginSetup, as caller: Caller
  ) async throws(EngineError) -> InstalledPlugin {
    var plugin = plugin
    plugin.granted = setup.granted?.withoutRepetition ?? plugin.granted
    plugin.isEnabled = setup.isEnabled ?? plugin.isEnabled
    for (name, value) in setup.config ?? [:] {
      // (`nil` in a conditional would be the JSON value null.)
      if value.isNull { plugin.config[name] = JSONValue?.none } else { plugin.config[name] = value }
    }
    let faults = plugin.grantFaults + plugin.configFaults
    if !faults.isEmpty { throw .invalid(faults) }
    plugin.updatedAt = clock.now()
    let ready = plugin
    try await stored { () async throws(StorageError) in
      try await store.put(ready, in: WorkspaceScope(caller))
    }
    await hooks.pluginChanged(ready, in: self)
    return ready
  }

  /// Removes a plugin with all that it kept.
  public func removePlugin(_ name: String, as caller: Caller) async throws(EngineError) -> InstalledPlugin {
    try caller.require(.admin)
    var plugin = try await plugin(name, as: caller)
    _ = try await stored { () async throws(StorageError) in
      try await store.removePlugin(name, in: WorkspaceScope(caller))
    }
    plugin.isEnabled = false
    await hooks.pluginChanged(plugin, in: self)
    return plugin
  }

  /// The workspace's plugins, by name.
  public func plugins(as caller: Caller) async throws(EngineError) -> [InstalledPlugin] {
    try await stored { () async throws(StorageError) in try await store.plugins(in: WorkspaceScope(caller)) }
  }

  /// The workspace's plugin of that name.
  public func plugin(_ name: String, as caller: Caller) async throws(EngineError) -> InstalledPlugin {
    let found = try await stored { () async throws(StorageError) in
      try await store.plugin(name, in: WorkspaceScope(caller))
    }
    guard let found else { throw .pluginNotFound(name) }
    return found
  }

  /// The last lines of a plugin's log, oldest first: those of its runs for the caller.
  public func pluginLog(
    of name: String, limit: Int, as caller: Caller
  ) async throws(EngineError) -> [PluginLogLine] {
    let plugin = try await plugin(name, as: caller)
    return try await stored { () async throws(StorageError) in
      try await store.pluginLog(of: plugin.name, limit: limit, in: WorkspaceScope(caller))
    }
  }

  /// Adds to the log of a plugin that acts for the caller. A log that cannot be written stops nothing.
  public func log(_ lines: [PluginLogLine], of plugin: String, as caller: Caller) async {
    guard !lines.isEmpty else { return }
    try? await store.log(lines, of: plugin, limit: 500, in: WorkspaceScope(caller))
  }

  /// The present instant, as the engine sees it.
  public var now: Timestamp { clock.now() }
}

extension InstalledPlugin {
  /// What is wrong with what it was allowed to do.
  fileprivate var grantFaults: [SchemaFault] {
    var faults: [SchemaFault] = []
    let asked = manifest.capabilities
    let missing = asked.filter { asked in
      !granted.contains { asked.admits($0) && $0 != .httpFetch(host: nil) }
    }
    if !missing.isEmpty {
      let list = missing.map { $0 == .httpFetch(host: nil) ? "http.fetch:HOST" : $0.description }
      faults.append(
        SchemaFault(
          path: "grant", "missing",
          allowed: "grants of all that the plugin asks for: \(list.joined(separator: ", "))"))
    }
    for capability in granted where !asked.contains(where: { $0.admits(capability) }) {
      faults.append(
        SchemaFault(
          path: "grant", "the plugin does not ask for \(capability)",
          allowed: asked.isEmpty ? "nothing" : asked.map(\.description).joined(separator: ", ")))
    }
    return faults
  }

  /// What is wrong with its settings.
  fileprivate var configFaults: [SchemaFault] {
    var faults: [SchemaFault] = []
    for (name, value) in config {
      guard let setting = manifest.config[name] else {
        let known = manifest.config.keys.sorted().joined(separator: ", ")
        faults.append(
          SchemaFault(
            path: "settings.\(name)", "there is no such setting", allowed: known.isEmpty ? "none" : known))
        continue
      }
      if !setting.allows(value) {
        faults.append(
          SchemaFault(path: "settings.\(name)", "is no \(setting.kind.rawValue)", allowed: setting.about))
      }
    }
    for (name, setting) in manifest.config.sorted(by: { $0.key < $1.key })
    where setting.isRequired && setting.standard == nil && config[name] == nil {
      faults.append(SchemaFault(path: "settings.\(name)", "missing", allowed: setting.about))
    }
    return faults
  }

  /// Its settings, with the defaults of those that are not set.
  public var settings: JSONObject {
    var settings = config
    for (name, setting) in manifest.config where settings[name] == nil { settings[name] = setting.standard }
    return settings
  }
}
