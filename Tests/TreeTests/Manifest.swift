internal import Foundation

/// The targets of the package, read from Package.swift.
struct Manifest: Sendable {
  struct Target: Sendable, Hashable {
    /// `module`, `c`, `system`, `executableTarget`, `tests`, …
    var kind: String
    var name: String
    var needs: [String]

    /// Whether it is a part of the product, rather than a test or a tool for one.
    var isProduct: Bool {
      !isElsewhere && ["module", "c", "system", "systemLibrary", "executableTarget"].contains(kind)
    }
    /// Whether it says where it lies: outside of Sources.
    var isElsewhere: Bool
  }

  var targets: [Target]

  static let project = Manifest(Tree.text("Package.swift"))

  /// Reads calls such as `module("Engine", needs: ["Model"])` from the list of targets on.
  init(_ text: String) {
    let list = text.range(of: "let package = Package(").map { text[$0.lowerBound...] } ?? ""
    let call =
      #/\b(?<kind>module|c|system|tests|testSupport|fuzzer|executableTarget|systemLibrary)\(\s*(?:name:\s*)?"(?<name>[^"]+)"/#
    let calls = list.matches(of: call)
    targets = zip(calls, calls.dropFirst().map(\.range.lowerBound) + [list.endIndex]).map { call, end in
      let rest = list[call.range.upperBound..<end]
      let needs = rest.firstMatch(of: #/(?:needs|dependencies|of):\s*\[(?<list>[^\]]*)\]/#)?.output.list ?? ""
      return Target(
        kind: String(call.output.kind), name: String(call.output.name),
        needs: needs.matches(of: #/"([^"]+)"/#).map { String($0.output.1) },
        isElsewhere: rest.contains("path:"))
    }
  }
}
