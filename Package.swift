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
///
/// One that `computes` is optimised in debug builds too: its tests would take minutes otherwise. Its checks stay in.
func module(_ name: String, needs: [Target.Dependency] = [], computes: Bool = false) -> Target {
  .target(
    name: name, dependencies: needs, exclude: [],
    swiftSettings: house + (computes ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : []))
}

/// C code of the project: shims for what Swift cannot import, and kernels.
///
/// The thread sanitizer keeps a stack of its own per thread, which a longjmp out of a library that it does not know
/// (Lua's errors) would leave to overflow; so functions do not announce themselves to it. It still sees every access.
func c(_ name: String, needs: [Target.Dependency] = [], path: String? = nil, link: [String] = []) -> Target {
  .target(
    name: name, dependencies: needs, path: path,
    cSettings: [
      .define("_GNU_SOURCE"), .unsafeFlags(["-O2"], .when(configuration: .debug)),
      .unsafeFlags(["-mllvm", "-tsan-instrument-func-entry-exit=0"]),
    ],
    linkerSettings: link.map { .linkedLibrary($0) })
}

/// A system library from a Debian package, found with pkg-config.
func system(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// The tests of one module.
func tests(_ name: String, of needs: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: needs, exclude: exclude, swiftSettings: house)
}

/// A fuzzer in Fuzz/, which is part of the package only when MNEME_FUZZ is set: it has no `main` of its own and
/// links only with the fuzzer's. Build it with the address sanitizer, like this (two `--sanitize` options would
/// end in either, by chance), and run it with a folder for what it finds before the folder of its corpus:
///
///     MNEME_FUZZ=1 swift build -c release --product FuzzJSON --scratch-path .build-fuzz \
///       --sanitize=fuzzer -Xswiftc -sanitize=fuzzer,address
///     SWIFT_BACKTRACE=enable=no .build-fuzz/release/FuzzJSON -max_total_time=60 .build-fuzz/found Fuzz/FuzzJSON/corpus
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
    c("CKernels"),
    c("CPlatform"),
    system("COpenSSL", pkgConfig: "openssl", apt: "libssl-dev"),
    system("CArgon2", pkgConfig: "libargon2", apt: "libargon2-dev"),
    system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    system("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
    system("CLua", pkgConfig: "lua5.4", apt: "liblua5.4-dev"),
    c("CLuaBridge", needs: ["CLua"]),
    .systemLibrary(name: "CStemmer", providers: [.apt(["libstemmer-dev"])]),

    // Foundations
    module("Threads", needs: ["CPlatform"]),
    module("JSON", computes: true),
    module("LuaRuntime", needs: ["CLuaBridge", "JSON", "Threads"]),

    // Indexes
    module("Vectors", needs: ["CKernels", "Threads"], computes: true),
    module("Keywords", needs: ["CKernels", "CStemmer", "Threads"], computes: true),

    // Model and ports
    module("Model", needs: ["JSON", "Threads"]),
    module("Storage", needs: ["JSON", "Model"]),
    module("Inference", needs: ["CKernels", "Threads"], computes: true),

    // Use cases
    module("Secrets", needs: ["COpenSSL"]),
    module("Identity", needs: ["CArgon2", "COpenSSL", "Model", "Threads"]),
    module("Retrieval", needs: ["Inference", "JSON", "Keywords", "Model", "Storage", "Threads", "Vectors"]),
    module("Graph", needs: ["Model", "Storage"], computes: true),
    module(
      "Engine", needs: ["Graph", "Identity", "Inference", "JSON", "Model", "Retrieval", "Storage", "Threads"]),
    module(
      "PluginHost",
      needs: [
        "Engine", "Identity", "Inference", "JSON", "LuaRuntime", "Model", "Retrieval", "Storage", "Threads",
        "WebClient",
      ]),
    module("Operations", needs: ["Engine", "Graph", "Identity", "Inference", "JSON", "Model", "Storage"]),

    // Adapters
    module("StorageSQLite", needs: ["Storage", "Model", "JSON", "Threads", "CSQLite"]),
    module("StorageReference", needs: ["Storage", "Model", "JSON"]),

    // Clients
    module("WebClient", needs: ["CCurl", "Threads"]),
    module("RemoteModels", needs: ["Inference", "JSON", "Threads", "WebClient"]),

    // Doors
    module("HTTPServer", needs: ["CPlatform", "COpenSSL", "Threads"]),
    module(
      "Authorization",
      needs: ["Engine", "HTTPServer", "Identity", "JSON", "Model", "Storage", "Threads", "WebClient"]),
    module(
      "MCP",
      needs: [
        "CPlatform", "Engine", "HTTPServer", "Identity", "JSON", "Model", "Operations", "Storage", "Threads",
      ]),
    module("REST", needs: ["Engine", "HTTPServer", "Identity", "JSON", "Model", "Operations"]),

    // Composition
    module(
      "Platform",
      needs: [
        "Authorization", "Engine", "HTTPServer", "Identity", "Inference", "JSON", "LuaRuntime", "MCP",
        "Model",
        "Operations", "PluginHost", "REST", "RemoteModels", "Secrets", "WebClient",
        "Retrieval", "Storage", "StorageSQLite", "Threads",
      ]),
    .executableTarget(
      name: "mneme",
      dependencies: [
        "Engine", "HTTPServer", "Identity", "Inference", "JSON", "MCP", "Model", "Operations", "Platform",
        "PluginHost",
        "Secrets", "Storage",
        "StorageReference", "StorageSQLite", "Threads", "WebClient",
      ], swiftSettings: house),

    // Tests
    testSupport("TestSupport", needs: ["Inference", "Storage", "Model", "Threads"]),
    testSupport(
      "StorageContract",
      needs: ["TestSupport", "Storage", "StorageReference", "StorageSQLite", "Model", "JSON", "Threads"]),
    .executableTarget(
      name: "StoreWriter", dependencies: ["StorageSQLite", "Storage", "Model", "TestSupport"],
      path: "Tests/StoreWriter", swiftSettings: house),
    tests("InferenceTests", of: ["CKernels", "Inference", "Threads"], exclude: ["Fixtures", "reference"]),
    tests("ThreadsTests", of: ["Threads"]),
    tests("JSONTests", of: ["JSON"]),
    tests(
      "MCPTests",
      of: [
        "Engine", "HTTPServer", "Identity", "JSON", "MCP", "Model", "Operations", "StorageReference",
        "TestSupport",
        "Threads",
      ]),
    tests("HTTPServerTests", of: ["HTTPServer", "Threads", "COpenSSL"]),
    tests("ModelTests", of: ["Model", "JSON", "TestSupport"]),
    tests(
      "EngineTests",
      of: [
        "Engine", "Identity", "Inference", "JSON", "Model", "Storage", "StorageReference", "StorageSQLite",
        "TestSupport", "Threads",
      ],
      exclude: ["__Snapshots__"]),
    tests(
      "OperationsTests",
      of: [
        "Engine", "Identity", "Inference", "JSON", "Model", "Operations", "PluginHost", "Storage",
        "StorageReference",
        "StorageSQLite", "TestSupport", "WebClient",
      ]),
    tests(
      "AuthorizationTests",
      of: [
        "Authorization", "Engine", "HTTPServer", "Identity", "JSON", "Model", "Storage", "StorageReference",
        "TestSupport", "Threads", "WebClient",
      ]),
    tests(
      "PluginHostTests",
      of: [
        "Engine", "HTTPServer", "Identity", "Inference", "JSON", "LuaRuntime", "Model", "Operations",
        "PluginHost", "Retrieval", "Storage", "StorageReference", "StorageSQLite", "TestSupport", "Threads",
        "WebClient",
      ]),
    tests("GraphTests", of: ["Graph", "Model", "Storage", "TestSupport"]),
    tests("TreeTests", of: []),
    tests(
      "StorageSQLiteTests",
      of: [
        "StorageContract", "StorageSQLite", "StorageReference", "Storage", "Model", "JSON", "Threads",
        "CSQLite",
        "TestSupport", "StoreWriter",
      ]),
    tests("WebClientTests", of: ["HTTPServer", "TestSupport", "Threads", "WebClient"]),
    tests(
      "RemoteModelsTests", of: ["Inference", "JSON", "RemoteModels", "TestSupport", "Threads", "WebClient"]),
    tests(
      "RetrievalTests",
      of: [
        "Inference", "JSON", "Model", "Retrieval", "Storage", "StorageContract", "StorageReference",
        "TestSupport",
        "Threads",
      ]),
    tests("SecretsTests", of: ["Secrets", "TestSupport"]),
    tests("VectorsTests", of: ["CKernels", "Threads", "Vectors"]),
    tests("KeywordsTests", of: ["CKernels", "Keywords", "Threads"]),
    c("CLuaReference", needs: ["CLua"], path: "Tests/CLuaReference"),
    tests("LuaRuntimeTests", of: ["CLuaReference", "JSON", "LuaRuntime"]),
  ],
  swiftLanguageModes: [.v6]
)

// Fuzzers have no `main`, so they only link with `--sanitize=fuzzer`: `./mneme fuzz` asks for them.
if Context.environment["MNEME_FUZZ"] != nil {
  package.targets += [
    fuzzer("FuzzJSON", of: ["JSON"]),
    fuzzer("FuzzHTTP", of: ["HTTPServer"]),
    fuzzer("FuzzTokens", of: ["Keywords"]),
  ]
}

// Programs that measure: `./mneme bench` asks for them.
if Context.environment["MNEME_BENCH"] != nil {
  package.targets += [
    .executableTarget(name: "vector-bench", dependencies: ["Vectors"], swiftSettings: house),
    .executableTarget(name: "embed-bench", dependencies: ["Inference"], swiftSettings: house),
    .executableTarget(name: "keyword-bench", dependencies: ["Keywords"], swiftSettings: house),
    .executableTarget(
      name: "EchoServer", dependencies: ["HTTPServer", "JSON"], path: "Benchmarks/EchoServer",
      swiftSettings: house),
  ]
}
