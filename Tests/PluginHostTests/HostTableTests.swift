import Engine
import Identity
import JSON
import LuaRuntime
import Model
import Testing

@testable import PluginHost

/// Which function may be called in which hook with which capability: the whole table.
@Suite struct HostTableTests {
  struct Cell: Sendable, CustomTestStringConvertible {
    let function: HostDeclaration
    let hook: PluginHook
    var testDescription: String { "\(function.name) in \(hook.rawValue)" }
  }

  static let cells = HostAPI.functions.flatMap { function in
    PluginHook.allCases.map { Cell(function: function, hook: $0) }
  }

  private static let lanes = Lanes(count: 2, name: "table-test")

  /// One grant of each kind.
  static let grants: [PluginCapability] = PluginCapability.kinds.map {
    $0 == .httpFetch(host: nil) ? .httpFetch(host: "a.example") : $0
  }

  @Test(arguments: cells)
  func `a function is called where it may be, by whom it may be, and nowhere else`(cell: Cell) async throws {
    let studio = try await Studio()
    let plugin = try await studio.install(
      "return { after_remember = function() end }", hooks: [.afterRemember])
    for granted in Self.grants.map({ [$0] }) + [[], Self.grants] {
      var plugin = plugin
      plugin.granted = granted
      let run = PluginRun(
        plugin, cell.hook, as: studio.owner, about: nil, id: "1", engine: studio.engine,
        services: studio.plugins.services, time: .seconds(600))
      let isPlace = cell.function.hooks.contains(cell.hook)
      let isGranted =
        cell.function.capability.map { needed in granted.contains { needed.admits($0) } } ?? true
      do throws(HostError) {
        try run.authorise(cell.function)
        #expect(isPlace && isGranted, "called with \(granted)")
      } catch {
        #expect(!(isPlace && isGranted), "refused with \(granted)")
        // The reason says what to do: where it can be called, or what to grant.
        let expected = isPlace ? "needs the capability" : "cannot be called in \(cell.hook.rawValue)"
        #expect(error.message.contains(expected))
      }
      // The binding itself asks: nothing of it runs for whom it may not.
      let arguments = cell.function.parameters.map { Self.sample($0.type) }
      // As in life: on a thread that may wait for others.
      let reached = await Self.lanes.run(for: studio.owner.workspace) {
        Reached(cell.function, arguments, run)
      }
      #expect(reached.isRefused == !(isPlace && isGranted), "\(reached.message) with \(granted)")
    }
  }

  /// What comes of calling the binding as a script does.
  private struct Reached: Sendable {
    var message = ""
    var isRefused: Bool {
      message.contains("needs the capability") || message.contains("cannot be called in")
    }

    init(_ function: HostDeclaration, _ arguments: [JSONValue], _ run: PluginRun) {
      let literals = arguments.map(Self.literal).joined(separator: ", ")
      let program = LuaProgram(name: "t", source: "return function() \(function.name)(\(literals)) end")
      do throws(LuaError) {
        _ = try LuaSandbox(program, functions: HostAPI.bindings).call(context: run)
      } catch { message = error.message }
    }

    private static func literal(_ value: JSONValue) -> String {
      switch value {
      case .object: "{}"
      case .array: "{}"
      case .null: "nil"
      default: value.text
      }
    }
  }

  private static func sample(_ type: String) -> JSONValue {
    switch type {
    case "string": "x"
    case "integer", "number": 1
    case "boolean": true
    case "any": 1
    case "string[]": []
    default: [:]
    }
  }

  @Test func `what a hook waits for neither writes nor asks others`() {
    for function in HostAPI.functions where function.hooks.contains(.beforeRemember) {
      #expect(
        [nil, .memoryRead, .graphRead, .state, .log].contains(function.capability),
        "\(function.name) can be called while a writer waits")
    }
  }

  @Test func `names are unique, and every table that is named is described`() {
    #expect(Set(HostAPI.functions.map(\.name)).count == HostAPI.functions.count)
    let known = Set(HostAPI.tables.map(\.name))
    let plain: Set = ["string", "integer", "number", "boolean", "any"]
    var types: [String] = []
    for function in HostAPI.functions {
      types += function.parameters.map(\.type)
      if let result = function.result { types.append(result) }
    }
    for table in HostAPI.tables { types += table.fields.map(\.type) }
    for hook in HookTables.hooks { types += [hook.type, hook.result].compactMap { $0 } }
    for type in types where !type.hasPrefix("table<") && !type.hasPrefix("{") {
      let name = type.replacing("?", with: "").replacing("[]", with: "")
      #expect(plain.contains(name) || known.contains(name), "\(type) is not described")
    }
    #expect(Set(HookTables.hooks.map(\.hook)) == Set(PluginHook.allCases.map(\.rawValue)))
  }

  @Test func `arguments are checked before anything is done`() throws {
    let function = try #require(HostAPI.functions.first { $0.name == "mneme.state.set" })
    #expect(try function.checked(["k", 1]) == ["k", 1, .null])
    for (wrong, words) in [
      ([1, 1], "argument 1 (key) must be of the type string"), (["k"], "argument 2 (value) is missing"),
      (["k", 1, "soon"], "argument 3 (seconds) must be of the type integer"),
      (["k", 1, 1, 1], "takes 3 arguments"),
    ] as [([JSONValue], String)] {
      let error = #expect(throws: HostError.self) { try function.checked(wrong) }
      #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }
  }
}
