import Inference
import Testing
import Threads

/// An embedder that is answered by the test: calls wait until they are told what to return.
private final class ScriptedEmbedder: Embedder {
  struct Call: Sendable {
    let texts: [String]
    let kind: TextKind
    let priority: EmbeddingPriority
    fileprivate let answer: CheckedContinuation<Result<[Embedding], InferenceError>, Never>

    func succeed() { answer.resume(returning: .success(texts.map { Self.embedding($0) })) }
    func fail(_ error: InferenceError) { answer.resume(returning: .failure(error)) }

    static func embedding(_ text: String) -> Embedding {
      Embedding(unit: [Float(text.utf8.count), Float(text.utf8.first ?? 0)])
    }
  }

  let model = ModelIdentity(name: "scripted", version: "1", dimensions: 2)
  let calls: AsyncStream<Call>
  let count = Lock(0)
  let cancellations: AsyncStream<Void>
  private let arrived: AsyncStream<Call>.Continuation
  private let cancelled: AsyncStream<Void>.Continuation

  init() {
    (calls, arrived) = AsyncStream.makeStream()
    (cancellations, cancelled) = AsyncStream.makeStream()
  }

  func embed(
    _ texts: [String], as kind: TextKind, priority: EmbeddingPriority
  ) async throws(InferenceError) -> [Embedding] {
    count.withLock { $0 += 1 }
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { answer in
        arrived.yield(Call(texts: texts, kind: kind, priority: priority, answer: answer))
      }
    } onCancel: {
      cancelled.yield()
    }
    return try outcome.get()
  }
}

@Suite struct CachingEmbedderTests {
  private let base = ScriptedEmbedder()
  private let time = Lock(Duration.zero)

  private func cached(byteLimit: Int = 1 << 20) -> (CachingEmbedder, EmbeddingCache) {
    let time = self.time
    let cache = EmbeddingCache(byteLimit: byteLimit) { time.withLock { $0 } }
    return (CachingEmbedder(base, cache: cache), cache)
  }

  private func start(
    _ embedder: CachingEmbedder, _ texts: [String], as kind: TextKind = .document,
    priority: EmbeddingPriority = .interactive
  ) -> Task<[Embedding], any Error> {
    Task { try await embedder.embed(texts, as: kind, priority: priority) }
  }

  /// Waits until so many calls have joined.
  private func boarded(_ count: Int, _ embedder: CachingEmbedder) async {
    while embedder.waitingCalls < count { await Task.yield() }
  }

  private func expect(_ task: Task<[Embedding], any Error>, _ texts: [String]) async throws {
    let embeddings = try await task.value
    #expect(embeddings == texts.map { ScriptedEmbedder.Call.embedding($0) })
  }

  @Test func `only what is missing is asked for, once, and the order is kept`() async throws {
    let (embedder, cache) = cached()
    var calls = base.calls.makeAsyncIterator()
    let first = start(embedder, ["a", "bb", "a"])
    let call = await calls.next()
    #expect(call?.texts == ["a", "bb"])
    call?.succeed()
    try await expect(first, ["a", "bb", "a"])
    let second = start(embedder, ["ccc", "bb", "a"])
    let next = await calls.next()
    #expect(next?.texts == ["ccc"])
    next?.succeed()
    try await expect(second, ["ccc", "bb", "a"])
    #expect(cache.statistics.entries == 3)
  }

  @Test func `a query is not a document`() async throws {
    let (embedder, _) = cached()
    var calls = base.calls.makeAsyncIterator()
    for kind in [TextKind.document, .query] {
      let task = start(embedder, ["a"], as: kind)
      let call = await calls.next()
      #expect(call?.kind == kind)
      call?.succeed()
      try await expect(task, ["a"])
    }
  }

  @Test func `entries are forgotten after an hour`() async throws {
    let (embedder, _) = cached()
    var calls = base.calls.makeAsyncIterator()
    for minutes in [0, 59, 60] {
      time.withLock { $0 = .seconds(60 * minutes) }
      let task = start(embedder, ["a"])
      if minutes != 59 { await calls.next()?.succeed() }
      try await expect(task, ["a"])
    }
    #expect(base.count.withLock { $0 } == 2)
  }

  @Test func `what was used least recently makes room`() async throws {
    let (embedder, cache) = cached(byteLimit: 3 * (8 + 32 + 192))
    var calls = base.calls.makeAsyncIterator()
    for (text, isKnown) in [
      ("a", false), ("b", false), ("c", false), ("a", true), ("d", false), ("a", true), ("c", true),
      ("b", false),
      ("a", true), ("d", false),
    ] {
      let before = base.count.withLock { $0 }
      let task = start(embedder, [text])
      if !isKnown { await calls.next()?.succeed() }
      try await expect(task, [text])
      #expect((base.count.withLock { $0 } == before) == isKnown, "\(text)")
      #expect(cache.statistics.bytes <= 3 * (8 + 32 + 192))
    }
  }

  @Test func `those who want the same text at the same time share a call`() async throws {
    let (embedder, _) = cached()
    var calls = base.calls.makeAsyncIterator()
    let first = start(embedder, ["a", "b"])
    let call = await calls.next()
    let others = (0..<5).map { _ in start(embedder, ["b"]) }
    await boarded(6, embedder)
    call?.succeed()
    try await expect(first, ["a", "b"])
    for other in others { try await expect(other, ["b"]) }
    #expect(base.count.withLock { $0 } == 1)
  }

  @Test func `an interactive call does not wait for a bulk call`() async throws {
    let (embedder, _) = cached()
    var calls = base.calls.makeAsyncIterator()
    let bulk = start(embedder, ["a"], priority: .bulk)
    let slow = await calls.next()
    let query = start(embedder, ["a"])
    let fast = await calls.next()
    #expect(fast?.priority == .interactive)
    fast?.succeed()
    try await expect(query, ["a"])
    slow?.succeed()
    try await expect(bulk, ["a"])
  }

  @Test func `the one who asked may leave without disturbing those who joined`() async throws {
    let (embedder, _) = cached()
    var calls = base.calls.makeAsyncIterator()
    let first = start(embedder, ["a"])
    let call = await calls.next()
    let second = start(embedder, ["a"])
    await boarded(2, embedder)
    first.cancel()
    await #expect(throws: InferenceError.cancelled) { try await first.value }
    call?.succeed()
    try await expect(second, ["a"])
    #expect(base.count.withLock { $0 } == 1)
  }

  @Test func `a call is cancelled when nobody waits for it any more`() async throws {
    let (embedder, _) = cached()
    var calls = base.calls.makeAsyncIterator()
    var cancellations = base.cancellations.makeAsyncIterator()
    let task = start(embedder, ["a"])
    let call = await calls.next()
    task.cancel()
    await #expect(throws: InferenceError.cancelled) { try await task.value }
    await cancellations.next()
    call?.fail(.cancelled)
    // Nobody joins what was given up.
    let next = start(embedder, ["a"])
    await calls.next()?.succeed()
    try await expect(next, ["a"])
  }

  @Test func `a failure is told to all who wait, and not kept`() async throws {
    let (embedder, cache) = cached()
    var calls = base.calls.makeAsyncIterator()
    let first = start(embedder, ["a"])
    await calls.next()?.fail(.overloaded(retryAfter: nil))
    await #expect(throws: InferenceError.overloaded(retryAfter: nil)) { try await first.value }
    #expect(cache.statistics.entries == 0)
    let second = start(embedder, ["a"])
    await calls.next()?.succeed()
    try await expect(second, ["a"])
  }

  @Test func `a text that is refused does not take down those who joined for another`() async throws {
    let (embedder, _) = cached()
    var calls = base.calls.makeAsyncIterator()
    let first = start(embedder, ["bad", "good"])
    let call = await calls.next()
    let second = start(embedder, ["good"])
    await boarded(2, embedder)
    call?.fail(.refused("bad"))
    await #expect(throws: InferenceError.refused("bad")) { try await first.value }
    let again = await calls.next()
    #expect(again?.texts == ["good"])
    again?.succeed()
    try await expect(second, ["good"])
  }
}
