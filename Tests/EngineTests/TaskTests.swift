@testable import Engine
internal import Identity
internal import JSON
internal import Model
internal import Storage
internal import TestSupport
internal import Testing
internal import Threads

@Suite struct TaskTests {
  @Test func `what is due is done once, in the order in which it became due`() async throws {
    let workshop = try await Workshop()
    let done = Lock<[String]>([])
    let runner = workshop.runner { task in
      done.withLock { $0.append(task.key) }
      return .done
    }
    try await workshop.enqueue("b", after: .seconds(2))
    try await workshop.enqueue("a", after: .seconds(1))
    #expect(await runner.runDue() == 0)
    workshop.clock.advance(by: .seconds(5))
    #expect(await runner.runDue() == 2)
    #expect(await runner.runDue() == 0)
    #expect(done.withLock { $0 } == ["a", "b"])
  }

  @Test func `what fails is tried again after longer and longer, then parked with its error`() async throws {
    let workshop = try await Workshop()
    let attempts = Lock<[Duration]>([])
    let start = workshop.clock.now()
    let runner = workshop.runner(patience: .init(first: .seconds(10), attempts: 4)) { task in
      attempts.withLock { $0.append(workshop.clock.now() - start) }
      return .retry("no answer to attempt \(task.attempts)")
    }
    try await workshop.enqueue("k")
    for _ in 0..<300 {
      _ = await runner.runDue()
      workshop.clock.advance(by: .seconds(1))
    }
    #expect(attempts.withLock { $0 } == [.zero, .seconds(10), .seconds(50), .seconds(210)])
    let parked = try await workshop.engine.tasks(.parked, limit: 5, as: workshop.owner)
    #expect(parked.map(\.error) == ["no answer to attempt 4"])
    _ = try await workshop.engine.retryTask(parked[0].id.description, as: workshop.owner)
    #expect(await runner.runDue() == 1)
  }

  @Test func `what cannot work is parked at once, and what ends its process is not tried for ever`()
    async throws
  {
    let workshop = try await Workshop()
    let runner = workshop.runner(patience: .init(attempts: 2)) { _ in .park("there is no such plugin") }
    try await workshop.enqueue("hopeless")
    #expect(await runner.runDue() == 1)
    try await workshop.enqueue("deadly")
    for _ in 0..<2 {
      // A process that takes it and dies.
      let now = workshop.clock.now()
      let taken = try await workshop.engine.store.lease(
        ["test"], limit: 1, busy: [], at: now, until: now + TaskRunner.lease)
      #expect(taken.count == 1)
      workshop.clock.advance(by: TaskRunner.lease)
    }
    #expect(await runner.runDue() == 1)
    let parked = try await workshop.engine.tasks(.parked, limit: 5, as: workshop.owner)
    #expect(
      parked.map(\.error) == [
        "Its process ended 2 times before it was done.", "there is no such plugin",
      ])
  }

  @Test func `somebody else's parked task is not there`() async throws {
    let workshop = try await Workshop()
    let runner = workshop.runner { _ in .park("no") }
    try await workshop.enqueue("k")
    _ = await runner.runDue()
    let task = try #require(try await workshop.engine.tasks(.parked, limit: 5, as: workshop.owner).first)
    let bob = try await workshop.addMember("Bob", as: .admin)
    #expect(try await workshop.engine.tasks(.parked, limit: 5, as: bob).isEmpty)
    await expectError("task_not_found") {
      _ = try await workshop.engine.retryTask(task.id.description, as: bob)
    }
    await expectError("task_not_found") { _ = try await workshop.engine.retryTask("x", as: workshop.owner) }
  }

  @Test func `a running runner hears the bell, and ends with what it began`() async throws {
    let workshop = try await Workshop()
    let (keys, told) = AsyncStream<String>.makeStream()
    let runner = workshop.runner { task in
      told.yield(task.key)
      return .done
    }
    let running = Task { await runner.run() }
    var seen = keys.makeAsyncIterator()
    for key in ["first", "second"] {
      try await workshop.enqueue(key)
      #expect(await seen.next() == key)
    }
    running.cancel()
    await running.value
    let finished = try await workshop.engine.tasks(.finished, limit: 5, as: workshop.owner)
    #expect(Set(finished.map(\.key)) == ["first", "second"])
  }

  @Test func `one workspace's endless queue does not keep another waiting`() async throws {
    let workshop = try await Workshop()
    let other = try await workshop.engine.foundWorkspace(named: "next door", owner: "Grace")
    let theirs = try await workshop.engine.authenticate(bearer: other.secret.text, door: .rest)
    let (keys, told) = AsyncStream<String>.makeStream()
    let isOver = Lock(false)
    let runner = workshop.runner { task in
      if task.key == "quiet" { told.yield(task.key) }
      while task.key.hasPrefix("loud"), !isOver.withLock({ $0 }), !Task.isCancelled { await Task.yield() }
      return .done
    }
    for number in 0..<50 { try await workshop.enqueue("loud \(number)") }
    let running = Task { await runner.run() }
    try await workshop.engine.enqueue([
      workshop.engine.task("test", key: "quiet", payload: 1, for: theirs.user, in: theirs.workspace)
    ])
    var seen = keys.makeAsyncIterator()
    #expect(await seen.next() == "quiet")
    isOver.withLock { $0 = true }
    running.cancel()
    await running.value
  }
}

extension Workshop {
  fileprivate func runner(
    patience: TaskRunner.Patience = .init(), _ handler: @escaping TaskRunner.Handler
  ) -> TaskRunner {
    TaskRunner(of: engine, handlers: ["test": handler], patience: patience)
  }

  fileprivate func enqueue(_ key: String, after delay: Duration = .zero) async throws {
    try await engine.enqueue([
      engine.task(
        "test", key: key, payload: 1, for: owner.user, in: owner.workspace, after: delay)
    ])
  }
}
