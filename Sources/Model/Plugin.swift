public import JSON

/// What a plugin says of itself.
public struct PluginManifest: Sendable, Hashable {
  public var name = ""
  public var version = ""
  /// What it does, in a sentence.
  public var about = ""
  /// The version of the host API that it is written for.
  public var api = 1
  /// What it wants to be allowed to do.
  public var capabilities: [PluginCapability] = []
  public var hooks: [PluginHook] = []
  /// For `on_schedule`: the time between two runs.
  public var everySeconds: Int?
  /// What whoever installs it can set.
  public var config: [String: PluginSetting] = [:]

  public init() {}

  public static let schema = Schema.record(PluginManifest()) {
    Field("name", \.name, .string(length: 1...64, pattern: .slug), "Its name in the workspace.")
    Field("version", \.version, .string(length: 1...32, pattern: Pattern.version), "Such as 1.0.2.")
    Field("about", \.about, .string(length: 1...200, pattern: .notBlank), "What it does, in a sentence.")
    Field("api", \.api, .integer(1...1), "The version of the host API; 1.", required: false)
    Field(
      "capabilities", \.capabilities, .array(of: PluginCapability.schema, count: 0...20, unique: true),
      "What it wants to be allowed to do.", required: false)
    Field(
      "hooks", \.hooks, .array(of: .enumeration(), count: 1...7, unique: true), "When it is called.")
    Field(
      "every_seconds", \.everySeconds, .integer(60...2_592_000),
      "For on_schedule: the time between two runs.")
    Field(
      "config", \.config, .map(of: PluginSetting.schema, keys: .identifier), "Its settings.",
      required: false)
  }.checked { manifest in
    guard manifest.everySeconds != nil, !manifest.hooks.contains(.onSchedule) else { return [] }
    return [SchemaFault(path: "every_seconds", "goes with the hook on_schedule", allowed: "both, or neither")]
  }
}

/// When a plugin is called.
public enum PluginHook: String, Sendable, Hashable, CaseIterable {
  case beforeRemember = "before_remember"
  case afterRemember = "after_remember"
  case beforeRecall = "before_recall"
  case afterRecall = "after_recall"
  case onSchedule = "on_schedule"
  case onEvent = "on_event"

  /// Whether somebody waits for it to end.
  public var isWaitedFor: Bool { self == .beforeRemember || self == .beforeRecall }
}

/// One setting of a plugin.
public struct PluginSetting: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case string, number, integer, boolean, list
  }

  public var kind = Kind.string
  public var about = ""
  public var isRequired = false
  /// Whether its value is never shown again.
  public var isSecret = false
  public var standard: JSONValue?

  public init() {}

  public static let schema = Schema.record(PluginSetting()) {
    Field("type", \.kind, .enumeration(), "string, number, integer, boolean, or list (of strings).")
    Field("about", \.about, .string(length: 1...300), "What it is for.")
    Field("required", \.isRequired, .bool, "Whether it must be set.", required: false)
    Field("secret", \.isSecret, .bool, "Whether its value is never shown again.", required: false)
    Field("default", \.standard, .json, "What holds when it is not set.")
  }

  /// Whether `value` may be its value.
  public func allows(_ value: JSONValue) -> Bool {
    switch (kind, value) {
    case (.string, .string(let text)): text.utf8.count <= 10_000
    case (.number, .double), (.number, .integer), (.integer, .integer), (.boolean, .bool): true
    case (.list, .array(let items)): items.count <= 1_000 && items.allSatisfy { $0.stringValue != nil }
    default: false
    }
  }
}

/// Something that a plugin may do.
public enum PluginCapability: Sendable, Hashable {
  case memoryRead, memoryWrite, graphRead, graphWrite, state, log, modelJudge, schedule
  /// To ask that server; with no host, one that is chosen when the plugin is installed.
  case httpFetch(host: String?)

  /// One of each kind.
  public static let kinds: [PluginCapability] = [
    .memoryRead, .memoryWrite, .graphRead, .graphWrite, .state, .log, .httpFetch(host: nil), .modelJudge,
    .schedule,
  ]

  public init?(_ text: String) {
    if let known = Self.kinds.first(where: { $0.description == text }) {
      self = known
      return
    }
    let prefix = "http.fetch:"
    let host = text.dropFirst(prefix.count)
    guard text.hasPrefix(prefix), (1...253).contains(host.utf8.count), !host.hasPrefix("."),
      host.utf8.allSatisfy({ byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || ".-:[]_".utf8.contains(byte)
      })
    else { return nil }
    self = .httpFetch(host: String(host))
  }

  public static let schema = Schema<String>.string(length: 1...300).map(
    allowed: kinds.map(\.description).joined(separator: ", ") + " and http.fetch:HOST",
    to: { text throws(SchemaMismatch) in
      guard let capability = PluginCapability(text) else {
        throw SchemaMismatch("there is no capability “\(text.prefix(60))”")
      }
      return capability
    }, from: \.description)

  /// Whether who asked for this may be granted `other`.
  public func admits(_ other: PluginCapability) -> Bool {
    if case .httpFetch(nil) = self, case .httpFetch(.some) = other { return true }
    return self == other
  }
}

extension PluginCapability: CustomStringConvertible {
  public var description: String {
    switch self {
    case .memoryRead: "memory.read"
    case .memoryWrite: "memory.write"
    case .graphRead: "graph.read"
    case .graphWrite: "graph.write"
    case .state: "state"
    case .log: "log"
    case .modelJudge: "model.judge"
    case .schedule: "schedule"
    case .httpFetch(let host): host.map { "http.fetch:" + $0 } ?? "http.fetch"
    }
  }
}

/// A plugin of a workspace.
public struct InstalledPlugin: Sendable, Hashable {
  public var workspace: WorkspaceID
  public var manifest: PluginManifest
  /// The digest of both sources, in hexadecimal.
  public var hash: String
  public var manifestSource: String
  public var source: String
  public var config: JSONObject
  /// What it was allowed to do: of `http.fetch`, only with a host.
  public var granted: [PluginCapability]
  public var isEnabled: Bool
  /// For whom it acts.
  public var installer: UserID
  public var installedAt: Timestamp
  public var updatedAt: Timestamp
  /// Whether it comes from a folder that is watched.
  public var isFromFolder: Bool

  public init(
    workspace: WorkspaceID, manifest: PluginManifest, hash: String, manifestSource: String, source: String,
    config: JSONObject, granted: [PluginCapability], installer: UserID, installedAt: Timestamp,
    isFromFolder: Bool = false
  ) {
    self.workspace = workspace
    self.manifest = manifest
    self.hash = hash
    self.manifestSource = manifestSource
    self.source = source
    self.config = config
    self.granted = granted
    self.installer = installer
    self.installedAt = installedAt
    self.isFromFolder = isFromFolder
    isEnabled = true
    updatedAt = installedAt
  }

  public var name: String { manifest.name }
}

/// One line that a plugin wrote, or that was written about it.
public struct PluginLogLine: Sendable, Hashable {
  public enum Level: String, Sendable, Hashable, CaseIterable {
    case info, warning, error
  }

  public var at: Timestamp
  public var level: Level
  /// During which hook.
  public var hook: PluginHook
  public var text: String

  public init(at: Timestamp, level: Level, hook: PluginHook, text: String) {
    self.at = at
    self.level = level
    self.hook = hook
    self.text = text
  }
}

extension Pattern {
  fileprivate static let version = Pattern(
    "^[0-9]+\\.[0-9]+\\.[0-9]+$", allowed: "three numbers with dots, such as 1.0.2"
  ) { text in
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 3
      && parts.allSatisfy { part in
        !part.isEmpty && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      }
  }
}
