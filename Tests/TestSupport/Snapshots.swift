internal import FoundationEssentials
public import Testing

/// Expects that `text` is what `__Snapshots__/<name>` beside the test holds.
///
/// With RECORD_SNAPSHOTS=1 in the environment the file is written instead: look at the difference before you commit it.
public func expectSnapshot(
  _ text: String, _ name: String, file: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  let path = "\(folder)/__Snapshots__/\(name)"
  if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
    try FileManager.default.createDirectory(
      atPath: "\(folder)/__Snapshots__", withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: path))
  }
  let recorded = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  #expect(
    text == recorded, "RECORD_SNAPSHOTS=1 accepts the change of \(name)", sourceLocation: sourceLocation)
}
