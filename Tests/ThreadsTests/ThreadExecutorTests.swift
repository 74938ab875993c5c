import Testing
import Threads

@Suite struct ThreadExecutorTests {
  actor Counter {
    private let thread = ThreadExecutor(name: "counter")
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
    private(set) var count = 0
    func increment() {
      thread.checkIsolated()
      count += 1
    }
  }

  @Test func `jobs of an actor run on its thread, one after the other`() async {
    let counter = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<500 { group.addTask { await counter.increment() } }
    }
    #expect(await counter.count == 500)
  }

  @Test func `a lock gives one thread at a time the value`() async {
    let total = Lock(0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<100 { group.addTask { for _ in 0..<100 { total.withLock { $0 += 1 } } } }
    }
    #expect(total.withLock { $0 } == 10_000)
  }
}
