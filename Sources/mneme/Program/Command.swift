import Operations

/// A command that is not an operation: the server, and administration.
struct Command: Sendable {
  let name: String
  /// What it does, in a line.
  let about: String
  /// How it is written, and its flags.
  let usage: String
  let run: @Sendable ([String]) async throws -> Int32

  var help: String { "\(about)\n\n\(usage)\n" }

  static let all: [Command] = [
    .serve, .mcp, .connect, .model, .secret, .doctor, .config, .backup, .restore, .ownerKey, .workspace,
    .user, .plugin,
    .completion,
    .version,
    .help,
  ]

  static func named(_ name: String) -> Command? {
    switch name {
    case "-h", "--help": .help
    case "-V", "--version": .version
    default: all.first { $0.name == name }
    }
  }

  static let version = Command(
    name: "version", about: "Print the version.", usage: "  mneme version",
    run: { _ in
      Console.write("mneme \(Release.version)\n")
      return 0
    })

  static let help = Command(
    name: "help", about: "Explain the commands.", usage: "  mneme help [COMMAND]",
    run: { arguments in
      guard let topic = arguments.first else {
        Console.write(Help.overview)
        return 0
      }
      return await Program.run([topic, "--help"])
    })
}
