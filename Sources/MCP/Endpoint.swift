internal import Engine
internal import Identity
internal import JSON
internal import Model
public import Operations

/// Mneme as an MCP server, whatever carries its messages.
///
/// The module in four steps. A transport (``MCPDoor`` for HTTP, ``StdioServer`` for pipes) brings a message.
/// `EraRouter` decides which of the two protocols it is written in. A modern request climbs the `ModernLadder`; a legacy
/// one belongs to a session, which the transport keeps. Then both ask the same endpoint, which knows no transport and
/// renders the catalogue: it answers with what the request's revision knows, and no more.
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
  private let tools: [Tool]
  private let byName: [String: Tool]
  private let report: @Sendable (any Error, _ tool: String) -> Void

  /// An endpoint that offers `operations`. `report` is told the cause of each fault, which no client sees.
  public init(
    server: Server, instructions: String = Instructions.general,
    operations: [AnyOperation] = Catalogue.all,
    report: @escaping @Sendable (any Error, _ tool: String) -> Void = { _, _ in }
  ) {
    self.server = server
    self.instructions = instructions
    self.report = report
    tools = operations.map(Tool.init)
    byName = Dictionary(tools.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

/// What a transport knows about a request beside its words.
struct Exchange: Sendable {
  let revision: Revision
  let listing: ToolListing
  /// What the list of tools is cut to.
  let role: Role
  /// The engine and the caller, once something needs them.
  let call: @Sendable () async throws(EngineError) -> Call
}

extension Endpoint {
  /// Answers a request.
  func reply(to request: RPCRequest, in exchange: Exchange) async -> Reply {
    do throws(RPCError) {
      return Reply.result(try await result(of: request, in: exchange), to: request.id)
    } catch {
      return Reply(id: request.id, outcome: .error(error))
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
    let result: JSONObject =
      switch method {
      case .discover: discovery
      case .initialize: try handshake(request.params).result
      case .ping: [:]
      case .listTools: try list(request.params, in: exchange)
      case .callTool: try await call(request.params, in: exchange)
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

  /// What is offered: exactly the families that ``ClientMethod`` has.
  var capabilities: JSONObject { ["tools": [:]] }

  private var discovery: JSONObject {
    let revisions = Revision.all(of: .modern).map { JSONValue.string($0.rawValue) }
    return [
      "supportedVersions": .array(revisions), "capabilities": .object(capabilities),
      "instructions": .string(instructions),
    ]
  }

  private func list(_ params: JSONObject, in exchange: Exchange) throws(RPCError) -> JSONObject {
    if let cursor = params["cursor"], !cursor.isNull {
      throw RPCError(.invalidParameters, "There is no such cursor: the list has one page.")
    }
    let selected = try exchange.listing.select(from: tools, for: exchange.role)
    let listed = selected.map { tool in
      JSONValue.object(tool.listed(exchange.listing.detail, for: exchange.revision))
    }
    return ["tools": .array(listed)]
  }

  private func call(_ params: JSONObject, in exchange: Exchange) async throws(RPCError) -> JSONObject {
    guard let name = params["name"]?.stringValue else {
      throw RPCError(.invalidParameters, "params.name is the name of a tool.")
    }
    guard let tool = byName[name] else { throw .unknownTool(name) }
    let arguments: JSONObject
    switch params["arguments"] {
    case .object(let object): arguments = object
    case nil, .null: arguments = [:]
    default: throw RPCError(.invalidParameters, "params.arguments is an object.")
    }
    let result: ToolResult
    do throws(EngineError) {
      result = ToolResult(try await tool.operation.run(arguments, try await exchange.call()))
    } catch {
      if case .fault(let cause) = error { report(cause, name) }
      result = ToolResult(error)
    }
    return result.json(for: exchange.revision)
  }
}
