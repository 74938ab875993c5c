internal import Threads

/// One thread that embeds: it takes from the queue until nothing is left, and sleeps until it is woken.
final class EmbeddingWorker: @unchecked Sendable {
  // Sendable: `encoder` is touched only by `drain`, which runs on the one thread of `thread`.
  private let thread: ThreadExecutor
  private var encoder: Encoder?

  init(index: Int) {
    thread = ThreadExecutor(name: "embed-\(index)")
  }

  /// Starts the thread on the queue. Called once for each time that the queue named this worker as asleep.
  func wake(for shared: SharedWork) {
    Task(executorPreference: thread) { self.drain(shared) }
  }

  private func drain(_ shared: SharedWork) {
    while let slices = shared.next(for: self) { embed(slices, for: shared) }
  }

  private func embed(_ slices: [TextSlice], for shared: SharedWork) {
    let encoder: Encoder
    do throws(ModelError) {
      encoder = try openEncoder(shared)
    } catch {
      shared.fail(slices, .unavailable(error.description))
      return
    }
    let isBulk = slices.first?.request.priority == .bulk
    var texts: [[Int32]] = []
    for slice in slices {
      for text in slice.texts { texts.append(encoder.tokens(of: text)) }
    }
    var plan = PassPlan(texts: texts)
    while let pass = plan.next() {
      encoder.run(pass, of: &plan)
      // A long text takes many passes; a query that has come meanwhile does not wait for them.
      if isBulk, let urgent = shared.nextInteractive() { embed(urgent, for: shared) }
    }
    shared.finish(slices, with: plan.embeddings)
  }

  private func openEncoder(_ shared: SharedWork) throws(ModelError) -> Encoder {
    if let encoder { return encoder }
    let opened = try shared.model().makeEncoder(shared.arithmetic)
    encoder = opened
    return opened
  }
}
