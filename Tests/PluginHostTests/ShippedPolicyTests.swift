import Engine
import Foundation
import Model
import Retrieval
import TestSupport
import Testing

@testable import PluginHost

@Suite struct ShippedPolicyTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The Lua files of the folder `policies`, by path without the ending.
  private static func files() throws -> [String: String] {
    var files: [String: String] = [:]
    for kind in PolicyKind.allCases {
      let place = folder.appending(path: "policies/\(kind.rawValue)")
      let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
      for name in names where name.hasSuffix(".lua") {
        files["\(kind.rawValue)/\(name.dropLast(4))"] = try String(
          contentsOf: place.appending(path: name), encoding: .utf8)
      }
    }
    return files
  }

  @Test func `the program carries the files of the folder`() throws {
    let files = try Self.files()
    let swift = Self.folder.appending(path: "Sources/PluginHost/Policies/ShippedPolicies.swift")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
      var text = """
        /// The files of the folder `policies`, as the program carries them. Made by a test:
        /// RECORD_SNAPSHOTS=1 ./mneme test ShippedPolicyTests
        enum ShippedPolicies {
          static let files: [String: String] = [

        """
      for (name, source) in files.sorted(by: { $0.key < $1.key }) {
        text += "    \"\(name)\": #\"\"\"\n"
        for line in source.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
          text += line.isEmpty ? "\n" : "      \(line)\n"
        }
        text += "\n      \"\"\"#,\n"
      }
      try (text + "  ]\n}\n").write(to: swift, atomically: true, encoding: .utf8)
    } else {
      #expect(ShippedPolicies.files == files)
    }
  }

  @Test(arguments: ShippedPolicies.files.keys.sorted())
  func `each passes its check, and says what it is for`(path: String) async throws {
    let parts = path.split(separator: "/")
    let kind = try #require(PolicyKind(rawValue: String(parts[0])))
    let source = try #require(ShippedPolicies.files[path])
    #expect(await Judge.host.problem(with: source, named: path, kind: kind, in: Judge.question.scope) == nil)
    #expect(source.hasPrefix("-- "))
    let shipped = try #require(
      Judge.host.shippedPolicies.first { $0.name == String(parts[1]) && $0.kind == kind })
    #expect(shipped.reason.count > 60)
  }

  @Test func `the shipped score is that of the reference, to the last digits`() async {
    var random = SeededRandom(seed: 11)
    for _ in 0..<40 {
      let candidates = (0..<30).map { _ in Judge.candidate(&random) }
      let lua = await Judge.host.scores(of: candidates, for: Judge.question)
      let swift = await DefaultJudgement().scores(of: candidates, for: Judge.question)
      #expect(lua.fault == nil)
      #expect(lua.formula == DefaultJudgement.formula)
      for (one, other) in zip(lua.scores, swift.scores) { #expect(abs(one - other) < 1e-12) }
    }
  }

  /// What a policy is for, as two memories of which the first should win.
  struct Preference: Sendable, CustomTestStringConvertible {
    var name: String
    var relevance: Double
    var better: @Sendable (inout Judge.Sketch) -> Void
    var other: @Sendable (inout Judge.Sketch) -> Void

    init(
      _ name: String, _ relevance: Double, _ better: @escaping @Sendable (inout Judge.Sketch) -> Void,
      _ other: @escaping @Sendable (inout Judge.Sketch) -> Void
    ) {
      (self.name, self.relevance, self.better, self.other) = (name, relevance, better, other)
    }

    var testDescription: String { name }
  }

  static let preferences: [Preference] = [
    Preference("recency-heavy", 0.8, { $0.age = 1 }, { $0.age = 60 }),
    Preference("evergreen", 0.85, { ($0.age, $0.signals.importance) = (900, 0.9) }, { $0.age = 1 }),
    Preference("code", 0.8, { $0.signals.entities = 1 }, { $0.signals.entities = 0 }),
    Preference("support-desk", 0.8, { $0.signals.feedback = 0.9 }, { $0.signals.feedback = 0.1 }),
    Preference("importance-first", 0.8, { $0.signals.importance = 1 }, { $0.signals.importance = 0.1 }),
    Preference("feedback-trained", 0.8, { $0.signals.feedback = 0.8 }, { _ in }),
    Preference("most-used", 0.8, { $0.signals.usage = 1 }, { _ in }),
    Preference("seasonal", 0.8, { $0.age = 366 }, { $0.age = 180 }),
    Preference("author-trust", 0.5, { $0.signals.trust = 1 }, { $0.signals.trust = 0.1 }),
    Preference("brief-first", 0.95, { $0.signals.length = 1 }, { $0.signals.length = 0.2 }),
    Preference("graph-heavy", 0.8, { $0.signals.graph = 1 }, { $0.signals.graph = 0.1 }),
    Preference("meaning-only", 0.8, { $0.signals.semantic = 1 }, { $0.signals.semantic = 0.4 }),
  ]

  @Test(arguments: preferences) func `each prefers what it is for`(preference: Preference) async throws {
    var (first, second) = (Judge.Sketch(), Judge.Sketch())
    (first.signals.relevance, second.signals.relevance) = (preference.relevance, 0.85)
    preference.better(&first)
    preference.other(&second)
    let source = try #require(ShippedPolicies.files["scoring/\(preference.name)"])
    let verdict = await Judge.host.judgement(by: source, named: preference.name, kind: .scoring)
      .scores(of: [first.candidate, second.candidate], for: Judge.question)
    #expect(verdict.fault == nil)
    #expect(verdict.scores[0] > verdict.scores[1])
  }
}
