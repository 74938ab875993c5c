internal import Authorization
internal import Engine
public import HTTPServer
internal import JSON
internal import MCP
internal import Operations
internal import REST
internal import Storage
internal import WebClient

/// A Mneme that listens.
public struct Serving: Sendable {
  /// Where clients reach it, as a URL.
  public let url: String
  public let addresses: [BoundAddress]
  private let server: Server
  private let upkeep: Upkeep
  private let deployment: Deployment
  private let log: Log

  /// Starts to listen. Throws a ``ServerError`` whose message says what to do.
  public static func start(_ deployment: Deployment, log: Log) throws(ServerError) -> Serving {
    let configuration = deployment.configuration
    var router = Router()
    router.use(accessLog(log))
    let origins = OriginPolicy(
      publicURL: configuration.publicURL, origins: Set(configuration.allowedOrigins),
      hosts: Set(configuration.allowedHosts))
    let address = PublicAddress(publicURL: configuration.publicURL, origins: origins)
    var rest = RESTDoor.Settings()
    rest.origins = origins
    rest.resource = address.protectedResource
    RESTDoor(engine: deployment.engine, settings: rest) { error, request in
      log.write(.error, "fault", ["request_id": .string(request), "cause": .string("\(error)")])
    }.mount(on: &router)
    var mcp = MCPDoor.Settings()
    mcp.origins = origins
    mcp.resource = address.protectedResource
    let endpoint = Endpoint(server: .init(version: Release.version)) { error, what in
      log.write(.error, "fault", ["what": .string(what), "cause": .string("\(error)")])
    }
    MCPDoor(endpoint, engine: deployment.engine, settings: mcp).mount(on: &router)
    // What strangers write into their ids must not lead into the own network.
    let internet = WebSession(reach: .publicInternet())
    let documents = ClientDocuments { request throws(WebError) in try await internet.send(request) }
    AuthorizationDoor(
      engine: deployment.engine, store: deployment.store, address: address, origins: origins,
      documents: documents
    ).mount(on: &router)
    let probes = Probes(deployment)
    probes.mount(on: &router)
    let server = try Server(configuration: serverConfiguration(configuration), router: router)
    let addresses = try server.start()
    probes.watch(server)
    let serving = Serving(
      url: url(of: addresses, configuration), addresses: addresses, server: server,
      upkeep: Upkeep(deployment, log: log), deployment: deployment, log: log)
    address.listens(at: serving.url)
    let listening = addresses.map { JSONValue.string($0.description) }
    log.write(.info, "listening", ["url": .string(serving.url), "addresses": .array(listening)])
    return serving
  }

  /// Reads the certificate again, for connections from now on.
  public func reloadCertificate() {
    do {
      try server.reloadCertificate()
      log.write(.info, "certificate reloaded")
    } catch { log.write(.error, "certificate not reloaded", ["cause": .string("\(error)")]) }
  }

  /// Stops: no new connections, open requests are answered, then the store is closed.
  public func stop() async {
    log.write(.info, "stopping", ["drain_seconds": .integer(Int64(deployment.configuration.drainSeconds))])
    await upkeep.stop()
    await server.shutdown(grace: .seconds(deployment.configuration.drainSeconds))
    await deployment.close()
    log.write(.info, "stopped")
  }

  private static func serverConfiguration(_ configuration: Configuration) -> ServerConfiguration {
    var server = ServerConfiguration()
    server.listeners = [.tcp(host: configuration.host, port: configuration.port)]
    if let path = configuration.socket { server.listeners.append(.unix(path: path)) }
    server.loops = configuration.loops
    server.limits.body = configuration.bodyLimit
    server.limits.connections = configuration.connections
    server.limits.connectionsPerAddress = configuration.connectionsPerAddress
    if let certificate = configuration.tlsCertificate, let key = configuration.tlsKey {
      server.tls = TLSConfiguration(certificateFile: certificate, privateKeyFile: key)
    }
    server.serverName = "mneme/" + Release.version
    server.cors = CORSPolicy(
      origins: Set(configuration.allowedOrigins), allowsLoopback: true,
      headers: [
        "Authorization", "Content-Type", "Accept", "Last-Event-ID", "X-Request-ID", "X-API-Key",
        "Idempotency-Key",
        "Mcp-Session-Id", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name",
      ],
      exposedHeaders: ["X-Request-ID", "Mcp-Session-Id", "WWW-Authenticate"])
    server.errorResponse = { status, reason, request in
      Problem.response(status: status, reason: reason, request: request)
    }
    return server
  }

  private static func url(of addresses: [BoundAddress], _ configuration: Configuration) -> String {
    if let url = configuration.publicURL { return url }
    let scheme = configuration.tlsCertificate == nil ? "http" : "https"
    let host = ["0.0.0.0", "::", "[::]"].contains(configuration.host) ? "127.0.0.1" : configuration.host
    let bracketed = host.contains(":") ? "[\(host)]" : host
    return "\(scheme)://\(bracketed):\(addresses.compactMap(\.port).first ?? configuration.port)"
  }

  /// Names each request, and notes how it went: method, path and time, never a body, a query or a credential.
  private static func accessLog(_ log: Log) -> Middleware {
    { request, next in
      let start = ContinuousClock.now
      var response = await next(request)
      response.headers.set("X-Request-ID", request.id)
      let level: Log.Level = response.status >= 500 ? .error : request.path == "/health" ? .debug : .info
      log.write(
        level, "request",
        [
          "request_id": .string(request.id), "method": .string("\(request.method)"),
          "path": .string(request.path),
          "status": .integer(Int64(response.status)),
          "milliseconds": .double(Double((ContinuousClock.now - start) / .microseconds(1)) / 1_000),
          "peer": .string(request.remoteAddress),
        ])
      return response
    }
  }
}
