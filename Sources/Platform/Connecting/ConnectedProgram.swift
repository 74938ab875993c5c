internal import JSON

/// A program that Mneme can be connected to, and how its settings look.
public enum ConnectedProgram: String, Sendable, CaseIterable {
  case claudeCode = "claude-code"
  case claudeDesktop = "claude-desktop"
  case cursor
  case vscode
  case codex
  case chatgpt

  /// How the program reaches Mneme.
  public enum Way: Sendable {
    /// It starts Mneme itself and talks to it through pipes.
    case starts(command: String, arguments: [String])
    /// It asks a server. Without a key its user signs in on the server's page.
    case asks(url: String, key: String?)
  }

  /// Where a program keeps its settings.
  public enum Place: Sendable, Hashable {
    /// For all that the user does.
    case user
    /// In a folder, for those who work there.
    case project(String)
  }

  /// What people call it.
  public var title: String {
    switch self {
    case .claudeCode: "Claude Code"
    case .claudeDesktop: "Claude Desktop"
    case .cursor: "Cursor"
    case .vscode: "VS Code"
    case .codex: "Codex"
    case .chatgpt: "ChatGPT"
    }
  }

  /// The file with the program's settings; nil when there is none that can be written.
  public func file(_ place: Place, home: String, environment: [String: String], isMac: Bool) -> String? {
    let application =
      isMac ? home + "/Library/Application Support" : environment["XDG_CONFIG_HOME"] ?? home + "/.config"
    switch (self, place) {
    case (.claudeCode, .user): return home + "/.claude.json"
    case (.claudeCode, .project(let folder)): return folder + "/.mcp.json"
    case (.claudeDesktop, .user): return application + "/Claude/claude_desktop_config.json"
    case (.cursor, .user): return home + "/.cursor/mcp.json"
    case (.cursor, .project(let folder)): return folder + "/.cursor/mcp.json"
    case (.vscode, .user): return application + "/Code/User/mcp.json"
    case (.vscode, .project(let folder)): return folder + "/.vscode/mcp.json"
    case (.codex, .user): return (environment["CODEX_HOME"] ?? home + "/.codex") + "/config.toml"
    case (.claudeDesktop, _), (.codex, _), (.chatgpt, _): return nil
    }
  }

  /// Where in that file a server is.
  func path(of name: String) -> [String] {
    switch self {
    case .vscode: ["servers", name]
    case .codex: ["mcp_servers", name]
    default: ["mcpServers", name]
    }
  }

  /// What the file says about a server; nil when the program has no way of saying it.
  func entry(_ way: Way) -> JSONObject? {
    switch (self, way) {
    case (.chatgpt, _), (.claudeDesktop, .asks): return nil
    case (_, .starts(let command, let arguments)):
      var entry: JSONObject = [:]
      if self == .claudeCode || self == .vscode { entry["type"] = "stdio" }
      entry["command"] = .string(command)
      entry["args"] = .array(arguments.map { .string($0) })
      return entry
    case (_, .asks(let url, let key)):
      var entry: JSONObject = [:]
      if self == .claudeCode || self == .vscode { entry["type"] = "http" }
      entry["url"] = .string(url)
      if let key {
        entry[self == .codex ? "http_headers" : "headers"] = ["Authorization": .string("Bearer " + key)]
      }
      return entry
    }
  }

  /// What a person puts into the settings by hand.
  public func snippet(_ way: Way, name: String) -> String? {
    guard let entry = entry(way) else { return nil }
    let path = path(of: name)
    if self == .codex { return Self.table(entry, at: path).joined(separator: "\n") + "\n" }
    return JSONValue.object([path[0]: .object([path[1]: .object(entry)])]).prettyText + "\n"
  }

  /// The lines of a TOML table. Strings of TOML and of JSON are written alike.
  static func table(_ entry: JSONObject, at path: [String]) -> [String] {
    ["[\(path.map(tomlKey).joined(separator: "."))]"]
      + entry.map { key, value in "\(key) = \(toml(value))" }
  }

  private static func tomlKey(_ key: String) -> String {
    let isBare =
      !key.isEmpty && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    return isBare ? key : JSONValue.string(key).text
  }

  private static func toml(_ value: JSONValue) -> String {
    switch value {
    case .object(let members):
      return "{ " + members.map { "\(tomlKey($0)) = \(toml($1))" }.joined(separator: ", ") + " }"
    case .array(let elements): return "[" + elements.map(toml).joined(separator: ", ") + "]"
    default: return value.text
    }
  }
}
