import Engine
import Model
import StorageReference
import Testing

@testable import PluginHost

/// The plugins that come with Mneme, each by its own tests.
@Suite struct ShippedPluginTests {
  static let names: [String] =
    (try? Project.names(in: "plugins").filter { $0 != "types" && $0 != "README.md" }) ?? []

  @Test func `there are six of them`() { #expect(Self.names.count >= 6) }

  @Test(arguments: names)
  func `a shipped plugin keeps its promises`(name: String) async throws {
    let package = PluginPackage(
      manifest: try Project.text("plugins/\(name)/manifest.lua"),
      main: try Project.text("plugins/\(name)/main.lua"))
    let manifest = try await Plugins().examine(package)
    #expect(manifest.name == name)
    let bench = PluginBench(package) { ReferenceStore() }
    var count = 0
    for file in try Project.names(in: "plugins/\(name)/test") {
      let source = try Project.text("plugins/\(name)/test/\(file)")
      for outcome in try await bench.run(source, file: file) {
        count += 1
        #expect(outcome.failure == nil, "\(outcome.test): \(outcome.failure ?? "") \(outcome.log)")
      }
    }
    #expect(count >= 3, "\(name) has \(count) tests")
    // The README shows how to install it, with every grant that it needs and every setting that it has.
    let readme = try Project.text("plugins/\(name)/README.md")
    for capability in manifest.capabilities { #expect(readme.contains("--grant \(capability)")) }
    for setting in manifest.config.keys { #expect(readme.contains("`\(setting)`"), "README of \(setting)") }
  }

  @Test func `a new plugin works as it stands`() async throws {
    let files = Dictionary(
      uniqueKeysWithValues: PluginTemplate.files(named: "my-plugin").map { ($0.file, $0.text) })
    let package = PluginPackage(
      manifest: try #require(files["manifest.lua"]), main: try #require(files["main.lua"]))
    #expect(try await Plugins().examine(package).name == "my-plugin")
    let test = try #require(files["test/my_plugin_test.lua"])
    let outcomes = try await PluginBench(package) { ReferenceStore() }.run(test, file: "test")
    #expect(outcomes.count == 2)
    for outcome in outcomes { #expect(outcome.failure == nil, "\(outcome.failure ?? "")") }
  }

  @Test func `a test that fails says where and why`() async throws {
    let package = PluginPackage(
      manifest: try Project.text("plugins/auto-tagger/manifest.lua"),
      main: try Project.text("plugins/auto-tagger/main.lua"))
    let outcomes = try await PluginBench(package) { ReferenceStore() }.run(
      "return {\n  a = function()\n    expect_equal(1, 2)\n  end,\n  b = function() expect(true) end }",
      file: "x.lua")
    #expect(outcomes.map(\.test) == ["a", "b"])
    #expect(outcomes[0].failure?.contains("x.lua:3: expected 2, found 1") == true, "\(outcomes[0])")
    #expect(outcomes[1].failure == nil)
  }
}
