internal import FoundationEssentials

/// A folder of its own for one test, removed with all its files when the test lets go of it.
public final class TemporaryFolder: Sendable {
  public let path: String

  /// Makes the folder.
  public init() throws {
    var random = SystemRandomNumberGenerator()
    path = FileManager.default.temporaryDirectory.path + "/mneme-test-" + String(random.next(), radix: 36)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in the folder.
  public func file(_ name: String) -> String { "\(path)/\(name)" }
}
