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

let package = Package(
  name: "mneme",
  targets: [
    // C
    c("CKernels"),
    c("CPlatform"),

    // Foundations
    module("Threads", needs: ["CPlatform"]),

    // Ports
    module("Inference", needs: ["CKernels", "Threads"]),

    // Tests
    tests("InferenceTests", of: ["CKernels", "Inference", "Threads"], exclude: ["Fixtures", "reference"]),
    tests("ThreadsTests", of: ["Threads"]),
  ],
  swiftLanguageModes: [.v6]
)
