import JSON
import LuaRuntime
import Testing

@Suite struct LuaSandboxTests {
  @Test func `a script that is data returns it`() throws {
    let environment = ["PORT": "8080"]
    let env = HostFunction("env") { call throws(HostError) in
      guard let name = call.arguments.first?.stringValue else { throw HostError("env wants a name") }
      return environment[name].map(JSONValue.string) ?? .null
    }
    let source = """
      local port = tonumber(env "PORT")
      return { port = port, ratio = 1.0, missing = env "NOTHING", names = { "a", "b" }, deep = { [1] = { x = true } } }
      """
    let sandbox = try LuaSandbox(LuaProgram(name: "mneme.conf.lua", source: source), functions: [env])
    let expected: JSONValue = [
      "port": 8080, "ratio": 1.0, "names": ["a", "b"], "deep": [["x": true]],
    ]
    #expect(try sandbox.evaluate().values == [expected])
  }
}
