/// A language model that answers a question in words.
public protocol Judge: Sendable {
  /// The model's answer to `question`.
  func answer(_ question: JudgeQuestion) async throws(InferenceError) -> String
}

/// What a language model is asked.
public struct JudgeQuestion: Sendable, Hashable {
  /// What it is and how it should answer.
  public var instructions: String
  public var prompt: String
  /// The longest answer, in tokens.
  public var tokens: Int

  public init(instructions: String = "", prompt: String, tokens: Int = 500) {
    self.instructions = instructions
    self.prompt = prompt
    self.tokens = tokens
  }
}
