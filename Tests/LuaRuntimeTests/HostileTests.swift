import Foundation
import JSON
import LuaRuntime
import Testing

@Suite struct HostileTests {
  static let limits = LuaLimits(memoryBytes: 8 << 20)
  static let budget = LuaBudget(steps: 3_000_000, time: .seconds(1), resultBytes: 256 << 10, logLines: 50)

  /// A program with the attack as one function, and honest work as another.
  static func program(_ body: String) -> LuaProgram {
    LuaProgram(
      name: "hostile",
      source: """
        return {
          attack = function() \(body) end,
          work = function(n)
            local words = {}
            for word in ("one two three"):gmatch("%a+") do words[#words + 1] = word:upper() end
            return n + 1, words, string.format("%05.2f", n), math.random(1, 1000)
          end,
        }
        """)
  }

  @Test func `there are enough of them, and each has its name`() {
    #expect(HostileScripts.all.count >= 120)
    #expect(Set(HostileScripts.all.map(\.name)).count == HostileScripts.all.count)
  }

  @Test(arguments: HostileScripts.all.map(\.name))
  func `an attack ends within its budget and leaves nothing behind`(name: String) throws {
    let body = try #require(HostileScripts.all.first { $0.name == name }?.body)
    let sandbox = try LuaSandbox(Self.program(body), limits: Self.limits)
    let before = try sandbox.call("work", with: [41], budget: Self.budget)
    let held = sandbox.memoryHeld
    let start = ContinuousClock.now
    var outcome = "returned"
    var steps = 0
    do throws(LuaError) {
      let reply = try sandbox.call("attack", budget: Self.budget)
      steps = reply.steps
      #expect(reply.log.count <= Self.budget.logLines)
      #expect(reply.memoryPeak <= Self.limits.memoryBytes)
    } catch {
      outcome = error.kind.rawValue
      #expect(error.kind != .noFunction && error.kind != .busy)
      #expect(!error.message.isEmpty)
      #expect(error.message.utf8.count < 2_000)
      // No address of ours in anything that a script can cause to be shown.
      #expect(!error.description.contains("0x7f") && !error.description.contains("0x5"))
    }
    #expect(steps <= Self.budget.steps)
    if ProcessInfo.processInfo.environment["MNEME_BENCH"] != nil {
      print("\(start.duration(to: .now)) \(outcome) \(name)")
    }
    // The process lives, memory is back, and the same sandbox works as if nothing had happened.
    let after = try sandbox.call("work", with: [41], budget: Self.budget)
    #expect(after.values == before.values)
    #expect(abs(after.steps - before.steps) < 1_000)
    #expect(sandbox.memoryHeld <= held + (512 << 10))
  }

  @Test(arguments: HostileChunks.all)
  func `a chunk that means harm ends in the compiler or in its budget`(source: String) throws {
    do throws(LuaError) {
      let sandbox = try LuaSandbox(LuaProgram(name: "chunk", source: source), limits: Self.limits)
      _ = try sandbox.call(budget: Self.budget)
    } catch {
      #expect(error.message.utf8.count < 2_000)
    }
    #expect(
      try LuaSandbox(LuaProgram(name: "next", source: "return function() return 1 end")).call().values == [1])
  }
}
