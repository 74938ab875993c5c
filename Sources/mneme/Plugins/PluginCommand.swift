import Engine
import Glibc
import JSON
import Model
import Operations
import Platform
import PluginHost
import StorageReference

extension Command {
  static let plugin = Command(
    name: "plugin", about: "Write, check, test and install plugins.",
    usage: """
        mneme plugin new NAME                a folder with a plugin that works, and what editors need
        mneme plugin check DIR               reads it, shows what it asks for, and runs its tests
        mneme plugin test DIR                runs its tests, in an engine of their own
        mneme plugin install DIR [--grant CAPABILITY]… [--set NAME=VALUE]…
        mneme plugin list
        mneme plugin logs NAME [--limit 50]
        mneme plugin remove NAME

      install shows what the plugin asks for, and asks for a --grant of each: --grant memory.write
      --grant http.fetch:api.example.org. Settings are strings, or JSON: --set 'topics=["a","b"]'.
      install, list, logs and remove work on the data folder, or on a server elsewhere (--url and --api-key).
      docs/plugins.md is the tutorial.
      """,
    run: { arguments in
      let known = OperationCommand.common.union(["grant", "set", "limit", "disabled"])
      let flags = try Flags(arguments, switches: ["json", "text", "disabled"], known: known)
      let rest = Array(flags.words.dropFirst())
      switch (flags.words.first, rest.count) {
      case ("new", 1): return try PluginFolder.make(named: rest[0])
      case ("check", 1): return try await PluginFolder(rest[0]).check()
      case ("test", 1): return try await PluginFolder(rest[0]).test() ? 0 : 1
      case ("install", 1): return try await PluginFolder(rest[0]).install(flags)
      case ("list", 0): return try await run("list_plugins", [:], flags)
      case ("logs", 1):
        return try await run("get_plugin_logs", ["plugin": rest[0], "limit": flags["limit"]], flags)
      case ("remove", 1): return try await run("remove_plugin", ["plugin": rest[0]], flags)
      default:
        throw UsageError(
          "Say new NAME, check DIR, test DIR, install DIR, list, logs NAME, or remove NAME.")
      }
    })

  /// Runs an operation as its own command does, with the flags that say where.
  private static func run(
    _ name: String, _ arguments: [String: String?], _ flags: Flags
  ) async throws -> Int32 {
    guard let operation = Catalogue.operation(name) else {
      throw UsageError("There is no operation \(name).")
    }
    let words = arguments.compactMap { name, value in value.map { ["--\(name)", $0] } }.flatMap { $0 }
    return try await OperationCommand(operation).run(words + flags.place)
  }
}

extension Flags {
  /// The flags that say where an operation is carried out, and how its result is shown.
  fileprivate var place: [String] {
    values.filter { OperationCommand.common.contains($0.key) }.flatMap { name, values in
      ["--" + name.replacing("_", with: "-"), values[values.count - 1]]
    }
  }
}

/// A plugin as its author keeps it: a folder.
private struct PluginFolder {
  let path: String

  init(_ path: String) { self.path = path.hasSuffix("/") ? String(path.dropLast()) : path }

  private func package() throws -> PluginPackage {
    PluginPackage(
      manifest: String(decoding: try readFile(path + "/manifest.lua"), as: UTF8.self),
      main: String(decoding: try readFile(path + "/main.lua"), as: UTF8.self))
  }

  func check() async throws -> Int32 {
    let package = try package()
    let manifest = try await Plugins().examine(package)
    Console.write("\(manifest.name) \(manifest.version): \(manifest.about)\n")
    Console.write("hooks         \(manifest.hooks.map(\.rawValue).joined(separator: ", "))\n")
    let asked = manifest.capabilities.map(\.description)
    Console.write("asks for      \(asked.isEmpty ? "nothing" : asked.joined(separator: ", "))\n")
    for (name, setting) in manifest.config.sorted(by: { $0.key < $1.key }) {
      let standard =
        setting.standard.map { ", \($0.text) if not set" } ?? (setting.isRequired ? ", required" : "")
      Console.write("setting       \(name) (\(setting.kind.rawValue)\(standard)): \(setting.about)\n")
    }
    return try await test() ? 0 : 1
  }

  /// Runs the tests in `test/`. Returns whether all passed.
  func test() async throws -> Bool {
    let files = try scripts(in: path + "/test")
    guard !files.isEmpty else { throw UsageError("There is no test: put scripts into \(path)/test.") }
    let bench = PluginBench(try package()) { ReferenceStore() }
    var failures = 0
    var count = 0
    for file in files {
      let source = String(decoding: try readFile("\(path)/test/\(file)"), as: UTF8.self)
      for outcome in try await bench.run(source, file: "test/\(file)") {
        count += 1
        Console.write("\(outcome.failure == nil ? "ok  " : "FAIL") \(outcome.test)\n")
        guard let failure = outcome.failure else { continue }
        failures += 1
        Console.write("       \(failure)\n")
        for line in outcome.log { Console.write("       printed: \(line)\n") }
      }
    }
    Console.write(failures == 0 ? "\(count) tests passed.\n" : "\(failures) of \(count) tests failed.\n")
    return failures == 0
  }

  func install(_ flags: Flags) async throws -> Int32 {
    let package = try package()
    let manifest = try await Plugins().examine(package)
    var config: JSONObject = [:]
    for pair in flags.values["set"] ?? [] {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else { throw UsageError("--set takes NAME=VALUE, not “\(pair)”.") }
      let isText = manifest.config[parts[0]]?.kind == .string
      config[parts[0]] = isText ? .string(parts[1]) : (try? JSONValue(parsing: parts[1])) ?? .string(parts[1])
    }
    var words = ["--manifest", package.manifest, "--main", package.main]
    if !config.isEmpty { words += ["--settings", JSONValue.object(config).text] }
    for capability in flags.values["grant"] ?? [] { words += ["--grant", capability] }
    if flags.isSet("disabled") { words += ["--enabled", "false"] }
    guard let operation = Catalogue.operation("install_plugin") else { return 1 }
    return try await OperationCommand(operation).run(words + flags.place)
  }

  /// Makes a folder with a plugin that works.
  static func make(named name: String) throws -> Int32 {
    let folder = name.split(separator: "/").last.map(String.init) ?? name
    guard !folder.isEmpty,
      folder.utf8.allSatisfy({ $0 == 45 || $0 == 95 || (48...57).contains($0) || (97...122).contains($0) })
    else { throw UsageError("A plugin's name has lower-case letters, digits, “_” and “-” only.") }
    for directory in [name, name + "/test", name + "/types"] where mkdir(directory, 0o755) != 0 {
      throw UsageError("Cannot make the folder \(directory): \(String(cString: strerror(errno))).")
    }
    for (file, text) in PluginTemplate.files(named: folder) {
      try writeFile("\(name)/\(file)", Array(text.utf8), mode: 0o644)
    }
    Console.write(
      """
      Made \(name). It works as it stands:
        mneme plugin check \(name)
        mneme plugin install \(name) --grant memory.write --grant log

      """)
    return 0
  }

  private func scripts(in folder: String) throws -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".lua"), !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
