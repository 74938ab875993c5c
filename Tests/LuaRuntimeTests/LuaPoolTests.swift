import JSON
import LuaRuntime
import Testing

@Suite struct LuaPoolTests {
  static let counter = LuaProgram(
    name: "counter", source: "local n = 0 return function() n = n + 1 return n end", keepsState: true)
  static let fresh = LuaProgram(
    name: "fresh", source: "local n = 0 return function() n = n + 1 return n end")

  @Test func `an owner finds what a program keeps, and another owner does not`() throws {
    let pool = LuaPool()
    #expect(try pool.call(Self.counter, for: "a").values == [1])
    #expect(try pool.call(Self.counter, for: "a").values == [2])
    #expect(try pool.call(Self.counter, for: "b").values == [1])
    pool.forget("a")
    #expect(try pool.call(Self.counter, for: "a").values == [1])
    #expect(try pool.call(Self.counter, for: "b").values == [2])
  }

  @Test func `a program that keeps nothing begins anew each time`() throws {
    let pool = LuaPool()
    for _ in 0..<5 { #expect(try pool.call(Self.fresh, for: "a").values == [1]) }
    #expect(pool.idle.sandboxes == 1)
  }

  @Test func `a full pool lets go of what was used least recently`() throws {
    let pool = LuaPool(capacity: LuaPool.Capacity(sandboxes: 2))
    for owner in ["a", "b", "a", "c"] { _ = try pool.call(Self.counter, for: owner) }
    #expect(pool.idle.sandboxes == 2)
    #expect(try pool.call(Self.counter, for: "a").values == [3])
    #expect(try pool.call(Self.counter, for: "b").values == [1])
  }

  @Test func `a pool holds no more bytes than its capacity`() throws {
    let capacity = LuaPool.Capacity(memoryBytes: 200 << 10)
    let pool = LuaPool(capacity: capacity)
    for owner in 0..<50 {
      _ = try pool.call(Self.fresh, for: "owner \(owner)")
      #expect(pool.idle.memoryBytes <= capacity.memoryBytes)
    }
    #expect(pool.idle.sandboxes > 2 && pool.idle.sandboxes < 20)
  }

  @Test func `a sandbox that spent its budget does not come back`() throws {
    let program = LuaProgram(
      name: "loops", source: "local n = 0 return function(loop) n = n + 1 while loop do end return n end",
      keepsState: true)
    let pool = LuaPool()
    #expect(try pool.call(program, for: "a", with: [false]).values == [1])
    #expect(throws: LuaError.self) {
      try pool.call(program, for: "a", with: [true], budget: LuaBudget(steps: 10_000))
    }
    #expect(pool.idle.sandboxes == 0)
    #expect(try pool.call(program, for: "a", with: [false]).values == [1])
  }

  @Test func `many threads call at once, each with its own answer`() async throws {
    let pool = LuaPool(functions: [
      HostFunction("twice") { call throws(HostError) in
        guard let number = call.arguments.first?.intValue else { throw HostError("twice wants an integer") }
        return .integer(Int64(number * 2))
      }
    ])
    let program = LuaProgram(
      name: "work",
      source: """
        return function(n)
          local t = {}
          for i = 1, 50 do t[i] = ("%d"):format(n + i) end
          table.sort(t)
          return twice(n), #table.concat(t, ",") > 0, math.random(1, 1000000)
        end
        """)
    let random = try pool.call(program, for: "first", with: [0]).values[2]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for round in 0..<200 {
            let n = task * 1_000 + round
            let reply = try pool.call(program, for: "owner \(round % 3)", with: [.integer(Int64(n))])
            #expect(reply.values == [.integer(Int64(n * 2)), true, random])
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(pool.idle.sandboxes <= 1 + 3 * 4)
  }

  @Test func `one sandbox lets one call in at a time`() async throws {
    let sandbox = try LuaSandbox(
      LuaProgram(name: "slow", source: "return function(n) for i = 1, 20000 do end return n end"))
    let busy = try await withThrowingTaskGroup(of: Int.self) { group in
      for task in 0..<4 {
        group.addTask {
          var busy = 0
          for round in 0..<100 {
            let n = Int64(task * 1_000 + round)
            do throws(LuaError) {
              #expect(try sandbox.call(with: [.integer(n)]).values == [.integer(n)])
            } catch {
              #expect(error.kind == .busy)
              busy += 1
            }
          }
          return busy
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(busy < 400)
  }

  @Test func `a host function that calls its own sandbox is told that it is busy`() throws {
    final class Box: Sendable {
      let sandbox: LuaSandbox
      init(_ sandbox: LuaSandbox) { self.sandbox = sandbox }
    }
    let again = HostFunction("again") { call throws(HostError) in
      guard let box = call.context as? Box else { throw HostError("no context") }
      do throws(LuaError) {
        return try box.sandbox.call().values[0]
      } catch {
        throw HostError(error.kind.rawValue)
      }
    }
    let sandbox = try LuaSandbox(
      LuaProgram(name: "again", source: "return function() return select(2, pcall(again)) end"),
      functions: [again])
    let said = try sandbox.call(context: Box(sandbox)).values.first?.stringValue
    #expect(said?.hasSuffix("busy") == true)
  }
}
