import JSON
import Operations

/// Help texts, written from the same declarations that run.
enum Help {
  static var overview: String {
    let commands = Command.all.map { "  \($0.name.padded(to: 18)) \($0.about)" }
    let operations = Catalogue.all.map { "  \($0.name.padded(to: 18)) \($0.title)" }
    return """
      Mneme, the memory of AI agents.

        mneme serve                     run the server
        mneme remember "…"              store a memory
        mneme recall "…"                find memories

      Operations
      \(operations.joined(separator: "\n"))

      Commands
      \(commands.joined(separator: "\n"))

      `mneme COMMAND --help` explains one. Operations work on the data folder (--data, MNEME_DATA), or on a server
      elsewhere (--url and --api-key, or MNEME_URL and MNEME_API_KEY). Results are for people on a terminal, JSON in a
      pipe or with --json. Exit codes: 0 done, 2 bad input, 3 not allowed, 4 not found, 5 conflict, 6 over a limit,
      7 not available, 1 anything else.

      """
  }

  static func page(for operation: AnyOperation) -> String {
    let flags = operation.arguments.map { argument in
      let name = "--" + argument.name.replacing("_", with: "-")
      let isGiven = operation.command.positionals.contains(argument.name)
      let fallback =
        argument.defaultValue.map { ["[]", "{}", "\"\""].contains($0.text) ? "" : " Default: \($0.text)." }
        ?? ""
      let required = argument.isRequired && !isGiven && argument.name != "context_id" ? " Required." : ""
      return "  \(name.padded(to: 26)) \(argument.about) Allowed: \(argument.allowed).\(fallback)\(required)"
    }
    return """
      \(operation.title): \(operation.about)

      \(usage(of: operation))

      \(flags.joined(separator: "\n"))
        --in NAME                  The context; “default” without it, or what MNEME_CONTEXT says.
        --json, --text             The result as JSON, or for people.
        --data DIR, --url URL, --api-key KEY

      Example: \(operation.command.example)

      """
  }

  static func usage(of operation: AnyOperation) -> String {
    let words = operation.command.positionals.map { name in
      let isRequired = operation.arguments.first { $0.name == name }?.isRequired ?? false
      return isRequired ? " " + name.uppercased() : " [" + name.uppercased() + "]"
    }
    return "Usage: mneme \(operation.name)\(words.joined()) [flags]"
  }

  /// A known name that looks like a mistyped one.
  static func suggestion(for name: String) -> String {
    let names = Command.all.map(\.name) + Catalogue.all.map(\.name)
    let near = names.map { ($0, distance(name.replacing("-", with: "_"), $0)) }.min { $0.1 < $1.1 }
    guard let near, near.1 <= 2 else { return "" }
    return " Did you mean “\(near.0)”?"
  }

  /// The number of letters to change, add or remove.
  private static func distance(_ left: String, _ right: String) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let change = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
