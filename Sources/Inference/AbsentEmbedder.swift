/// The place of a model that cannot be used as it was set up: its vectors are known for what they are, and every call
/// says what is missing.
public struct AbsentEmbedder: Embedder {
  public let model: ModelIdentity
  private let reason: String

  public init(_ model: ModelIdentity, because reason: String) {
    self.model = model
    self.reason = reason
  }

  public func embed(
    _ texts: [String], as kind: TextKind, priority: EmbeddingPriority
  ) async throws(InferenceError) -> [Embedding] { throw .unavailable(reason) }
}
