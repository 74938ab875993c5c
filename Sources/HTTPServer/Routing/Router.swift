/// Answers a request.
public typealias Handler = @Sendable (Request) async -> Response

/// Stands between the server and the handlers: may change the request, answer in the handler's place, or change the
/// answer. `next` is the rest of the way.
public typealias Middleware = @Sendable (_ request: Request, _ next: Handler) async -> Response

/// Makes the response for a status that the server itself decides on, such as 404 or 413.
/// The request is `nil` where none could be read.
public typealias ErrorResponse = @Sendable (_ status: Int, _ reason: String, _ request: Request?) -> Response

/// Where a handler runs.
public enum Placement: Sendable {
  /// On the event loop, between the reads and writes of all its connections. For handlers that take microseconds and
  /// never compute or block: so does everything they call, actors without an executor of their own included.
  case loop
  /// On Swift's concurrent pool. Costs a few microseconds more, and stalls nobody.
  case pool
}

/// Which handler answers which method and path.
///
/// ```swift
/// var router = Router()
/// router.on(.get, "/health", runs: .loop) { _ in Response(200, text: "ok") }
/// router.on(.get, "/memories/{id}") { request in … request.parameters["id"] … }
/// ```
///
/// A template's segment is a literal, `{name}`, `{name:integer}`, `{name:uuid}`, or, as the last one, `{name...}` for all
/// that is left. The most specific template that offers the method wins. `HEAD` is answered by the handler of `GET` and
/// `OPTIONS` by the server, unless there is a handler for them.
public struct Router: Sendable {
  struct Route: Sendable {
    let method: Method
    let endpoint: Endpoint
  }

  final class Endpoint: Sendable {
    let handler: Handler
    let placement: Placement
    let bodyLimit: Int?
    let names: [String]
    let isBare: Bool

    init(
      _ handler: @escaping Handler, _ placement: Placement, _ bodyLimit: Int?, _ names: [String], isBare: Bool
    ) {
      self.isBare = isBare
      self.handler = handler
      self.placement = placement
      self.bodyLimit = bodyLimit
      self.names = names
    }
  }

  private(set) var trie = RouteTrie<[Route]>()
  private(set) var methods: [Method] = []
  private(set) var middleware: [Middleware] = []

  public init() {}

  /// Adds a route. `bodyLimit` takes the place of the server's limit for this route, in either direction. A `bare`
  /// route is answered without middleware: for probes that come all the time and are nobody's business.
  ///
  /// A template that cannot be read, or a route that is there already, is a mistake in the program and stops it.
  public mutating func on(
    _ method: Method, _ template: String, runs placement: Placement = .pool, bodyLimit: Int? = nil,
    bare: Bool = false, _ handler: @escaping Handler
  ) {
    let place: RouteTemplate
    do {
      place = try RouteTemplate(template)
    } catch {
      preconditionFailure("the route \(method) \(template) cannot be read: \(error.reason)")
    }
    var routes = trie[place] ?? []
    precondition(!routes.contains { $0.method == method }, "there are two routes for \(method) \(template)")
    routes.append(
      Route(method: method, endpoint: Endpoint(handler, placement, bodyLimit, place.names, isBare: bare)))
    trie[place] = routes
    if !methods.contains(method) { methods.append(method) }
  }

  /// Adds middleware around every handler, and around the answers 404 and 405. The first one added is the outermost.
  public mutating func use(_ middleware: @escaping Middleware) { self.middleware.append(middleware) }

  /// Answers a request without a socket: the same routes, middleware and errors.
  public func respond(
    to request: Request, errorResponse: @escaping ErrorResponse = ServerConfiguration.plainError
  ) async -> Response {
    let plan = RoutingTable(self, errorResponse: errorResponse).plan(request.method, request.pathBytes)
    var request = request
    request.parameters = plan.parameters
    return await plan.handler(request)
  }
}
