public import JSON

/// How an operation looks on a command line.
public struct Command: Sendable {
  /// Arguments that need no flag, in their order. Everything else is a flag: `--context-id`.
  public let positionals: [String]
  /// A line that works as it stands.
  public let example: String
  /// Fills in what a person leaves out and a program would not.
  public let complete: @Sendable (JSONObject) -> JSONObject

  public init(
    _ positionals: String..., example: String,
    complete: @escaping @Sendable (JSONObject) -> JSONObject = { $0 }
  ) {
    self.positionals = positionals
    self.example = example
    self.complete = complete
  }
}
