import Glibc
import Platform

extension Command {
  static let connect = Command(
    name: "connect", about: "Connect a program: Claude, Cursor, VS Code, Codex, ChatGPT.",
    usage: """
        mneme connect PROGRAM [--data DIR | --server URL [--api-key KEY]] [--project DIR] [--name mneme]
        mneme connect PROGRAM … --write       enter it into the program's settings, after a copy of them was made
        mneme connect PROGRAM --undo          put back what was there before

      PROGRAM is claude-code, claude-desktop, cursor, vscode, codex or chatgpt. Without --server the program starts Mneme
      itself, on the data folder; with it, it asks the server, and its user signs in on the server's page unless a key is
      given. --project enters it for one folder instead of everywhere (claude-code, cursor, vscode).
      """,
    run: { arguments in
      let known = Flags.settings.union(["server", "api_key", "project", "name", "write", "undo"])
      let flags = try Flags(arguments, switches: ["write", "undo"], known: known)
      let names = ConnectedProgram.allCases.map { $0.rawValue }.joined(separator: ", ")
      guard flags.words.count == 1, let program = ConnectedProgram(rawValue: flags.words[0]) else {
        throw UsageError("Say which program: \(names).")
      }
      return try Connecting(program, flags).run()
    })
}

/// One run of `mneme connect`.
private struct Connecting {
  let program: ConnectedProgram
  let flags: Flags
  let name: String
  let way: ConnectedProgram.Way
  let path: String?

  init(_ program: ConnectedProgram, _ flags: Flags) throws {
    self.program = program
    self.flags = flags
    name = flags["name"] ?? "mneme"
    guard !name.isEmpty, name.utf8.count <= 64,
      name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    else { throw UsageError("--name has letters, digits, hyphens and underscores.") }
    if let server = flags["server"] {
      guard let url = Self.endpoint(server) else {
        throw UsageError("--server is an address such as https://memory.example.org.")
      }
      way = .asks(url: url, key: flags["api_key"])
    } else {
      guard flags["api_key"] == nil else { throw UsageError("--api-key goes with --server.") }
      let data = DataFolder(try flags.configuration().configuration.data).path
      way = .starts(command: Self.program, arguments: ["mcp", "--data", Self.absolute(data)])
    }
    #if os(macOS)
      let isMac = true
    #else
      let isMac = false
    #endif
    let place = flags["project"].map { ConnectedProgram.Place.project(Self.absolute($0)) } ?? .user
    path = program.file(place, home: environment["HOME"] ?? ".", environment: environment, isMac: isMac)
    if place != .user, path == nil { throw UsageError("\(program.title) has no settings for a folder.") }
  }

  func run() throws -> Int32 {
    if flags.isSet("undo") { return try undo() }
    guard let snippet = program.snippet(way, name: name), let path else {
      Console.write(byHand)
      guard flags.isSet("write") else { return 0 }
      throw UsageError("There is no file to write for this; the steps are above.")
    }
    guard flags.isSet("write") else {
      Console.write("\(steps(path))\n\(snippet)\n\(afterwards)\n")
      return 0
    }
    let file = SettingsFile(program, named: name, at: path)
    guard try file.install(way) else {
      Console.write("\(file.path) has it already.\n")
      return 0
    }
    Console.write(
      """
      Entered into \(file.path); what was there before is in \(file.backup).
      \(afterwards)
      Undo: mneme connect \(program.rawValue)\(undoFlags) --undo

      """)
    return 0
  }

  private func undo() throws -> Int32 {
    guard let path else { throw UsageError("\(program.title) has no settings that were written.") }
    let file = SettingsFile(program, named: name, at: path)
    let isUndone = try file.undo()
    Console.write(isUndone ? "Taken out of \(file.path).\n" : "There is nothing to undo in \(file.path).\n")
    return 0
  }

  private var undoFlags: String {
    (flags["project"].map { " --project \($0)" } ?? "") + (name == "mneme" ? "" : " --name \(name)")
  }

  private func steps(_ path: String) -> String {
    guard program == .claudeCode else { return "Add this to \(path), or run this again with --write:\n" }
    let command =
      switch way {
      case .starts(let command, let arguments):
        "claude mcp add \(name) -- " + ([command] + arguments).map(Self.quoted).joined(separator: " ")
      case .asks(let url, let key):
        "claude mcp add --transport http \(name) \(Self.quoted(url))"
          + (key.map { " --header " + Self.quoted("Authorization: Bearer \($0)") } ?? "")
      }
    return "Run this:\n\n  \(command)\n\nor add this to \(path), or run this again with --write:\n"
  }

  private var afterwards: String {
    let restart = "Start \(program.title) again"
    guard case .asks(_, nil) = way else { return restart + "." }
    switch program {
    case .claudeCode: return restart + ", type /mcp and choose \(name): it opens a page where you sign in."
    case .codex: return "Then run: codex mcp login \(name)"
    default: return restart + ": it opens a page where you sign in."
    }
  }

  /// For programs whose settings are on somebody else's servers.
  private var byHand: String {
    let url: String
    if case .asks(let given, _) = way { url = given } else { url = "https://YOUR-SERVER/mcp" }
    let needs =
      "It asks from elsewhere, so the server needs a public https address (public_url), and its users sign in there."
    switch program {
    case .chatgpt:
      return """
        In ChatGPT: Settings → Apps & Connectors → Advanced settings → Developer mode: on. Then Create:
          Name            \(name)
          MCP server URL  \(url)
          Authentication  OAuth
        \(needs)

        """
    default:
      return """
        In Claude: Settings → Connectors → Add custom connector:
          Name                   \(name)
          Remote MCP server URL  \(url)
        \(needs)
        To have Claude Desktop start Mneme on this machine instead, leave --server out.

        """
    }
  }

  /// The MCP endpoint of a server; nil when it is no address.
  private static func endpoint(_ server: String) -> String? {
    guard server.hasPrefix("https://") || server.hasPrefix("http://"),
      !server.contains(where: { $0.isWhitespace || $0 == "\"" })
    else { return nil }
    var base = server
    while base.hasSuffix("/") { base.removeLast() }
    let authority = base.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" }
    guard !authority.isEmpty else { return nil }
    let path = base.drop { $0 != "/" }.dropFirst(2 + authority.count).prefix { $0 != "?" }
    return path == "/mcp" || path.contains("/mcp/w/") || path.hasSuffix("/mcp") ? base : base + "/mcp"
  }

  /// The program, wherever it was started from.
  private static var program: String {
    var path = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    return count > 0
      ? String(decoding: path.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) : "mneme"
  }

  private static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return path == "." ? String(cString: folder) : String(cString: folder) + "/" + path
  }

  /// A word for a shell.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=@,+".contains($0)) }
    return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
