import JSON
import LuaRuntime
import Testing

@Suite struct LuaSandboxTests {
  func call(_ body: String, _ arguments: LuaArguments = [], budget: LuaBudget = LuaBudget()) throws(LuaError)
    -> [JSONValue]
  {
    try LuaSandbox(LuaProgram(name: "test", source: "return function(...) \(body) end"))
      .call(with: arguments, budget: budget).values
  }

  func failure(of body: String, _ arguments: LuaArguments = [], budget: LuaBudget = LuaBudget()) -> LuaError?
  {
    do throws(LuaError) {
      let values = try call(body, arguments, budget: budget)
      Issue.record("expected an error, got \(values)")
      return nil
    } catch {
      return error
    }
  }

  // MARK: Scripts

  @Test func `a script that is data returns it`() throws {
    let environment = ["PORT": "8080"]
    let env = HostFunction("env") { call throws(HostError) in
      guard let name = call.arguments.first?.stringValue else { throw HostError("env wants a name") }
      return environment[name].map(JSONValue.string) ?? .null
    }
    let source = """
      local port = tonumber(env "PORT")
      return { port = port, ratio = 1.0, missing = env "NOTHING", names = { "a", "b" }, deep = { { x = true } } }
      """
    let sandbox = try LuaSandbox(LuaProgram(name: "mneme.conf.lua", source: source), functions: [env])
    let expected: JSONValue = ["port": 8080, "ratio": 1.0, "names": ["a", "b"], "deep": [["x": true]]]
    #expect(try sandbox.evaluate().values == [expected])
  }

  @Test func `a function is called by its name in the table that the script returns`() throws {
    let source =
      "return { add = function(a, b) return a + b end, name = function() return 'x' end, version = 1 }"
    let sandbox = try LuaSandbox(LuaProgram(name: "table", source: source))
    #expect(try sandbox.call("add", with: [2, 3]).values == [5])
    #expect(try sandbox.functionNames() == ["add", "name"])
    let missing = #expect(throws: LuaError.self) { try sandbox.call("subtract") }
    #expect(missing?.kind == .noFunction)
    #expect(missing?.message == "the table that the script returns has no function 'subtract'")
    let notAFunction = #expect(throws: LuaError.self) { try sandbox.call("version") }
    #expect(notAFunction?.kind == .noFunction)
    let wrongShape = #expect(throws: LuaError.self) { try sandbox.call() }
    #expect(wrongShape?.message == "the script does not return a function")
  }

  @Test func `the names of functions need a script that returns some`() throws {
    #expect(try LuaSandbox(LuaProgram(name: "one", source: "return function() end")).functionNames() == [])
    let error = #expect(throws: LuaError.self) {
      try LuaSandbox(LuaProgram(name: "none", source: "return 42")).functionNames()
    }
    #expect(error?.kind == .noFunction)
  }

  @Test func `a list of numbers comes back without detours`() throws {
    let sandbox = try LuaSandbox(
      LuaProgram(
        name: "numbers",
        source: """
          return { good = function(rows) local t = {} for i, r in ipairs(rows) do t[i] = r.a * 2 + (r.b or 0) end return t end,
                   whole = function() return { 1, 2 } end, empty = function() return {} end,
                   bad = function() return { 1, "x" } end, none = function() end, two = function() return {}, {} end }
          """))
    var rows = LuaRecords(numbers: ["a", "b"])
    rows.append([1, 10])
    rows.append([2, .nan])
    var arguments = LuaArguments()
    arguments.append(rows)
    #expect(try sandbox.numbers(from: "good", with: arguments).values == [12, 4])
    #expect(try sandbox.numbers(from: "whole").values == [1, 2])
    #expect(try sandbox.numbers(from: "empty").values == [])
    for (name, message) in [
      ("bad", "result 1[2] is not a number"), ("none", "expected one list of numbers, got 0 values"),
      ("two", "expected one list of numbers, got 2 values"),
    ] {
      let error = #expect(throws: LuaError.self) { try sandbox.numbers(from: name) }
      #expect(error?.kind == .badResult)
      #expect(error?.message == message)
    }
  }

  @Test func `binary chunks do not load`() {
    let error = #expect(throws: LuaError.self) { try LuaProgram.compile("\u{1B}Lua", name: "binary") }
    #expect(error?.kind == .syntax)
  }

  @Test func `a source over its limit is refused`() {
    let error = #expect(throws: LuaError.self) {
      try LuaProgram.compile("return 1", name: "long", limits: LuaLimits(sourceBytes: 4))
    }
    #expect(error?.kind == .sourceTooLarge)
  }

  // MARK: Values

  @Test(arguments: [
    JSONValue.bool(true), false, 0, -1, .integer(Int64.max), .integer(Int64.min), 0.5, 1.0, -0.0, 1e300, "",
    "text",
    "日本語 \u{1F600} \u{0}", [], [1, 2.0, "x", [true]], ["a": 1, "b": ["c": [1, 2, 3]]],
    [["k": 1, "l": "x"], ["k": 2, "l": "y"], ["l": "z", "k": 3], ["k": 4], 5],
    [.null, 1, .null],
    ["rows": [["a": 1], ["a": 2]], "more": [["a": [["b": 1], ["b": 2]]], ["a": [["b": 3], ["b": 4]]]]],
  ])
  func `a value comes back as it went`(value: JSONValue) throws {
    #expect(try call("return ...", [value]) == [value])
  }

  @Test func `integers and floats are kept apart`() throws {
    let values = try call("local a, b = ... return math.type(a), math.type(b), a // 1, b // 1", [3, 3.0])
    #expect(values == ["integer", "float", 3, 3.0])
  }

  @Test func `null is nil, an absent member, and a value in a list`() throws {
    #expect(
      try call("local a, t = ... return a == nil, t.x == nil, next(t) == nil", [.null, ["x": .null]]) == [
        true, true, true,
      ])
    #expect(
      try call("local t = ... return #t, t[1] == null, type(t[1]), tostring(t[1])", [[.null, 1]]) == [
        2, true, "null", "null",
      ])
    #expect(try call("return { null, 1 }, { x = null }, nil") == [[.null, 1], ["x": .null], .null])
  }

  @Test func `members of an object come back in the order of their keys`() throws {
    let value = try #require(
      try call("local t = {} for i = 26, 1, -1 do t[string.char(96 + i)] = i end return t").first?.objectValue
    )
    #expect(value.keys == (0..<26).map { String(UnicodeScalar(UInt8(97 + $0))) })
  }

  @Test func `records carry numbers and other values`() throws {
    var records = LuaRecords(numbers: ["score"], others: ["id", "tags"])
    records.append([0.5], ["first", [["k": 1], ["k": 2]]])
    records.append([.nan], ["second", .null])
    #expect(records.count == 2)
    var arguments = LuaArguments([["outer": [["k": 1], ["k": 2]]]])
    arguments.append(records)
    arguments.append(numbers: [1.5, 2.5])
    let values = try call("local o, r, n = ... return o, r, n, r[2].score == nil", arguments)
    let first: JSONValue = ["id": "first", "score": 0.5, "tags": [["k": 1], ["k": 2]]]
    #expect(values == [["outer": [["k": 1], ["k": 2]]], [first, ["id": "second"]], [1.5, 2.5], true])
  }

  @Test(arguments: [
    ("local t = {} t.t = t return t", "result 1.t contains itself"),
    (
      "return 1, { list = { { f = print } } }",
      "result 2.list[1].f is a function; only plain data leaves a script"
    ),
    ("return { a = 0 / 0 }", "result 1.a is not a number (NaN)"),
    ("return 1 / 0", "result 1 is infinite"),
    ("return { 'ok', '\\xff' }", "result 1[2] is not valid UTF-8"),
    ("return { ['\\xed\\xa0\\x80'] = 1 }", "is not valid UTF-8"),
    ("return { 1, 2, x = 3 }", "result 1 is neither a list"),
    ("return { [1] = 1, [3] = 3 }", "result 1 is neither a list"),
    ("return { [true] = 1 }", "result 1 is neither a list"),
    ("local t = {} for i = 1, 100 do t = { t } end return t", "is nested too deeply"),
    ("return ('x'):rep(1000000), ('x'):rep(1000000)", "result 2 makes the result larger than its limit"),
  ])
  func `what is not plain data is refused with its place`(body: String, message: String) throws {
    let error = try #require(failure(of: body))
    #expect(error.kind == .badResult)
    #expect(error.message.contains(message), "\(error.message)")
  }

  @Test func `a value from the host may be nested as deeply as the limit, and no deeper`() throws {
    func nested(_ depth: Int) -> JSONValue { (0..<depth).reduce(1) { value, _ in [value] } }
    #expect(try call("return true", [nested(63)]) == [true])
    let error = try #require(failure(of: "return true", [nested(200)]))
    #expect(error.message.contains("nested too deeply"))
  }

  // MARK: The world of a script

  @Test(arguments: [
    ("return strng.rep('x', 2)", "unknown name 'strng'; did you mean 'string'?"),
    ("return string.fnd('x', 'x')", "unknown name 'string.fnd'; did you mean 'string.find'?"),
    ("return ('x'):uper()", "unknown name 'string.uper'; did you mean 'string.upper'?"),
    ("return undeclared_thing", "unknown name 'undeclared_thing'; if it is yours, declare it with 'local'"),
    ("return os.time()", "'os' is not available in the sandbox"),
    ("counter = 1", "cannot set the global 'counter'; write 'local counter'"),
    ("function helper() end", "cannot set the global 'helper'; write 'local helper'"),
    ("math.pi = 3", "cannot set 'math.pi'; the table is read-only"),
    ("rawset(math, 'pi', 3)", "the table is read-only"),
    ("setmetatable({}, { __gc = print })", "'__gc' is not available in the sandbox"),
    ("setmetatable({}, { __call = {} })", "'__call' must be a function, not a table"),
  ])
  func `a name that is not there is explained`(body: String, message: String) throws {
    let error = try #require(failure(of: body))
    #expect(error.kind == .runtime)
    #expect(error.message == message)
    #expect(error.line == 1)
  }

  @Test func `classes work as everywhere in Lua`() throws {
    let values = try call(
      """
      local Animal = {} Animal.__index = Animal
      function Animal.new(name) return setmetatable({ name = name }, Animal) end
      function Animal:speak() return self.name .. " makes a sound" end
      local Dog = setmetatable({}, { __index = Animal }) Dog.__index = Dog
      function Dog.new(name) local d = Animal.new(name) return setmetatable(d, Dog) end
      function Dog:speak() return Animal.speak(self) .. ": woof" end
      Dog.__tostring = function(d) return "dog " .. d.name end
      Dog.__eq = function(a, b) return a.name == b.name end
      Dog.__lt = function(a, b) return a.name < b.name end
      Dog.__len = function(d) return #d.name end
      Dog.__call = function(d, x) return d.name .. x end
      local rex, other = Dog.new("Rex"), Dog.new("Rex")
      local count = 0 for _ in pairs(Dog) do count = count + 1 end
      return rex:speak(), tostring(rex), rex == other, rex < Dog.new("Zoe"), #rex, rex("!"), getmetatable(rex) == Dog, count
      """)
    #expect(values == ["Rex makes a sound: woof", "dog Rex", true, true, 3, "Rex!", true, 8])
  }

  @Test func `a metatable may be protected`() throws {
    #expect(try call("return getmetatable(setmetatable({}, { __metatable = 'locked' }))") == ["locked"])
    #expect(
      failure(of: "setmetatable(setmetatable({}, { __metatable = 1 }), {})")?.message
        == "cannot change a protected metatable")
  }

  @Test func `random numbers repeat with their seed`() throws {
    let body = "local t = {} for i = 1, 20 do t[i] = math.random(1000) end return t, math.random()"
    let first = try call(body, budget: LuaBudget(seed: 1))
    #expect(try call(body, budget: LuaBudget(seed: 1)) == first)
    #expect(try call(body, budget: LuaBudget(seed: 2)) != first)
    #expect(
      try call(
        "for i = 1, 1000 do local x, y = math.random(-3, 3), math.random() if x < -3 or x > 3 or y < 0 or y >= 1 then return false end end return true"
      ) == [true])
  }

  @Test func `sorting is stable`() throws {
    let values = try call(
      """
      local t = {}
      for i = 1, 200 do t[i] = { key = i % 7, at = i } end
      table.sort(t, function(a, b) return a.key < b.key end)
      for i = 2, 200 do
        if t[i - 1].key > t[i].key or (t[i - 1].key == t[i].key and t[i - 1].at > t[i].at) then return i end
      end
      return 0
      """)
    #expect(values == [0])
  }

  @Test func `a comparator that fails leaves the table as it was`() throws {
    #expect(
      try call("local t = { 3, 1, 2 } pcall(table.sort, t, function() error('no') end) return t") == [
        [3, 1, 2]
      ])
  }

  @Test func `what a call changes in the environment is gone in the next`() throws {
    let sandbox = try LuaSandbox(
      LuaProgram(
        name: "env",
        source: """
          local n = 0
          return function()
            n = n + 1
            local seen = tostring(n)
            _ENV = { seen = seen }
            return seen
          end
          """))
    for _ in 0..<3 { #expect(try sandbox.call().values == ["1"]) }
  }

  @Test func `a table may have as many members as the limit`() throws {
    let source = "return function(n) local t = {} for i = 1, n do t['k' .. i] = i end return n end"
    let sandbox = try LuaSandbox(
      LuaProgram(name: "members", source: source), limits: LuaLimits(tableMembers: 1_024))
    #expect(try sandbox.call(with: [1_024]).values == [1_024])
    let error = #expect(throws: LuaError.self) { try sandbox.call(with: [1_025]) }
    #expect(error?.kind == .outOfMemory)
    #expect(error?.message == "the script makes a table of more than its 1024 members")
  }

  // MARK: Errors

  @Test func `an error says where and how the script came there`() throws {
    let program = LuaProgram(
      name: "score.lua",
      source: """
        local function inner(m)
          return m.weight.value
        end
        local function outer(m)
          local x = inner(m)
          return x
        end
        return function(m)
          print("before")
          local y = outer(m)
          return y
        end
        """)
    let error = try #require(throws: LuaError.self) { try LuaSandbox(program).call(with: [["id": 1]]) }
    #expect(error.kind == .runtime)
    #expect(error.line == 2)
    #expect(error.message == "attempt to index a nil value (field 'weight')")
    #expect(error.hint != nil)
    #expect(error.log == ["before"])
    #expect(
      error.traceback.map { $0.prefix { $0 != " " } } == ["score.lua:2:", "score.lua:5:", "score.lua:10:"])
    #expect(error.description.hasPrefix("score.lua:2: attempt to index a nil value (field 'weight') ("))
  }

  @Test func `a syntax error has its line`() throws {
    let error = try #require(throws: LuaError.self) {
      try LuaProgram.compile("local x = 1\nx += 1\nreturn x", name: "a b")
    }
    #expect(error.kind == .syntax)
    #expect(error.line == 2)
    #expect(error.message == "syntax error near '+'")
  }

  @Test func `errors that are not texts are described`() {
    #expect(failure(of: "error({ message = 'in a table' })")?.message == "in a table")
    #expect(failure(of: "error({})")?.message == "an error that is a table without a 'message'")
    #expect(failure(of: "error()")?.message == "an error that is a nil and not a text")
    #expect(failure(of: "error('bare', 0)")?.message == "bare")
  }

  @Test func `pcall and xpcall answer as in Lua`() throws {
    #expect(try call("return pcall(function(a) return a, 2 end, 1)") == [true, 1, 2])
    #expect(try call("return pcall(error, 'x', 0)") == [false, "x"])
    #expect(try call("return pcall(error)") == [false, .null])
    #expect(try call("return xpcall(function(a) return a end, print, 7)") == [true, 7])
    #expect(
      try call("return xpcall(error, function(m) return 'handled ' .. m end, 'x', 0)") == [
        false, "handled x",
      ])
  }

  @Test func `each limit names itself`() {
    let steps = failure(of: "while true do end", budget: LuaBudget(steps: 10_000))
    #expect(steps?.kind == .outOfSteps && steps?.line == 1)
    #expect(steps?.message == "the script took more than its 10000 steps")
    let time = failure(of: "while true do end", budget: LuaBudget(steps: .max / 2, time: .milliseconds(5)))
    #expect(time?.kind == .outOfTime)
    let memory = failure(of: "local t = {} while true do t = { t } end")
    #expect(memory?.kind == .outOfMemory)
    #expect(memory?.message == "the script needs more than its 16777216 bytes of memory")
    let text = failure(of: "return ('x'):rep(900000) .. ('y'):rep(900000)")
    #expect(text?.message == "the script makes a text of more than its 1048576 bytes")
  }

  @Test func `the log keeps so many lines and counts the rest`() throws {
    let program = LuaProgram(
      name: "log", source: "return function() for i = 1, 10 do print(i, 'x', nil, true, 1.5) end end")
    let reply = try LuaSandbox(program).call(budget: LuaBudget(logLines: 3))
    #expect(reply.log == ["1\tx\tnil\ttrue\t1.5", "2\tx\tnil\ttrue\t1.5", "3\tx\tnil\ttrue\t1.5"])
    #expect(reply.logDropped == 7)
  }

  // MARK: The host

  @Test func `host functions live in namespaces and may be caught`() throws {
    let functions = [
      HostFunction("memory.read") { call throws(HostError) in
        ["asked": .array(call.arguments), "by": .string("\(call.context ?? "nobody")")]
      },
      HostFunction("memory.deep.write") { _ throws(HostError) in throw HostError("not allowed here") },
    ]
    func run(_ body: String, budget: LuaBudget = LuaBudget()) throws -> [JSONValue] {
      try LuaSandbox(LuaProgram(name: "host", source: "return function() \(body) end"), functions: functions)
        .call(budget: budget, context: "somebody").values
    }
    #expect(
      try run("return memory.read(1, 'x', { a = true })") == [
        ["asked": [1, "x", ["a": true]], "by": "somebody"]
      ])
    #expect(try run("return pcall(memory.deep.write)") == [false, "not allowed here"])
    let uncaught = #expect(throws: LuaError.self) { try run("memory.deep.write()") }
    #expect(uncaught?.message == "not allowed here" && uncaught?.line == 1)
    let argument = #expect(throws: LuaError.self) { try run("memory.read(1, { f = print })") }
    #expect(argument?.kind == .runtime)
    #expect(argument?.message == "argument 2.f is a function; only plain data leaves a script")
    let unknown = #expect(throws: LuaError.self) { try run("memory.reed()") }
    #expect(unknown?.message == "unknown name 'memory.reed'; did you mean 'memory.read'?")
    let many = #expect(throws: LuaError.self) {
      try run("for i = 1, 10 do memory.read() end", budget: LuaBudget(hostCalls: 5))
    }
    #expect(many?.message == "too many calls to the host ('read')")
    let frozen = #expect(throws: LuaError.self) { try run("memory.deep.write = print") }
    #expect(frozen?.message == "cannot set 'memory.deep.write'; the table is read-only")
  }
}
