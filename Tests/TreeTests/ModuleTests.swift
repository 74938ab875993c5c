internal import Testing

/// The modules and the arrows between them.
@Suite struct ModuleTests {
  /// From the bottom up. A module depends on modules of lower layers, or of its own layer where the order says so.
  static let layers: [(name: String, modules: [String])] = [
    (
      "C",
      ["CArgon2", "CKernels", "CPlatform", "COpenSSL", "CCurl", "CSQLite", "CLua", "CStemmer", "CLuaBridge"]
    ),
    ("foundations", ["Threads", "JSON", "LuaRuntime", "WebClient", "Secrets"]),
    ("indexes and models", ["Vectors", "Keywords", "Inference", "RemoteModels"]),
    ("model", ["Model"]),
    ("ports", ["Storage"]),
    ("adapters", ["StorageSQLite", "StorageReference"]),
    ("use cases", ["Graph", "Identity", "Retrieval", "Engine"]),
    ("scripts", ["PluginHost"]),
    ("operations", ["Operations"]),
    ("doors", ["HTTPServer", "Authorization", "MCP", "REST"]),
    ("composition", ["Platform"]),
    ("executables", ["mneme", "embed-bench", "keyword-bench", "vector-bench"]),
  ]

  static let products = Manifest.project.targets.filter(\.isProduct)

  static func place(of module: String) -> (layer: Int, position: Int)? {
    for (layer, entry) in layers.enumerated() {
      if let position = entry.modules.firstIndex(of: module) { return (layer, position) }
    }
    return nil
  }

  @Test func `the manifest was understood`() throws {
    let engine = try #require(Manifest.project.targets.first { $0.name == "Engine" })
    #expect(engine.kind == "module")
    #expect(engine.needs.contains("Storage"))
    #expect(Manifest.project.targets.contains { $0.name == "mneme" && $0.isProduct })
    #expect(Manifest.project.targets.contains { $0.name == "TreeTests" && !$0.isProduct })
    for target in Manifest.project.targets where target.isProduct {
      #expect(
        Tree.files.contains { $0.hasPrefix("Sources/\(target.name)/") }, "\(target.name) has no sources")
    }
    let folders = Set(Tree.files.filter { $0.hasPrefix("Sources/") }.map { $0.split(separator: "/")[1] })
    for folder in folders where folder != "README.md" {
      #expect(Self.products.contains { $0.name == folder }, "Sources/\(folder) is no target of Package.swift")
    }
  }

  @Test func `arrows point down`() {
    for target in Self.products {
      guard let here = Self.place(of: target.name) else {
        Issue.record("\(target.name) has no layer. Give it one in ModuleTests.layers.")
        continue
      }
      for need in target.needs {
        guard let there = Self.place(of: need) else { continue }
        #expect(there < here, "\(target.name) depends on \(need), which is above it")
      }
    }
  }

  @Test func `the engine and what is under it know no adapter, and adapters know no engine`() {
    let adapters = ["StorageSQLite", "StorageReference"]
    let composers = ["Platform", "mneme"]
    for target in Self.products where !composers.contains(target.name) {
      for adapter in adapters { #expect(!target.needs.contains(adapter), "\(target.name) knows \(adapter)") }
    }
  }

  @Test func `an import names a declared dependency`() {
    let own = Set(Manifest.project.targets.map(\.name))
    for target in Manifest.project.targets where target.isProduct {
      for file in Tree.files(".swift", in: "Sources/\(target.name)/") {
        for match in Tree.text(file).matches(of: #/(?m)^(?:@\S+ )*(?:\w+ )?import (\w+)$/#) {
          let module = String(match.output.1)
          #expect(!own.contains(module) || target.needs.contains(module), "\(file) imports \(module)")
        }
      }
    }
  }

  @Test func `only the engine makes scopes and callers`() {
    // Where they are declared, and where they are made.
    let allowed = ["Sources/Engine/", "Tests/"]
    for file in Tree.files(".swift") where !allowed.contains(where: file.hasPrefix) {
      let imports = Tree.text(file).matches(of: #/(?m)^@_spi\(ScopeMaking\).*import/#)
      #expect(imports.isEmpty, "\(file) imports the SPI that makes scopes")
    }
  }

  @Test func `no module contains a type of its own name`() throws {
    for target in Self.products {
      for file in Tree.files(".swift", in: "Sources/\(target.name)/") {
        let declaration = try Regex(
          #"(?m)^\s*(\w+ )*(struct|class|enum|actor|protocol|typealias) \#(target.name)\b"#)
        #expect(Tree.text(file).firstMatch(of: declaration) == nil, "\(file) names a type like its module")
      }
    }
  }

  @Test func `the tour names every module, and no other`() {
    let tour = Tree.text("Sources/README.md")
    let rows = tour.split(separator: "\n").filter { $0.hasPrefix("| `") }
    let named = rows.flatMap { row in
      (row.split(separator: "|").first ?? "").matches(of: #/`([^`]+)`/#).map { String($0.output.1) }
    }
    #expect(Set(named).count == named.count, "a module is named twice")
    #expect(Set(named) == Set(Self.products.map(\.name)))
  }
}
