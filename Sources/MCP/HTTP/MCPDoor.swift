public import Engine
public import HTTPServer
internal import Identity
internal import JSON
internal import Model
internal import Operations

/// MCP over HTTP: one URL for both protocols.
///
/// ```swift
/// var router = Router()
/// MCPDoor(endpoint, engine: engine, settings: settings).mount(on: &router)
/// ```
///
/// A modern request stands alone. A legacy client opens a session with `initialize` and may hold a stream open with
/// `GET`. Who asks is decided anew for each request, by its credential; a session adds nothing to that.
public struct MCPDoor: Sendable {
  /// What a deployment decides.
  public struct Settings: Sendable {
    /// Which pages may talk to the endpoint, and under which names.
    public var origins = OriginPolicy()
    /// What a request's token must be for.
    public var resource: @Sendable (Request) -> ProtectedResource = { _ in .keysOnly }
    /// Bytes of a message; beyond: 413.
    public var bodyLimit = 4 << 20
    /// After how long a silent session ends.
    public var sessionIdle: Duration = .seconds(3600)
    /// How often an open stream says that it is still there.
    public var pingInterval: Duration = .seconds(15)
    /// How often the store is looked at for those who want to hear of changes.
    public var watchInterval: Duration = .milliseconds(250)

    public init() {}
  }

  let endpoint: Endpoint
  let engine: MemoryEngine
  let settings: Settings
  let sessions: SessionTable
  let watch: ChangeWatch

  /// A door to `engine`.
  public init(_ endpoint: Endpoint, engine: MemoryEngine, settings: Settings = Settings()) {
    self.endpoint = endpoint
    self.engine = engine
    self.settings = settings
    sessions = SessionTable(idle: settings.sessionIdle)
    watch = ChangeWatch(interval: settings.watchInterval)
  }

  /// Adds `/mcp`, and `/mcp/w/{workspace}` for credentials of that workspace only.
  public func mount(on router: inout Router) {
    for template in ["/mcp", "/mcp/w/{workspace}"] {
      for (method, serve) in [(Method.post, post), (.get, get), (.delete, delete)] {
        router.on(method, template, bodyLimit: settings.bodyLimit) { request in
          await admit(request, serve)
        }
      }
    }
  }

  /// A request that may come in, and who sent it.
  struct Visit: Sendable {
    let request: Request
    let caller: Caller
    let headers: RoutingHeaders
    let resource: ProtectedResource
    /// Looks at the credential again.
    let authenticate: @Sendable () async throws(EngineError) -> Caller

    var principal: Principal { Principal(caller) }

    var offer: Offer {
      Offer(
        listing: ToolListing(profile: request.queryValue("profile"), tools: request.queryValue("tools")),
        context: request.queryValue("context").flatMap { $0.isEmpty ? nil : $0 })
    }
  }

  /// Lets a request in, or says why not: first where it comes from, then whose it is. Its body was not looked at yet.
  private func admit(
    _ request: Request, _ serve: @Sendable (Visit) async -> Response
  ) async -> Response {
    if let (status, reason) = settings.origins.refusal(of: request) { return .refusal(status, reason) }
    let resource = settings.resource(request)
    do throws(EngineError) {
      let workspace = try workspace(of: request)
      let authenticate = { @Sendable [engine] () async throws(EngineError) in
        try await engine.authenticate(
          bearer: request.bearer, workspace: workspace, at: resource, door: .mcp)
      }
      let visit = Visit(
        request: request, caller: try await authenticate(), headers: RoutingHeaders(request.headers),
        resource: resource, authenticate: authenticate)
      return await serve(visit)
    } catch {
      return challenge(error, at: resource)
    }
  }

  private func workspace(of request: Request) throws(EngineError) -> WorkspaceID? {
    guard let name = request.parameters["workspace"] else { return nil }
    guard let id = WorkspaceID(name) else { throw .unauthenticated(.unknown) }
    return id
  }

  /// The answer to a credential that does not open what was asked for.
  private func challenge(_ error: EngineError, at resource: ProtectedResource) -> Response {
    var response = Response.refusal(error.face.status, error.message)
    if let challenge = resource.challenge(for: error) { response.headers.set("WWW-Authenticate", challenge) }
    return response
  }

  // MARK: - POST

  private func post(_ visit: Visit) async -> Response {
    let contentType = visit.request.headers["Content-Type"].map { mediaType($0) }
    guard contentType == "application/json" else {
      return .refusal(415, "The body of a message has the Content-Type application/json.")
    }
    let accepts = Acceptance(visit.request.headers["Accept"])
    guard accepts.json || accepts.events else {
      return .refusal(406, "Answers are application/json or text/event-stream; Accept names neither.")
    }
    let body: Result<JSONValue, JSONSyntaxError>
    do throws(JSONSyntaxError) { body = .success(try JSONValue(parsing: visit.request.body)) } catch {
      body = .failure(error)
    }
    // What a token is not for is told in HTTP, which is how clients know that they may ask for another one.
    if let message = try? body.get(), let needed = endpoint.permission(for: message),
      visit.caller.permission < needed
    {
      return challenge(.permissionRequired(needed, has: visit.caller.permission), at: visit.resource)
    }
    let era = EraRouter.era(headers: visit.headers, body: try? body.get())
    let answer = era == .modern ? await modern(visit, body, accepts) : await legacy(visit, body, accepts)
    return answer.response(accepts)
  }

  private func modern(
    _ visit: Visit, _ body: Result<JSONValue, JSONSyntaxError>, _ accepts: Acceptance
  ) async -> HTTPAnswer {
    do throws(Refusal) {
      switch try ModernLadder.judge(body, headers: visit.headers) {
      case .acknowledge: return .accepted
      case .serve(let request, let envelope):
        let caller = visit.caller.named(envelope.client)
        var exchange = exchange(visit, as: caller, in: envelope.revision)
        if request.method == ClientMethod.listen.rawValue {
          return try listen(request, in: exchange, accepts)
        }
        if canElicit(envelope.capabilities) {
          exchange.asking = .again(answers: request.params["inputResponses"]?.objectValue)
        }
        guard accepts.events, endpoint.tool(of: request) != nil, request.progressToken != nil else {
          return .modern(await endpoint.reply(to: request, in: exchange))
        }
        let asides = Asides(pingInterval: settings.pingInterval, endsWithStream: true)
        let silent = exchange
        return await asides.answer(envelope.revision) { [endpoint] say in
          var exchange = silent
          exchange.say = say
          return await endpoint.reply(to: request, in: exchange)
        } as: { reply in
          reply.map(HTTPAnswer.modern) ?? .accepted
        }
      }
    } catch { return .modern(.refusal(error)) }
  }

  /// A stream that tells of changes for as long as the client stays.
  private func listen(
    _ request: RPCRequest, in exchange: Exchange, _ accepts: Acceptance
  ) throws(Refusal) -> HTTPAnswer {
    guard accepts.events else {
      throw Refusal(request.id, .invalidRequest, "The answer is text/event-stream; Accept does not name it.")
    }
    let listening: Listening
    do throws(RPCError) { listening = try Listening(request) } catch {
      throw Refusal(request.id, error.fitting(.modern))
    }
    return HTTPAnswer { [watch, settings] events in
      try await events.keepingAlive(every: settings.pingInterval) {
        let reply = await listening.reply(exchange, watch) { message in try await events.send(message) }
        try await events.send(reply)
      }
    }
  }

  func exchange(_ visit: Visit, as caller: Caller, in revision: Revision) -> Exchange {
    let call = Call(
      engine: engine, caller: caller, idempotencyKey: visit.request.headers["Idempotency-Key"])
    return Exchange(
      revision: revision, offer: visit.offer, role: caller.role,
      call: { () async throws(EngineError) in call }, look: look(visit, as: caller.client))
  }

  func look(_ visit: Visit, as client: String?) -> ChangeWatch.Look {
    { [engine] () async throws(EngineError) in
      let caller = try await visit.authenticate().named(client)
      return (caller, try await engine.changeMark(as: caller))
    }
  }
}

extension RoutingHeaders {
  init(_ headers: Headers) {
    self.init(
      revision: headers.values(for: Self.revisionName), method: headers.values(for: Self.methodName),
      name: headers.values(for: Self.nameName))
  }
}

extension Request {
  /// The credential, which comes in `Authorization` and nowhere else: what stands in a URL ends up in logs.
  fileprivate var bearer: String? {
    guard let header = headers["Authorization"] else { return nil }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return String(parts[1].trimmingPrefix { $0 == " " })
  }
}
