import Glibc
import JSON
import Platform

/// The words of a command line, taken apart into flags and the rest.
struct Flags {
  private(set) var values: [String: [String]] = [:]
  private(set) var words: [String] = []

  /// Reads `arguments`. `switches` are flags that need no value; every other `--name` takes the next word, or what follows
  /// an equals sign. After `--`, nothing is a flag.
  init(_ arguments: [String], switches: Set<String> = [], known: Set<String>? = nil) throws {
    var rest = arguments[...]
    var isOver = false
    while let word = rest.popFirst() {
      if isOver || !word.hasPrefix("--") {
        words.append(word)
        continue
      }
      if word == "--" {
        isOver = true
        continue
      }
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0]).replacing("-", with: "_")
      if let known, !known.contains(name) {
        let names = known.sorted().map { "--" + $0.replacing("_", with: "-") }.joined(separator: ", ")
        throw UsageError("There is no flag --\(parts[0]). Known are \(names).")
      }
      if parts.count == 2 {
        values[name, default: []].append(String(parts[1]))
      } else if switches.contains(name) {
        // A truth value may follow; without one, the flag itself says yes.
        let follows = rest.first.map { ["true", "false"].contains($0) } ?? false
        values[name, default: []].append(follows ? rest.removeFirst() : "true")
      } else if let value = rest.popFirst() {
        values[name, default: []].append(value)
      } else {
        throw UsageError("--\(parts[0]) needs a value.")
      }
    }
  }

  subscript(name: String) -> String? { values[name]?.last }

  func isSet(_ name: String) -> Bool { self[name] == "true" }

  mutating func take(_ name: String) -> String? { values.removeValue(forKey: name)?.last }
}

/// The environment of the process.
var environment: [String: String] {
  var result: [String: String] = [:]
  var entry = environ
  while let line = entry.pointee {
    let text = String(cString: line)
    if let equals = text.firstIndex(of: "=") {
      let value = String(text[text.index(after: equals)...])
      // A variable that is set to nothing is not set, as far as settings go.
      if !value.isEmpty { result[String(text[..<equals])] = value }
    }
    entry += 1
  }
  return result
}

extension Flags {
  /// The configuration that these flags, the environment and a file give.
  func configuration() throws -> EffectiveConfiguration {
    let names = Set(Configuration.schema.fields.map(\.name))
    let settings = values.filter { names.contains($0.key) }.compactMapValues(\.last)
    return try Configuration.resolve(flags: settings, file: self["config"], environment: environment)
  }

  /// The names of all settings, and those that every command understands.
  static var settings: Set<String> { Set(Configuration.schema.fields.map(\.name)).union(["config"]) }
}
