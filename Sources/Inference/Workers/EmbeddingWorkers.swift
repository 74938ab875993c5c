internal import Threads

/// The built-in model as an ``Embedder``: a few threads of its own, and a queue in front of them.
///
/// - Nothing is opened before the first call, so the program's start does not wait for the model. If its file is
///   missing, calls fail with ``InferenceError/unavailable(_:)``, and succeed from when it is there.
/// - An interactive call waits for one pass of bulk work at most (about 256 tokens, a few milliseconds), and calls that
///   wait together share a pass.
/// - Bulk calls are spread over all threads, and held back while ``Limits/bulkTexts`` wait.
/// - A cancelled call returns at once; of its texts, those that no thread has taken are dropped.
public final class EmbeddingWorkers: Embedder {
  /// How much may wait.
  public struct Limits: Sendable, Hashable {
    /// Texts of bulk calls. Further calls are suspended until there is room.
    public var bulkTexts: Int
    /// Texts of interactive calls. Further calls fail with ``InferenceError/overloaded(retryAfter:)``.
    public var interactiveTexts: Int

    public init(bulkTexts: Int = 1024, interactiveTexts: Int = 4096) {
      self.bulkTexts = bulkTexts
      self.interactiveTexts = interactiveTexts
    }
  }

  public let model: ModelIdentity
  private let shared: SharedWork

  /// Workers for the packed model at `path`. One thread less than the machine has processors is a good number.
  public init(
    packed path: String, arithmetic: MiniLM.Arithmetic = .int8, threads: Int, limits: Limits = Limits()
  ) {
    precondition(threads > 0, "somebody must do the work")
    model = MiniLM.identity(arithmetic)
    shared = SharedWork(path: path, arithmetic: arithmetic, limits: limits, workers: threads)
  }

  /// Texts that were admitted and are not finished.
  public var waitingTexts: Int { shared.queue.withLock { $0.work.waitingTexts } }

  public func embed(
    _ texts: [String], as kind: TextKind, priority: EmbeddingPriority
  ) async throws(InferenceError) -> [Embedding] {
    guard !texts.isEmpty else { return [] }
    let request = EmbeddingRequest(texts, priority: priority)
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        shared.submit(request, waiter: waiter)
      }
    } onCancel: {
      shared.cancel(request)
    }
    return try outcome.get()
  }
}

/// What the workers share: the queue, who sleeps, and the model.
final class SharedWork: Sendable {
  struct State {
    var work: WorkQueue
    /// Workers that sleep. Each is either here or will look at the queue again.
    var idle: [EmbeddingWorker]

    /// The sleeping workers that have something to do now.
    fileprivate mutating func wakeUp() -> [EmbeddingWorker] {
      guard work.hasWork else { return [] }
      defer { idle.removeAll() }
      return idle
    }
  }

  let queue: Lock<State>
  private let opened = Lock<MiniLM?>(nil)
  private let path: String
  let arithmetic: MiniLM.Arithmetic

  init(path: String, arithmetic: MiniLM.Arithmetic, limits: EmbeddingWorkers.Limits, workers: Int) {
    self.path = path
    self.arithmetic = arithmetic
    let work = WorkQueue(bulkLimit: limits.bulkTexts, interactiveLimit: limits.interactiveTexts)
    queue = Lock(State(work: work, idle: (0..<workers).map { EmbeddingWorker(index: $0) }))
  }

  /// The model, opened by whoever needs it first. A failure is not remembered: the file may come.
  func model() throws(ModelError) -> MiniLM {
    let path = path
    return try opened.withLock { opened throws(ModelError) in
      if let model = opened { return model }
      let model = try MiniLM.open(packed: path)
      opened = model
      return model
    }
  }

  func submit(_ request: EmbeddingRequest, waiter: CheckedContinuation<EmbeddingRequest.Outcome, Never>) {
    change { work in
      request.waiter = waiter
      return [work.submit(request)]
    }
  }

  func cancel(_ request: EmbeddingRequest) {
    change { work in [work.fail(request, .cancelled)] }
  }

  /// Takes back the embeddings of `slices`, which lie one after the other.
  func finish(_ slices: [TextSlice], with embeddings: [Embedding]) {
    change { work in
      var start = 0
      return slices.map { slice in
        defer { start += slice.range.count }
        return work.finish(slice, with: embeddings[start..<start + slice.range.count])
      }
    }
  }

  func fail(_ slices: [TextSlice], _ error: InferenceError) {
    change { work in slices.map { work.fail($0.request, error) } }
  }

  /// The next texts for `worker`, or nil: then it is noted as asleep.
  func next(for worker: EmbeddingWorker) -> [TextSlice]? {
    queue.withLock { state in
      if let slices = state.work.take() { return slices }
      state.idle.append(worker)
      return nil
    }
  }

  /// Interactive texts that came while a worker was busy with bulk.
  func nextInteractive() -> [TextSlice]? { queue.withLock { $0.work.take(interactiveOnly: true) } }

  /// Changes the queue under the lock; then, without it, tells those whose requests are over, and wakes the workers
  /// that have something to do.
  private func change(_ body: (inout WorkQueue) -> [Completion?]) {
    let (completions, woken) = queue.withLock { state in
      let completions = body(&state.work)
      return (completions, state.wakeUp())
    }
    for completion in completions { completion?.deliver() }
    for worker in woken { worker.wake(for: self) }
  }
}
