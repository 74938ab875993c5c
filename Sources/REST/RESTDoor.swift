public import Engine
public import HTTPServer
internal import Identity
internal import JSON
internal import Operations

/// REST: a route for each operation of the catalogue, and the document that describes them.
///
/// ```swift
/// var router = Router()
/// RESTDoor(engine: engine, report: log).mount(on: &router)
/// ```
public struct RESTDoor: Sendable {
  /// What a deployment decides.
  public struct Settings: Sendable {
    /// Which pages may use the routes, and under which names.
    public var origins = OriginPolicy()
    /// What a request's token must be for.
    public var resource: @Sendable (Request) -> ProtectedResource = { _ in .keysOnly }

    public init() {}
  }

  private let engine: MemoryEngine
  private let settings: Settings
  private let report: @Sendable (any Error, _ request: String) -> Void

  /// A door to `engine`. `report` is told the cause of each answer 500, whose details no caller sees.
  public init(
    engine: MemoryEngine, settings: Settings = Settings(),
    report: @escaping @Sendable (any Error, _ request: String) -> Void
  ) {
    self.engine = engine
    self.settings = settings
    self.report = report
  }

  /// Adds the routes.
  public func mount(on router: inout Router) {
    for operation in Catalogue.all {
      router.on(Method(rawValue: operation.route.method.rawValue), operation.route.path) { request in
        await answer(request, with: operation)
      }
    }
    let document = JSONValue.object(OpenAPI.document(of: Catalogue.all)).bytes
    router.on(.get, "/openapi.json", runs: .loop) { _ in
      Response(200, bytes: document, contentType: "application/json")
    }
    let page = Array(ReferencePage.html(of: Catalogue.all).utf8)
    router.on(.get, "/docs", runs: .loop) { _ in
      Response(200, bytes: page, contentType: "text/html; charset=utf-8")
    }
  }

  private func answer(_ request: Request, with operation: AnyOperation) async -> Response {
    if let (status, reason) = settings.origins.refusal(of: request) {
      return Problem.response(status: status, reason: reason, request: request)
    }
    let resource = settings.resource(request)
    do throws(EngineError) {
      let caller = try await engine.authenticate(
        bearer: request.credential, at: resource, door: .rest, client: request.clientName)
      let call = Call(engine: engine, caller: caller, idempotencyKey: request.headers["Idempotency-Key"])
      let (arguments, spelling) = try Arguments.read(request, for: operation)
      let result = try await operation.run(arguments, spelled: spelling, call)
      return Response(
        operation.route.status, headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
        body: .bytes(JSONValue.object(result).bytes))
    } catch {
      if case .fault(let cause) = error { report(cause, request.id) }
      return Problem.response(for: error, request: request.id, at: resource)
    }
  }
}

extension Request {
  /// The credential that came with the request, in either of the two usual places.
  var credential: String? {
    guard let header = headers["Authorization"] else { return headers["X-API-Key"] }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return header }
    return parts[1].trimmingPrefix(" ").description
  }

  /// The program that asks, as it calls itself.
  var clientName: String? {
    headers["User-Agent"]?.split(separator: " ").first.map { String($0.prefix(100)) }
  }
}
