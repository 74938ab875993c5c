import Inference
import Testing

@Suite struct WorkQueueTests {
  private func request(_ count: Int, _ priority: EmbeddingPriority, bytes: Int = 10) -> EmbeddingRequest {
    EmbeddingRequest(
      [String](repeating: String(repeating: "x", count: bytes), count: count), priority: priority)
  }

  @Test func `interactive texts are taken before bulk, and short ones share a pass`() {
    var queue = WorkQueue(bulkLimit: 100, interactiveLimit: 100)
    let bulk = request(3, .bulk)
    let one = request(1, .interactive)
    let two = request(2, .interactive)
    for request in [bulk, one, two] { _ = queue.submit(request) }
    let first = queue.take() ?? []
    #expect(first.map { $0.request === one || $0.request === two } == [true, true])
    #expect(queue.take(interactiveOnly: true) == nil)
    #expect(queue.take()?.first?.request === bulk)
    #expect(queue.take() == nil)
  }

  @Test func `a take is about one pass`() {
    var queue = WorkQueue(bulkLimit: 100, interactiveLimit: 100)
    _ = queue.submit(request(10, .bulk, bytes: 400))
    var taken: [Int] = []
    while let slices = queue.take() { taken.append(slices.reduce(0) { $0 + $1.range.count }) }
    #expect(taken == [2, 2, 2, 2, 2])
    _ = queue.submit(request(2, .bulk, bytes: 100_000))
    #expect(queue.take()?.first?.range == 0..<1)
  }

  @Test func `bulk beyond the limit waits for room, in order`() {
    var queue = WorkQueue(bulkLimit: 4, interactiveLimit: 4)
    let requests = [request(3, .bulk), request(3, .bulk), request(1, .bulk)]
    for request in requests { _ = queue.submit(request) }
    #expect(queue.waitingTexts == 3)
    while let slices = queue.take() {
      for slice in slices {
        _ = queue.finish(
          slice, with: [Embedding](repeating: Embedding(unit: [1]), count: slice.range.count)[...])
      }
    }
    #expect(requests.allSatisfy { $0.isOver })
    #expect(queue.waitingTexts == 0)
  }

  @Test func `a call larger than the limit is let in when nothing else is there`() {
    var queue = WorkQueue(bulkLimit: 4, interactiveLimit: 4)
    _ = queue.submit(request(50, .bulk))
    #expect(queue.hasWork)
  }

  @Test func `a cancelled request leaves nothing behind and lets the next one in`() {
    var queue = WorkQueue(bulkLimit: 4, interactiveLimit: 4)
    let first = request(4, .bulk, bytes: 600)
    let second = request(4, .bulk)
    for request in [first, second] { _ = queue.submit(request) }
    let slice = queue.take()?.first
    _ = queue.fail(first, .cancelled)
    #expect(queue.waitingTexts == 4)
    if let slice { #expect(queue.finish(slice, with: [Embedding(unit: [1])]) == nil) }
    #expect(queue.take()?.first?.request === second)
    #expect(queue.waitingTexts == 4)
  }

  @Test func `a stream of queries does not stop an import`() {
    var queue = WorkQueue(bulkLimit: 100, interactiveLimit: 1000)
    _ = queue.submit(request(1, .bulk))
    var before = 0
    for _ in 0..<100 {
      _ = queue.submit(request(1, .interactive, bytes: 2000))
      if queue.take()?.first?.request.priority == .bulk { break }
      before += 1
    }
    #expect(before == 16)
  }
}
