// swift-tools-version: 6.3
import PackageDescription

// The rules that every target is compiled under: Swift 6 language mode, the upcoming features that make imports
// and existentials explicit, and no warning left standing.
let house: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

/// A Swift module of the project. Arrows point down: see Sources/README.md.
func module(_ name: String, needs: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: needs, exclude: [], swiftSettings: house)
}

/// C code of the project: shims for what Swift cannot import, and kernels.
func c(_ name: String, link: [String] = []) -> Target {
  .target(name: name, cSettings: [.define("_GNU_SOURCE")], linkerSettings: link.map { .linkedLibrary($0) })
}

/// A system library from a Debian package, found with pkg-config.
func system(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// The tests of one module.
func tests(_ name: String, of needs: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: needs, exclude: exclude, swiftSettings: house)
}

/// A fuzzer in Fuzz/. It has no `main` of its own, so it only links with `--sanitize=fuzzer`, and is part of the
/// package only when MNEME_FUZZ is set.
func fuzzer(_ name: String, of needs: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: needs, path: "Fuzz/\(name)", exclude: ["corpus"],
    swiftSettings: house + [.unsafeFlags(["-parse-as-library"])])
}

/// What several test targets share.
func testSupport(_ name: String, needs: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: needs, path: "Tests/\(name)", swiftSettings: house)
}

let package = Package(
  name: "mneme",
  targets: [
    // C
    c("CPlatform"),
    system("COpenSSL", pkgConfig: "openssl", apt: "libssl-dev"),
    system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    system("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),

    // Foundations
    module("Threads", needs: ["CPlatform"]),
    module("JSON"),

    // Model and ports
    module("Model", needs: ["JSON", "Threads"]),
    module("Storage", needs: ["Model"]),

    // Use cases
    module("Identity", needs: ["Model", "COpenSSL"]),
    module("Engine", needs: ["Identity", "JSON", "Model", "Storage"]),
    module("Operations", needs: ["Engine", "Identity", "JSON", "Model", "Storage"]),

    // Adapters
    module("StorageSQLite", needs: ["Storage", "Model", "JSON", "Threads", "CSQLite"]),
    module("StorageReference", needs: ["Storage", "Model", "JSON"]),

    // Clients
    module("WebClient", needs: ["CCurl", "Threads"]),

    // Doors
    module("HTTPServer", needs: ["CPlatform", "COpenSSL", "Threads"]),
    module(
      "MCP",
      needs: ["CPlatform", "Engine", "HTTPServer", "Identity", "JSON", "Model", "Operations", "Threads"]),
    module("REST", needs: ["Engine", "HTTPServer", "Identity", "JSON", "Model", "Operations"]),

    // Composition
    module(
      "Platform",
      needs: [
        "Engine", "HTTPServer", "Identity", "JSON", "Model", "Operations", "REST", "Storage",
        "StorageSQLite",
      ]),
    .executableTarget(
      name: "mneme",
      dependencies: [
        "Engine", "HTTPServer", "Identity", "JSON", "Model", "Operations", "Platform", "Storage",
        "StorageSQLite", "Threads", "WebClient",
      ], swiftSettings: house),

    // Tests
    testSupport("TestSupport", needs: ["Model", "Threads"]),
    testSupport(
      "StorageContract",
      needs: ["TestSupport", "Storage", "StorageReference", "StorageSQLite", "Model", "JSON", "Threads"]),
    .executableTarget(
      name: "StoreWriter", dependencies: ["StorageSQLite", "Storage", "Model", "TestSupport"],
      path: "Tests/StoreWriter", swiftSettings: house),
    tests("ThreadsTests", of: ["Threads"]),
    tests("JSONTests", of: ["JSON"]),
    tests(
      "MCPTests",
      of: [
        "Engine", "HTTPServer", "Identity", "JSON", "MCP", "Model", "Operations", "StorageReference",
        "TestSupport",
        "Threads",
      ]),
    tests("HTTPServerTests", of: ["HTTPServer", "Threads"]),
    tests("ModelTests", of: ["Model", "JSON", "TestSupport"]),
    tests(
      "StorageSQLiteTests",
      of: [
        "StorageContract", "StorageSQLite", "StorageReference", "Storage", "Model", "JSON", "Threads",
        "CSQLite",
        "TestSupport", "StoreWriter",
      ]),
  ],
  swiftLanguageModes: [.v6]
)

// Fuzzers have no `main`, so they only link with `--sanitize=fuzzer`: `./mneme fuzz` asks for them.
if Context.environment["MNEME_FUZZ"] != nil {
  package.targets += [
    fuzzer("FuzzJSON", of: ["JSON"])
  ]
}

// Programs that measure: `./mneme bench` asks for them.
if Context.environment["MNEME_BENCH"] != nil {
  package.targets += [
    .executableTarget(
      name: "BenchHTTP", dependencies: ["HTTPServer"], path: "Bench/BenchHTTP", swiftSettings: house)
  ]
}
