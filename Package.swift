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
func c(_ name: String, needs: [Target.Dependency] = [], path: String? = nil, link: [String] = []) -> Target {
  .target(
    name: name, dependencies: needs, path: path, cSettings: [.define("_GNU_SOURCE")],
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

let package = Package(
  name: "mneme",
  targets: [
    // C
    c("CPlatform"),
    system("COpenSSL", pkgConfig: "openssl", apt: "libssl-dev"),
    system("CLua", pkgConfig: "lua5.4", apt: "liblua5.4-dev"),
    c("CLuaBridge", needs: ["CLua"]),

    // Foundations
    module("Threads", needs: ["CPlatform"]),
    module("JSON"),
    module("LuaRuntime", needs: ["CLuaBridge", "JSON", "Threads"]),

    // Model and ports
    module("Model", needs: ["JSON", "Threads"]),
    module("Storage", needs: ["Model"]),

    // Use cases
    module("Identity", needs: ["Model", "COpenSSL"]),
    module("Engine", needs: ["Identity", "JSON", "Model", "Storage"]),
    module("Operations", needs: ["Engine", "Identity", "JSON", "Model", "Storage"]),

    // Tests
    tests("ThreadsTests", of: ["Threads"]),
    tests("JSONTests", of: ["JSON"]),
    c("CLuaReference", needs: ["CLua"], path: "Tests/CLuaReference"),
    tests("LuaRuntimeTests", of: ["CLuaReference", "JSON", "LuaRuntime"]),
  ],
  swiftLanguageModes: [.v6]
)
