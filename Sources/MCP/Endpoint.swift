internal import Engine
internal import JSON
internal import Model
public import Operations

/// Mneme as an MCP server, whatever carries its messages.
///
/// The module in four steps. A transport (``MCPDoor`` for HTTP, ``StdioServer`` for pipes) brings a message.
/// `EraRouter` decides which of the two protocols it is written in. A modern request climbs the `ModernLadder`; a legacy
/// one belongs to a session, which the transport keeps. Then both ask the same endpoint, which knows no transport and
/// answers with what the request's revision knows, and no more: tools from the catalogue, resources from the `Library`,
/// and prompts.
public struct Endpoint: Sendable {
  /// Who answers, as clients show it to people.
  public struct Server: Sendable, Hashable {
    public var name: String
    public var title: String
    public var version: String

    public init(name: String = "mneme", title: String = "Mneme", version: String) {
      self.name = name
      self.title = title
      self.version = version
    }
  }

  let server: Server
  let instructions: String
  let tools: [Tool]
  let byName: [String: Tool]
  let report: @Sendable (any Error, _ what: String) -> Void

  /// An endpoint that offers `operations`. `report` is told the cause of each fault, which no client sees.
  public init(
    server: Server, instructions: String = Instructions.general,
    operations: [AnyOperation] = Catalogue.all,
    report: @escaping @Sendable (any Error, _ what: String) -> Void = { _, _ in }
  ) {
    self.server = server
    self.instructions = instructions
    self.report = report
    tools = operations.map(Tool.init)
    byName = Dictionary(tools.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

extension Endpoint {
  /// Answers a request.
  func reply(to request: RPCRequest, in exchange: Exchange) async -> Reply {
    do throws(RPCError) {
      return Reply.result(try await result(of: request, in: exchange), to: request.id)
    } catch {
      return Reply(id: request.id, outcome: .error(error.fitting(exchange.revision.era)))
    }
  }

  /// What a token must be good for to be used for this message.
  func permission(for message: JSONValue) -> Permission? {
    guard message["method"]?.stringValue == ClientMethod.callTool.rawValue,
      let name = message["params"]?["name"]?.stringValue
    else { return nil }
    return byName[name]?.operation.access.permission
  }

  private func result(of request: RPCRequest, in exchange: Exchange) async throws(RPCError) -> JSONObject {
    guard let method = ClientMethod(rawValue: request.method), method.exists(in: exchange.revision.era) else {
      throw .unknownMethod(request.method)
    }
    let params = request.params
    let result: JSONObject =
      switch method {
      case .discover: try await discovery(in: exchange)
      case .initialize: try await greeting(Handshake(params), in: exchange)
      case .ping: [:]
      case .listTools: try list(params, in: exchange)
      case .callTool: try await call(request, in: exchange)
      case .listResources: try await listResources(params, in: exchange)
      case .listResourceTemplates: try listResourceTemplates(params, in: exchange)
      case .readResource: try await readResource(params, in: exchange)
      case .subscribe: try await subscribe(params, in: exchange)
      case .unsubscribe: try unsubscribe(params, in: exchange)
      case .listPrompts: try listPrompts(params, in: exchange)
      case .getPrompt: try await getPrompt(params, in: exchange)
      case .complete: try await complete(params, in: exchange)
      // Its answer is a stream, which only a transport can give.
      case .listen: throw .unknownMethod(request.method)
      }
    return exchange.revision.era == .modern ? dressed(result, as: method) : result
  }

  /// Adds what every modern result carries.
  private func dressed(_ result: JSONObject, as method: ClientMethod) -> JSONObject {
    var dressed: JSONObject = ["resultType": "complete"]
    for (key, value) in result { dressed[key] = value }
    if let freshness = method.freshness {
      dressed["ttlMs"] = .integer(freshness.milliseconds)
      dressed["cacheScope"] = .string(freshness.scope.rawValue)
    }
    let identity: JSONObject = ["name": .string(server.name), "version": .string(server.version)]
    dressed["_meta"] = .object([Envelope.Key.server: .object(identity)])
    return dressed
  }

  /// Asks the engine, and translates what it throws.
  func asked<Value>(
    _ what: String, _ question: () async throws(EngineError) -> Value
  ) async throws(RPCError) -> Value {
    do throws(EngineError) { return try await question() } catch {
      if case .fault(let cause) = error { report(cause, what) }
      throw RPCError(error)
    }
  }

  /// Refuses a cursor where a list has one page.
  func refuseCursor(_ params: JSONObject) throws(RPCError) {
    if let cursor = params["cursor"], !cursor.isNull {
      throw RPCError(.invalidParameters, "There is no such cursor: the list has one page.")
    }
  }
}
