/// What waits for the workers: two lanes, bounded, first come first served within each.
///
/// A plain value without threads or clocks; ``EmbeddingWorkers`` keeps it under a lock and acts on its answers.
package struct WorkQueue {
  /// Texts that may wait at once. Bulk calls beyond are held back, interactive ones refused.
  let bulkLimit: Int
  let interactiveLimit: Int

  private var interactive: [EmbeddingRequest] = []
  private var bulk: [EmbeddingRequest] = []
  /// Bulk requests that were not admitted yet.
  private var heldBack: [EmbeddingRequest] = []
  private var interactiveTexts = 0
  private var bulkTexts = 0
  /// Interactive takes since the last one of bulk, so that a steady stream of queries cannot stop an import.
  private var inARow = 0
  private static let mostInARow = 16

  /// The size of a take, in bytes of text: about the tokens of one pass.
  private static let takeBytes = 1024

  package init(bulkLimit: Int, interactiveLimit: Int) {
    self.bulkLimit = bulkLimit
    self.interactiveLimit = interactiveLimit
  }

  package var hasWork: Bool { !interactive.isEmpty || !bulk.isEmpty }
  /// Texts that were admitted and not finished, for the status page.
  package var waitingTexts: Int { interactiveTexts + bulkTexts }

  /// Takes in a request whose waiter is set. A completion means that it is over already.
  package mutating func submit(_ request: EmbeddingRequest) -> Completion? {
    if request.isOver { return complete(request, .failure(.cancelled)) }
    switch request.priority {
    case .interactive:
      guard interactiveTexts == 0 || interactiveTexts + request.texts.count <= interactiveLimit else {
        return complete(request, .failure(.overloaded(retryAfter: nil)))
      }
      request.isAdmitted = true
      interactiveTexts += request.texts.count
      interactive.append(request)
    case .bulk:
      heldBack.append(request)
      admit()
    }
    return nil
  }

  /// Lets held-back requests in, in their order. One that is larger than the limit gets in when nothing else is there.
  private mutating func admit() {
    while let request = heldBack.first, bulkTexts == 0 || bulkTexts + request.texts.count <= bulkLimit {
      heldBack.removeFirst()
      request.isAdmitted = true
      bulkTexts += request.texts.count
      bulk.append(request)
    }
  }

  /// Hands out about as many texts as fit one pass: of several requests, if they are short. Nil if there are none.
  package mutating func take(interactiveOnly: Bool = false) -> [TextSlice]? {
    let prefersBulk = !interactiveOnly && inARow >= Self.mostInARow && !bulk.isEmpty
    if !interactive.isEmpty && !prefersBulk {
      inARow += 1
      return Self.take(from: &interactive)
    }
    guard !interactiveOnly, !bulk.isEmpty else { return nil }
    inARow = 0
    return Self.take(from: &bulk)
  }

  private static func take(from lane: inout [EmbeddingRequest]) -> [TextSlice] {
    var slices: [TextSlice] = []
    var bytes = 0
    while let request = lane.first, bytes < takeBytes {
      let start = request.taken
      while request.taken < request.texts.count, bytes < takeBytes {
        let size = request.texts[request.taken].utf8.count + 8  // The special tokens count too.
        // The first text is taken whatever its size; another only if it fits beside what is there.
        if bytes > 0 && bytes + size > takeBytes { break }
        bytes += size
        request.taken += 1
      }
      if request.taken > start { slices.append(TextSlice(request: request, range: start..<request.taken)) }
      guard request.taken == request.texts.count else { break }
      lane.removeFirst()
    }
    return slices
  }

  /// Takes back what a worker made of a slice.
  package mutating func finish(_ slice: TextSlice, with embeddings: ArraySlice<Embedding>) -> Completion? {
    let request = slice.request
    guard !request.isOver else { return nil }
    for (index, embedding) in zip(slice.range, embeddings) { request.embeddings[index] = embedding }
    request.missing -= slice.range.count
    guard request.missing == 0 else { return nil }
    return complete(request, .success(request.embeddings.compactMap { $0 }))
  }

  /// Ends a request with an error. Without effect on one that is over.
  package mutating func fail(_ request: EmbeddingRequest, _ error: InferenceError) -> Completion? {
    guard !request.isOver else { return nil }
    return complete(request, .failure(error))
  }

  private mutating func complete(
    _ request: EmbeddingRequest, _ outcome: EmbeddingRequest.Outcome
  ) -> Completion? {
    request.isOver = true
    if request.isAdmitted {
      request.isAdmitted = false
      switch request.priority {
      case .interactive:
        interactiveTexts -= request.texts.count
        interactive.removeAll { $0 === request }
      case .bulk:
        bulkTexts -= request.texts.count
        bulk.removeAll { $0 === request }
      }
    } else {
      heldBack.removeAll { $0 === request }
    }
    admit()
    request.embeddings = []
    // Without a waiter, the call was cancelled before it was submitted; `submit` will see that it is over.
    guard let waiter = request.waiter else { return nil }
    request.waiter = nil
    return Completion(waiter: waiter, outcome: outcome)
  }
}
