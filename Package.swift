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

let fuzzers: [Target] =
  Context.environment["MNEME_FUZZ"] == nil
  ? []
  : [
    fuzzer("FuzzJSON", of: ["JSON"])
  ]

let package = Package(
  name: "mneme",
  targets: [
    // C
    c("CPlatform"),

    // Foundations
    module("Threads", needs: ["CPlatform"]),
    module("JSON"),

    // Tests
    tests("ThreadsTests", of: ["Threads"]),
    tests("JSONTests", of: ["JSON"]),
  ] + fuzzers,
  swiftLanguageModes: [.v6]
)
