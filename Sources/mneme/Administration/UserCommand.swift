import Engine
import Glibc
import Identity
import Model
import Platform

extension Command {
  static let user = Command(
    name: "user", about: "List users, and let one sign in with a password.",
    usage: """
        mneme user list
        mneme user password USER [--sign-in NAME]

      USER is a name, or an id where several have the name. The password is asked for, or read from a pipe, and goes with
      the name that the user types to sign in, which is USER's own unless --sign-in says another. Programs such as Claude
      or ChatGPT send users to a page of this server, where they sign in with that or with an API key.
      """,
    run: { arguments in
      let flags = try Flags(arguments, known: Flags.settings.union(["sign_in"]))
      return try await withDeployment(flags) { deployment in
        let all = try await deployment.engine.allUsers()
        switch (flags.words.first, flags.words.count) {
        case ("list", 1):
          for (workspace, user, role) in all {
            Console.write(
              "\(user.id)  \(user.name), \(role.rawValue) of \(workspace.name) (\(workspace.id))\n")
          }
        case ("password", 2):
          let named = all.map(\.user).filter {
            $0.name == flags.words[1] || $0.id.description == flags.words[1]
          }
          guard let user = named.first else {
            throw UsageError("There is no user “\(flags.words[1])”; `mneme user list` shows them.")
          }
          guard Set(named.map(\.id)).count == 1 else {
            throw UsageError("Several users are called “\(user.name)”; say which by its id.")
          }
          let name = flags["sign_in"] ?? user.name
          try await deployment.engine.setPassword(
            try askForPassword(), of: user.id, named: name, hasher: PasswordHasher())
          Console.write("“\(name)” can sign in with this password.\n")
        default: throw UsageError("Say list, or password USER.")
        }
        return 0
      }
    })
}

/// A line from standard input; a person types it twice, and it is not shown.
private func askForPassword() throws -> String {
  guard isatty(0) == 1 else {
    guard let line = readLine(strippingNewline: true) else {
      throw UsageError("There is no password to read.")
    }
    return line
  }
  var settings = termios()
  tcgetattr(0, &settings)
  var hidden = settings
  hidden.c_lflag &= ~tcflag_t(ECHO)
  tcsetattr(0, TCSAFLUSH, &hidden)
  defer {
    tcsetattr(0, TCSAFLUSH, &settings)
    Console.write("\n")
  }
  Console.write("Password: ")
  let first = readLine(strippingNewline: true) ?? ""
  Console.write("\nOnce more: ")
  guard readLine(strippingNewline: true) == first else { throw UsageError("The two are not the same.") }
  return first
}
