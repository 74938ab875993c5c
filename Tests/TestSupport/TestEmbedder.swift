public import Inference
internal import Threads

/// A model whose vectors can be foretold: a text is about the letters that it begins its words with.
///
/// It can be told to be away, and refuses texts with the word “unspeakable”.
public final class TestEmbedder: Embedder {
  public static let model = ModelIdentity(name: "test-model", version: "1", dimensions: 32)

  public let model: ModelIdentity
  private let state = Lock((isAway: false, calls: 0))

  public init(_ model: ModelIdentity = TestEmbedder.model) { self.model = model }

  /// From now on, it does not answer, or does again.
  public func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }

  /// How many texts it was asked for.
  public var calls: Int { state.withLock { $0.calls } }

  public func embed(
    _ texts: [String], as kind: TextKind, priority: EmbeddingPriority
  ) async throws(InferenceError) -> [Embedding] {
    let isAway = state.withLock { state in
      state.calls += texts.count
      return state.isAway
    }
    if isAway { throw .unavailable("out for lunch") }
    if texts.contains(where: { $0.contains("unspeakable") }) { throw .refused("a word is not to be said") }
    return try texts.map { text throws(InferenceError) in
      var values = [Float](repeating: 0, count: model.dimensions)
      for word in text.lowercased().split(whereSeparator: { !$0.isLetter }) {
        for scalar in word.unicodeScalars.prefix(1) { values[Int(scalar.value) % values.count] += 1 }
      }
      guard let embedding = Embedding(normalizing: values) else { throw .malformedAnswer("not finite") }
      return embedding
    }
  }
}
