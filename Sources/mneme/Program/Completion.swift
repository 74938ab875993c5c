import JSON
import Operations

extension Command {
  static let completion = Command(
    name: "completion", about: "Print a completion script for a shell.",
    usage: """
        mneme completion bash|zsh|fish

      bash: source <(mneme completion bash)      zsh: mneme completion zsh > "${fpath[1]}/_mneme"
      fish: mneme completion fish > ~/.config/fish/completions/mneme.fish
      """,
    run: { arguments in
      switch arguments.first {
      case "bash": Console.write(Completion.bash)
      case "zsh": Console.write(Completion.zsh)
      case "fish": Console.write(Completion.fish)
      default: throw UsageError("Say for which shell: bash, zsh or fish.")
      }
      return 0
    })
}

/// Completion scripts, written from the catalogue.
private enum Completion {
  private static var names: [(name: String, about: String, flags: [String])] {
    Command.all.map { ($0.name, $0.about, []) }
      + Catalogue.all.map { operation in
        let flags = operation.arguments.map { "--" + $0.name.replacing("_", with: "-") }
        return (operation.name, operation.title, flags + ["--in", "--json", "--data", "--url", "--api-key"])
      }
  }

  static var bash: String {
    let cases = names.filter { !$0.flags.isEmpty }.map {
      "    \($0.name)) words=\"\($0.flags.joined(separator: " "))\" ;;"
    }
    return """
      _mneme() {
        local current="${COMP_WORDS[COMP_CWORD]}" words=""
        if [ "$COMP_CWORD" -eq 1 ]; then
          words="\(names.map(\.name).joined(separator: " "))"
        else
          case "${COMP_WORDS[1]}" in
      \(cases.joined(separator: "\n"))
          esac
        fi
        COMPREPLY=($(compgen -W "$words" -- "$current"))
      }
      complete -o default -F _mneme mneme

      """
  }

  static var zsh: String {
    let commands = names.map { "    '\($0.name):\($0.about.replacing("'", with: "’"))'" }
    let cases = names.filter { !$0.flags.isEmpty }.map {
      "      \($0.name)) compadd -- \($0.flags.joined(separator: " ")) ;;"
    }
    return """
      #compdef mneme
      _mneme() {
        local -a commands=(
      \(commands.joined(separator: "\n"))
        )
        if (( CURRENT == 2 )); then
          _describe command commands
        else
          case "${words[2]}" in
      \(cases.joined(separator: "\n"))
          esac
          _files
        fi
      }
      _mneme "$@"

      """
  }

  static var fish: String {
    let commands = names.map {
      "complete -c mneme -n __fish_use_subcommand -a \($0.name) -d '\($0.about.replacing("'", with: "’"))'"
    }
    let flags = names.flatMap { entry in
      entry.flags.map {
        "complete -c mneme -n '__fish_seen_subcommand_from \(entry.name)' -l \($0.dropFirst(2))"
      }
    }
    return (commands + flags).joined(separator: "\n") + "\n"
  }
}
