internal import Engine
internal import Identity
internal import JSON
internal import LuaRuntime
internal import Model
internal import Storage
internal import WebClient

/// What a plugin's tests can call.
enum BenchAPI {
  static let functions: [HostFunction] = [
    function("world.install") { (world, arguments) async throws(HostError) in
      let given = arguments.first?.asObject.objectValue ?? [:]
      var setup = PluginSetup()
      setup.config = given["config"]?.asObject.objectValue
      do throws(EngineError) {
        if let list = given["grant"]?.arrayValue {
          setup.granted = list.compactMap { $0.stringValue.flatMap(PluginCapability.init) }
        } else {
          setup.granted = try await world.plugins.examine(world.package).capabilities
        }
        let plugin = try await world.engine.installPlugin(world.package, setup, as: world.owner)
        return .string(plugin.name)
      } catch { throw HostError(error) }
    },
    function("world.remember") { (world, arguments) async throws(HostError) in
      let draft = try MemoryValue.newDraft(arguments.first ?? .null)
      do throws(EngineError) {
        let access = try await world.engine.writing(context(arguments.first), as: world.owner)
        return .string(try await world.engine.remember(draft, in: access).memory.id.description)
      } catch { throw HostError(error) }
    },
    function("world.recall") { (world, arguments) async throws(HostError) in
      do throws(EngineError) {
        let access = try await world.engine.reading("default", as: world.owner)
        let request = RecallRequest(arguments.first?.stringValue ?? "")
        let found = try await world.engine.recall(request, in: [access])
        await world.engine.settle()
        return .array(found.items.map { MemoryValue.found($0) })
      } catch { throw HostError(error) }
    },
    function("world.memory") { (world, arguments) async throws(HostError) in
      do throws(EngineError) {
        let access = try await world.engine.reading(context(arguments.dropFirst().first), as: world.owner)
        return MemoryValue.full(
          try await world.engine.memory(arguments.first?.stringValue ?? "", in: access))
      } catch {
        if case .memoryNotFound = error { return .null }
        throw HostError(error)
      }
    },
    function("world.memories") { (world, arguments) async throws(HostError) in
      do throws(EngineError) {
        let access = try await world.engine.reading(context(arguments.first), as: world.owner)
        var listing = MemoryListing()
        listing.order = .oldest
        let asked = listing
        return .array(try await world.engine.list(asked, in: access).memories.map(MemoryValue.full))
      } catch { throw HostError(error) }
    },
    function("world.edges") { (world, arguments) async throws(HostError) in
      do throws(EngineError) {
        let access = try await world.engine.reading("default", as: world.owner)
        let edges = try await world.engine.edges(of: arguments.first?.stringValue ?? "", in: access)
        return .array(
          edges.map {
            [
              "source": .string($0.source.description), "target": .string($0.target.description),
              "type": .string($0.type),
            ]
          })
      } catch { throw HostError(error) }
    },
    function("world.context") { (world, arguments) async throws(HostError) in
      do throws(EngineError) {
        let draft = ContextDraft(name: arguments.first?.stringValue ?? "")
        return .string(try await world.engine.createContext(draft, as: world.owner).name)
      } catch { throw HostError(error) }
    },
    function("world.work") { (world, _) async throws(HostError) in .integer(Int64(await world.work())) },
    function("world.advance") { (world, arguments) async throws(HostError) in
      world.clock.advance(by: .seconds(arguments.first?.intValue ?? 0))
      return .null
    },
    function("world.respond") { (world, arguments) async throws(HostError) in
      let body = Array((arguments.dropFirst().first?.stringValue ?? "").utf8)
      world.outside.prepare(WebResponse(status: arguments.first?.intValue ?? 200, body: body))
      return .null
    },
    function("world.requests") { (world, _) async throws(HostError) in
      .array(
        world.outside.requests.map { request in
          [
            "method": .string(request.method), "url": .string(request.url),
            "headers": .object(JSONObject(request.headers.map { ($0.name, .string($0.value)) })),
            "body": .string(String(decoding: request.body ?? [], as: UTF8.self)),
          ]
        })
    },
    function("world.judge") { (world, arguments) async throws(HostError) in
      world.outside.prepare(verdict: arguments.first?.stringValue ?? "")
      return .null
    },
    function("world.log") { (world, _) async throws(HostError) in
      do throws(EngineError) {
        guard let plugin = try await world.engine.plugins(as: world.owner).first else { return .array([]) }
        let lines = try await world.engine.pluginLog(of: plugin.name, limit: 100, as: world.owner)
        return .array(lines.map { .string("\($0.level.rawValue): \($0.text)") })
      } catch { throw HostError(error) }
    },
    function("world.parked") { (world, _) async throws(HostError) in
      do throws(EngineError) {
        let tasks = try await world.engine.tasks(.parked, limit: 100, as: world.owner)
        return .array(tasks.map { .string($0.error ?? "") })
      } catch { throw HostError(error) }
    },
    HostFunction("hmac_sha256") { (call) throws(HostError) in
      let texts = call.arguments.map { Array(($0.stringValue ?? "").utf8) }
      guard texts.count == 2 else { throw HostError("hmac_sha256 takes a key and a text") }
      return .string(hexadecimal(hmacSHA256(texts[0], texts[1])))
    },
    HostFunction("expect") { (call) throws(HostError) in
      let holds = call.arguments.first.map { !$0.isNull && $0 != .bool(false) } ?? false
      if !holds { throw HostError(call.arguments.dropFirst().first?.stringValue ?? "this does not hold") }
      return .null
    },
    HostFunction("expect_equal") { (call) throws(HostError) in
      let (found, wanted) = (call.arguments.first ?? .null, call.arguments.dropFirst().first ?? .null)
      if found != wanted { throw HostError("expected \(wanted.text), found \(found.text)") }
      return .null
    },
  ]

  static let silent = functions.map { function in
    HostFunction(function.name) { (_) throws(HostError) in
      throw HostError("\(function.name) can be called in tests only, not while the script is read")
    }
  }

  private static func context(_ value: JSONValue?) -> String {
    value?.stringValue ?? value?["context"]?.stringValue ?? "default"
  }

  private static func function(
    _ name: String,
    _ body: @escaping @Sendable (BenchWorld, [JSONValue]) async throws(HostError) -> JSONValue
  ) -> HostFunction {
    HostFunction(name) { (call) throws(HostError) in
      guard let world = call.context as? BenchWorld else { throw HostError("\(name) has no world") }
      return try Blocking.wait(until: .now + .seconds(600)) { () async throws(HostError) in
        try await body(world, call.arguments)
      }
    }
  }
}
