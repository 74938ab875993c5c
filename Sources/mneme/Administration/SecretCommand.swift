import Glibc
import Platform
import Secrets

extension Command {
  static let secret = Command(
    name: "secret", about: "Keep the keys of model providers, sealed.",
    usage: """
        mneme secret set NAME            read the secret from standard input; nothing is shown
        mneme secret list                the names
        mneme secret remove NAME

      The configuration names a secret in the place of a key:
          remote_embedding = { provider = "openai", model = "text-embedding-3-small", dimensions = 1536, secret = "openai" }
      Secrets are in the data folder, sealed by the key in its file secrets.key: without that file, nobody can read them,
      and a backup of the database holds neither. A running server reads them when it starts.
      """,
    run: { arguments in
      let flags = try Flags(arguments, known: Flags.settings)
      let folder = DataFolder(try flags.configuration().configuration.data)
      try folder.create()
      switch (flags.words.first, flags.words.count) {
      case ("set", 2):
        try folder.secrets.set(flags.words[1], to: try readSecret(named: flags.words[1]))
        Console.write("Sealed \(flags.words[1]).\n")
      case ("set", 3...):
        throw UsageError(
          "A secret on the command line is seen by all who list processes. Give it on standard input: "
            + "mneme secret set \(flags.words[1]) < FILE")
      case ("list", 1):
        for name in try folder.secrets.names() { Console.write(name + "\n") }
      case ("remove", 2):
        guard try folder.secrets.remove(flags.words[1]) else {
          throw UsageError("There is no secret “\(flags.words[1])”. `mneme secret list` shows the names.")
        }
        Console.write("Removed \(flags.words[1]).\n")
      default: throw UsageError("Say set NAME, list, or remove NAME.")
      }
      return 0
    })

  /// The first line of standard input. A terminal shows nothing of it.
  private static func readSecret(named name: String) throws -> String {
    var settings = termios()
    let isTerminal = tcgetattr(0, &settings) == 0
    if isTerminal {
      Console.complain("Type the secret “\(name)”; it is not shown.")
      var hidden = settings
      hidden.c_lflag &= ~tcflag_t(ECHO)
      tcsetattr(0, TCSAFLUSH, &hidden)
    }
    defer { if isTerminal { tcsetattr(0, TCSAFLUSH, &settings) } }
    guard let line = readLine(), !line.isEmpty else { throw UsageError("Standard input holds no secret.") }
    return line
  }
}
