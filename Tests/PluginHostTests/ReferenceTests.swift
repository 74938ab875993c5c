import Foundation
import Testing

@testable import PluginHost

/// What is written from the declarations is what lies in the project.
@Suite struct ReferenceTests {
  static let pages = [
    ("plugins/types/mneme.lua", HostReference.luaTypes), ("docs/plugin-api.md", HostReference.page),
  ]

  @Test(arguments: pages)
  func `the page is up to date`(path: String, text: String) throws {
    let file = Project.root.appending(path: path)
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let recorded = (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) }
    #expect(recorded == text, "RECORD_SNAPSHOTS=1 writes \(path) anew")
  }
}

/// The project's own files.
enum Project {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
  }

  static func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: folder).path(percentEncoded: false)
    )
    .filter { !$0.hasPrefix(".") }.sorted()
  }
}
