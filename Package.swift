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

/// What several test targets share.
func testSupport(_ name: String, needs: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: needs, path: "Tests/\(name)", swiftSettings: house)
}

let package = Package(
  name: "mneme",
  targets: [
    // C
    c("CPlatform"),
    system("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),

    // Foundations
    module("Threads", needs: ["CPlatform"]),
    module("JSON"),

    // Model and ports
    module("Model", needs: ["JSON", "Threads", "CPlatform"]),
    module("Storage", needs: ["Model"]),

    // Adapters
    module("StorageSQLite", needs: ["Storage", "Model", "JSON", "Threads", "CSQLite"]),
    module("StorageReference", needs: ["Storage", "Model", "JSON"]),

    // Tests
    testSupport("TestSupport", needs: ["Storage", "Model", "Threads"]),
    testSupport(
      "StorageContract",
      needs: ["TestSupport", "Storage", "StorageReference", "StorageSQLite", "Model", "JSON", "Threads"]),
    .executableTarget(
      name: "StoreWriter", dependencies: ["StorageSQLite", "Storage", "Model", "TestSupport"],
      path: "Tests/StoreWriter", swiftSettings: house),
    tests("ThreadsTests", of: ["Threads"]),
    tests("JSONTests", of: ["JSON"]),
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
