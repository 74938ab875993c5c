import JSON
import LuaRuntime
import Testing

/// Memory that runs out at every possible point.
///
/// Run it under the address sanitizer now and then, with a scratch path of its own and `--disable-xctest`.
@Suite struct SweepTests {
  static let program = LuaProgram(
    name: "sweep",
    source: """
      local Point = {}
      Point.__index = Point
      function Point:moved(d) return setmetatable({ x = self.x + d }, Point) end

      return function(records, options)
        local sum, names = 0, {}
        for i, record in ipairs(records) do
          sum = sum + setmetatable({ x = record.x }, Point):moved(1).x
          names[#names + 1] = ("%s-%03d"):format(record.name, i):gsub("%-", "_")
        end
        local stored = store(names, { sum = sum, options = options })
        local ok, said = pcall(refuse, "reason")
        table.sort(names, function(a, b) return a > b end)
        print("stored", stored.count, ok)
        return { sum = sum, names = table.concat(names, ","), stored = stored, said = said }
      end
      """)

  static let functions = [
    HostFunction("store") { call throws(HostError) in
      guard let names = call.arguments.first?.arrayValue else { throw HostError("store wants names") }
      return ["count": .integer(Int64(names.count)), "names": .array(names), "again": call.arguments[1]]
    },
    HostFunction("refuse") { call throws(HostError) in throw HostError("refused for this \(call.arguments)")
    },
  ]

  static let arguments: LuaArguments = {
    var records = LuaRecords(numbers: ["x"], others: ["name"])
    for index in 0..<20 { records.append([Double(index)], [.string("record number \(index)")]) }
    var arguments = LuaArguments()
    arguments.append(records)
    arguments.append(["deep": [["a": 1, "b": [1, 2, 3]], ["a": 2, "b": []]], "flag": true])
    return arguments
  }()

  @Test func `at every memory limit a script succeeds, runs out cleanly, or is refused`() throws {
    let enough = try LuaSandbox(Self.program, functions: Self.functions).call(with: Self.arguments).values
    var refused = 0
    var ranOut = 0
    var succeeded = 0
    // Fine steps where every allocation of opening, compiling and running fails once.
    for limit in stride(from: 64, through: 64 << 10, by: 16) {
      do throws(LuaError) {
        let sandbox = try LuaSandbox(
          Self.program, limits: LuaLimits(memoryBytes: limit), functions: Self.functions)
        do throws(LuaError) {
          #expect(try sandbox.call(with: Self.arguments).values == enough)
          succeeded += 1
        } catch {
          #expect(error.kind == .outOfMemory, "\(error) with \(limit) bytes")
          ranOut += 1
          // What ran out once runs out again in the same way: nothing is left half done.
          do throws(LuaError) {
            _ = try sandbox.call(with: Self.arguments)
          } catch {
            #expect(error.kind == .outOfMemory, "\(error) with \(limit) bytes")
          }
        }
      } catch {
        #expect(error.kind == .outOfMemory, "\(error) with \(limit) bytes")
        refused += 1
      }
    }
    #expect(refused > 100 && ranOut > 100 && succeeded > 100)
    #expect(refused + ranOut + succeeded == 4_093)
  }

  @Test func `at every step budget a script succeeds or stops cleanly`() throws {
    let sandbox = try LuaSandbox(Self.program, functions: Self.functions)
    let enough = try sandbox.call(with: Self.arguments)
    for steps in stride(from: 0, through: enough.steps * 2, by: 7) {
      do throws(LuaError) {
        let reply = try sandbox.call(with: Self.arguments, budget: LuaBudget(steps: steps))
        #expect(reply.values == enough.values)
      } catch {
        #expect(error.kind == .outOfSteps)
      }
    }
    #expect(try sandbox.call(with: Self.arguments).values == enough.values)
  }

  @Test func `at every result size a script succeeds or is told that it is too large`() throws {
    let program = LuaProgram(
      name: "result", source: "return function() return { 'abc', { x = 1.5, y = true }, 42 } end")
    let sandbox = try LuaSandbox(program)
    let enough = try sandbox.call().values
    var small = 0
    for size in 0..<100 {
      do throws(LuaError) {
        #expect(try sandbox.call(budget: LuaBudget(resultBytes: size)).values == enough)
      } catch {
        #expect(error.kind == .badResult && error.message.contains("larger than its limit"))
        small += 1
      }
    }
    #expect(small > 30 && small < 80)
  }
}
