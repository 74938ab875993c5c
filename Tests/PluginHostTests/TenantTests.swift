import Dispatch
import Engine
import Identity
import Model
import TestSupport
import Testing

@testable import PluginHost

/// One tenant's plugins are in nobody else's way.
@Suite struct TenantTests {
  @Test func `a workspace whose scripts do not end has half of the threads, and others run at once`() async {
    let lanes = Lanes(count: 4, name: "test")
    let (loud, quiet) = (WorkspaceID(high: 1, low: 1), WorkspaceID(high: 2, low: 2))
    let gate = DispatchSemaphore(value: 0)
    let (entries, entered) = AsyncStream<Int>.makeStream()
    let stuck = (0..<10).map { number in
      Task {
        await lanes.run(for: loud) {
          entered.yield(number)
          gate.wait()
        }
      }
    }
    var began = entries.makeAsyncIterator()
    for _ in 0..<2 { _ = await began.next() }
    // All of the loud one's share is taken. The quiet one is served all the same, as often as it likes.
    for number in 0..<20 { #expect(await lanes.run(for: quiet) { number } == number) }
    for _ in stuck { gate.signal() }
    for task in stuck { await task.value }
    #expect(lanes.waiting(for: loud) == 0)
  }

  @Test func `a plugin that loops fails alone: writes of its own workspace go on, and others notice nothing`()
    async throws
  {
    let studio = try await Studio()
    let next = try await studio.engine.foundWorkspace(named: "next door", owner: "Grace")
    let grace = try await studio.engine.authenticate(bearer: next.secret.text, door: .rest)
    try await studio.install(
      "return { before_remember = function() while true do end end, after_remember = function() while true do end end }",
      hooks: [.beforeRemember, .afterRemember])
    try await studio.install(
      "return { before_remember = function() return { tags = { 'seen' } } end }", name: "quiet",
      hooks: [.beforeRemember], as: grace)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask { try await studio.remember("A loud memory, number \(number)") }
        group.addTask {
          let memory = try await studio.remember("A quiet memory, number \(number)", as: grace)
          #expect(memory.tags == ["seen"])
        }
      }
      try await group.waitForAll()
    }
    #expect(try await studio.summaries().count == 8)
    await studio.work()
    let log = try await studio.log()
    #expect(log.contains { $0.contains("100000000 steps") })
    #expect(log.contains { $0.contains("4000000 steps") })
  }

  @Test func `what one plugin leaves in variables, another call and another tenant do not find`() async throws
  {
    let studio = try await Studio()
    let next = try await studio.engine.foundWorkspace(named: "next door", owner: "Grace")
    let grace = try await studio.engine.authenticate(bearer: next.secret.text, door: .rest)
    let main = """
      local seen = {}
      return { before_remember = function(draft)
        seen[#seen + 1] = draft.summary
        return { tags = { tostring(#seen) } }
      end }
      """
    try await studio.install(main, hooks: [.beforeRemember])
    try await studio.install(main, hooks: [.beforeRemember], as: grace)
    for caller in [studio.owner, grace, studio.owner] {
      #expect(try await studio.remember("A memory like any other", as: caller).tags == ["1"])
    }
  }

  @Test func `the same plugin in two workspaces keeps two states`() async throws {
    let studio = try await Studio()
    let next = try await studio.engine.foundWorkspace(named: "next door", owner: "Grace")
    let grace = try await studio.engine.authenticate(bearer: next.secret.text, door: .rest)
    let main = """
      return { before_remember = function()
        local n = (mneme.state.get("n") or 0) + 1
        mneme.state.set("n", n)
        return { tags = { tostring(n) } }
      end }
      """
    for caller in [studio.owner, grace] {
      try await studio.install(main, hooks: [.beforeRemember], asks: ["state"], as: caller)
    }
    #expect(try await studio.remember("A first memory of mine").tags == ["1"])
    #expect(try await studio.remember("A second memory of mine").tags == ["2"])
    #expect(try await studio.remember("A first memory of hers", as: grace).tags == ["1"])
  }
}
