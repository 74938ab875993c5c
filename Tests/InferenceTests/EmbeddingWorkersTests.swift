import Glibc
import Inference
import Testing

@Suite struct EmbeddingWorkersTests {
  @Test func `workers give what one encoder gives, in order`() async throws {
    let store = try TestModel.store()
    let workers = EmbeddingWorkers(packed: store.encoderPath, threads: 2)
    var writer = SampleText(seed: 9)
    let texts = (0..<25).map { _ in writer.words(1...25) } + ["", writer.words(400...400)]
    let wanted = try TestModel.model().makeEncoder(.int8).embed(texts)
    #expect(try await workers.embed(texts, as: .document, priority: .bulk) == wanted)
    #expect(try await workers.embed(texts, as: .query, priority: .interactive) == wanted)
    #expect(try await workers.embed(query: texts[0]) == wanted[0])
    #expect(try await workers.embed([], as: .query, priority: .bulk) == [])
    #expect(workers.model == MiniLM.identity(.int8))
    #expect(workers.waitingTexts == 0)
  }

  @Test func `many callers at once each get their own answer`() async throws {
    let store = try TestModel.store()
    let workers = EmbeddingWorkers(
      packed: store.encoderPath, threads: 3, limits: .init(bulkTexts: 8, interactiveTexts: 1000))
    let texts = (0..<30).map { "note number \($0)" }
    let wanted = try TestModel.model().makeEncoder(.int8).embed(texts)
    try await withThrowingTaskGroup(of: (Int, Embedding).self) { group in
      for index in texts.indices {
        group.addTask {
          let priority: EmbeddingPriority = index.isMultiple(of: 3) ? .interactive : .bulk
          let found = try await workers.embed([texts[index]], as: .document, priority: priority)
          return (index, found[0])
        }
      }
      for try await (index, embedding) in group { #expect(embedding == wanted[index]) }
    }
  }

  @Test func `a query is answered while an import runs`() async throws {
    let store = try TestModel.store()
    let workers = EmbeddingWorkers(packed: store.encoderPath, threads: 1)
    let texts = [String](repeating: String(repeating: "a long import ", count: 60), count: 1024)
    let bulk = Task { try await workers.embed(texts, as: .document, priority: .bulk) }
    // The import is admitted when its texts count as waiting.
    while workers.waitingTexts == 0 { await Task.yield() }
    _ = try await workers.embed(query: "is anybody there?")
    #expect(workers.waitingTexts > 0, "the import was not finished before the query was answered")
    bulk.cancel()
    await #expect(throws: InferenceError.cancelled) { try await bulk.value }
    #expect(workers.waitingTexts == 0)
  }

  @Test func `a task that is cancelled before it calls gets no answer`() async throws {
    let store = try TestModel.store()
    let workers = EmbeddingWorkers(packed: store.encoderPath, threads: 1)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await workers.embed(["x"], as: .query, priority: .interactive)
    }
    await #expect(throws: InferenceError.cancelled) { try await task.value }
  }

  @Test func `too many interactive texts are refused at once`() async throws {
    let store = try TestModel.store()
    let workers = EmbeddingWorkers(
      packed: store.encoderPath, threads: 1, limits: .init(bulkTexts: 8, interactiveTexts: 2))
    // Enough for seconds, so that the polling below sees it at work.
    let long = [String](repeating: String(repeating: "a long question ", count: 400), count: 256)
    let first = Task { try await workers.embed(long, as: .query, priority: .interactive) }
    while workers.waitingTexts == 0 { await Task.yield() }
    await #expect(throws: InferenceError.overloaded(retryAfter: nil)) {
      try await workers.embed(["one more"], as: .query, priority: .interactive)
    }
    first.cancel()
    await #expect(throws: InferenceError.cancelled) { try await first.value }
  }

  @Test func `without the model's file calls fail, and succeed once it is there`() async throws {
    let folder = try TestModel.temporaryFolder()
    let store = ModelStore(directory: folder)
    let workers = EmbeddingWorkers(packed: store.encoderPath, threads: 1)
    do {
      _ = try await workers.embed(query: "anybody?")
      Issue.record("there is no model")
    } catch {
      guard case .unavailable(let reason) = error else {
        Issue.record("unexpected \(error)")
        return
      }
      #expect(reason.contains("mneme model pull"))
    }
    mkdir(folder + "/all-MiniLM-L6-v2", 0o755)
    try #require(link(TestModel.store().encoderPath, store.encoderPath) == 0)
    #expect(try await workers.embed(query: "anybody?").values.count == 384)
  }
}
