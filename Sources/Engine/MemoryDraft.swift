public import JSON
public import Model

/// What a new memory should be.
public struct MemoryDraft: Sendable {
  public var summary: String
  public var content: String
  public var type: String
  public var contextSummary: String?
  public var details: JSONObject = [:]
  public var importance = 0.5
  public var tags: [String] = []
  public var metadata: JSONObject = [:]
  public var delivery = Delivery.onRecall
  public var sourceURI: String?
  public var sourceType: String?
  /// Memories to link to, by id.
  public var linked: [String] = []
  /// Memories to link to, by their source URI. One that nobody has is passed over.
  public var linkedSourceURIs: [String] = []
  /// Memories that this one replaces.
  public var supersedes: [String] = []
  /// Two writes with the same key make one memory.
  public var idempotencyKey: String?
  /// Whether a living memory of the same text is returned instead of writing a second.
  public var skipsDuplicate = false

  public init(summary: String, content: String, type: String) {
    self.summary = summary
    self.content = content
    self.type = type
  }
}

/// What became of a draft.
public struct Remembered: Sendable {
  public var memory: Memory
  /// Whether the memory was there before: a repeated idempotency key, or a duplicate that was skipped.
  public var wasKnown: Bool
  /// Advice on how to write it so that it is found more easily.
  public var lint: [LintHint]
  /// Whether it is found by meaning already; nil where nothing is, or when the memory was there before.
  public var embedding: EmbeddingState?
}

/// Whether a memory has its vector.
public enum EmbeddingState: String, Sendable, Hashable, CaseIterable {
  case ready
  /// The model did not answer. Until a job has caught up, the memory is found by its words.
  case pending
}
