/// A router made ready to serve: each request gets a plan, whatever there is at its path.
struct RoutingTable: Sendable {
  /// What will be done with a request.
  struct Plan: Sendable {
    let handler: Handler
    let placement: Placement
    /// Nil stands for the server's limit.
    var bodyLimit: Int?
    var parameters: Parameters = [:]
    /// Whether the answer is known before the body is read: there is no handler for the request.
    var isRefusal = false
  }

  private let trie: RouteTrie<[Router.Route]>
  private let methods: [Method]
  private let middleware: [Middleware]
  private let errorResponse: ErrorResponse

  init(_ router: Router, errorResponse: @escaping ErrorResponse) {
    trie = router.trie
    methods = router.methods
    middleware = router.middleware
    self.errorResponse = errorResponse
  }

  func plan(_ method: Method, _ path: ArraySlice<UInt8>) -> Plan {
    var plan: Plan?
    var allowed: [Method] = []
    do throws(RouteTrie<[Router.Route]>.MalformedPath) {
      try trie.search(path) { routes, values in
        if let route = Self.route(for: method, in: routes) {
          plan = self.plan(route.endpoint, values)
          return true
        }
        for route in routes where !allowed.contains(route.method) { allowed.append(route.method) }
        return false
      }
    } catch {
      return refusal(400, "The path is not valid UTF-8.")
    }
    if let plan { return plan }
    if method == .options, path.elementsEqual([Byte.asterisk]) { allowed = methods }
    if method == .options, !allowed.isEmpty { return options(allowed) }
    if !method.isStandard || method == .connect {
      return refusal(501, "The method \(method) is not implemented.")
    }
    if allowed.isEmpty { return refusal(404, "There is nothing at this path.") }
    let allow = Self.allow(allowed)
    return refusal(405, "The method \(method) is not offered here; these are: \(allow).") {
      $0.set("Allow", allow)
    }
  }

  private static func route(for method: Method, in routes: [Router.Route]) -> Router.Route? {
    for route in routes where route.method == method { return route }
    return method == .head ? routes.first { $0.method == .get } : nil
  }

  private func plan(_ endpoint: Router.Endpoint, _ values: [String]) -> Plan {
    Plan(
      handler: middleware.isEmpty || endpoint.isBare ? endpoint.handler : chain(endpoint.handler),
      placement: endpoint.placement,
      bodyLimit: endpoint.bodyLimit, parameters: Parameters(names: endpoint.names, values: values))
  }

  /// The value of `Allow`: what the routes offer, and what the server adds to it.
  static func allow(_ methods: [Method]) -> String {
    var methods = methods
    if methods.contains(.get), !methods.contains(.head) { methods.append(.head) }
    if !methods.contains(.options) { methods.append(.options) }
    return methods.map(\.rawValue).joined(separator: ", ")
  }

  private func options(_ methods: [Method]) -> Plan {
    let response = Response(204, headers: ["Allow": Self.allow(methods)])
    return Plan(handler: { _ in response }, placement: .loop)
  }

  private func refusal(
    _ status: Int, _ reason: String, _ complete: @escaping @Sendable (inout Headers) -> Void = { _ in }
  ) -> Plan {
    let errorResponse = errorResponse
    let handler: Handler = { request in
      var response = errorResponse(status, reason, request)
      complete(&response.headers)
      return response
    }
    // Middleware may do anything, such as checking a signature; it stays off the loop.
    return Plan(
      handler: middleware.isEmpty ? handler : chain(handler), placement: middleware.isEmpty ? .loop : .pool,
      isRefusal: true)
  }

  private func chain(_ handler: @escaping Handler) -> Handler {
    middleware.reversed().reduce(handler) { next, middleware in
      { request in await middleware(request, next) }
    }
  }
}
