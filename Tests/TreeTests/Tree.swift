internal import Foundation

/// The files of the project, as they lie in its folder.
enum Tree {
  /// Where the project is.
  static let root: String = {
    // Tests/TreeTests/Tree.swift
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .standardizedFileURL.path(percentEncoded: false)
  }()

  /// Every file that belongs to the project, by its path from the root, in order.
  static let files: [String] = {
    var files: [String] = []
    func visit(_ folder: String) {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: root + folder)) ?? []
      for name in names.sorted() where !isForeign(name) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: root + folder + name, isDirectory: &isFolder) else {
          continue
        }
        if isFolder.boolValue { visit(folder + name + "/") } else { files.append(folder + name) }
      }
    }
    visit("")
    return files
  }()

  /// The files with this ending.
  static func files(_ ending: String, in folder: String = "") -> [String] {
    files.filter { $0.hasSuffix(ending) && $0.hasPrefix(folder) }
  }

  /// The bytes of a file.
  static func data(_ path: String) -> Data { FileManager.default.contents(atPath: root + path) ?? Data() }

  /// The text of a file; empty for one that holds no text.
  static func text(_ path: String) -> String { String(data: data(path), encoding: .utf8) ?? "" }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + path) }

  static func isExecutable(_ path: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: root + path)
  }

  /// Runs a program at the root of the tree, and returns its status and what it printed.
  static func run(_ words: String...) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = URL(filePath: root)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  /// What tools leave behind.
  private static func isForeign(_ name: String) -> Bool {
    [".git", ".cache", ".swiftpm", ".vscode", "__pycache__", ".DS_Store"].contains(name)
      || name.hasPrefix(".build")
  }
}
