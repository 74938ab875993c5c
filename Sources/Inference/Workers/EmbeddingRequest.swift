/// One call to the workers: its texts, what has come back so far, and who waits.
package final class EmbeddingRequest: @unchecked Sendable {
  // Sendable: the variables are read and written only under the lock of the queue that the request was submitted to.
  package typealias Outcome = Result<[Embedding], InferenceError>

  let texts: [String]
  package let priority: EmbeddingPriority
  /// The first text that no worker has taken.
  var taken = 0
  var missing: Int
  var embeddings: [Embedding?]
  /// Set once, when somebody waits. Taken by whoever completes the request.
  var waiter: CheckedContinuation<Outcome, Never>?
  /// Set when the request was completed or cancelled: nothing that comes later counts.
  package var isOver = false
  var isAdmitted = false

  package init(_ texts: [String], priority: EmbeddingPriority) {
    self.texts = texts
    self.priority = priority
    missing = texts.count
    embeddings = [Embedding?](repeating: nil, count: texts.count)
  }
}

/// Some of a request's texts, in the hands of one worker.
package struct TextSlice: Sendable {
  package let request: EmbeddingRequest
  package let range: Range<Int>

  var texts: ArraySlice<String> { request.texts[range] }
}

/// Somebody to be told the outcome, after the lock is released.
package struct Completion: Sendable {
  let waiter: CheckedContinuation<EmbeddingRequest.Outcome, Never>
  let outcome: EmbeddingRequest.Outcome

  func deliver() { waiter.resume(returning: outcome) }
}
