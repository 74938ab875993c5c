public import Engine
public import HTTPServer
public import Identity
internal import JSON
public import Model
public import Storage

/// The authorization server (OAuth 2.1) that lives beside what it protects: a user signs in on a page and allows a program
/// to use their memories, and the program gets tokens that are worth that much and no more.
///
/// The way of a program: it asks without a token and is told where to read about the resource (`+Metadata`); it registers,
/// or names a document about itself (`+Registration`, ``ClientDocuments``); it sends the user to `/authorize`
/// (`+Consent`), where an ``AuthorizationRequest`` is judged and the ``ConsentPage`` shown; it gets a code and exchanges
/// it, and later its refresh token, at `/token` (`+Tokens`, ``TokenIssuer``). The paths are those that clients of
/// 2025-03-26 assume without asking.
public struct AuthorizationDoor: Sendable {
  let engine: MemoryEngine
  let store: any TokenStore
  let issuer: TokenIssuer
  let address: PublicAddress
  let origins: OriginPolicy
  let documents: ClientDocuments
  let hasher: PasswordHasher
  let clock: any WallClock
  let namesThrottle = SignInThrottle(free: 5)
  let addressThrottle = SignInThrottle(free: 30)
  let registrations = RateLimit(60, per: .seconds(3_600))
  let lookups = RateLimit(60, per: .seconds(60))

  /// How many registered programs are kept.
  static let clientLimit = 10_000

  /// A door to `engine`, with what it needs to remember in `store`.
  public init(
    engine: MemoryEngine, store: any TokenStore, address: PublicAddress, origins: OriginPolicy,
    documents: ClientDocuments, hasher: PasswordHasher = PasswordHasher(),
    lifetimes: TokenIssuer.Lifetimes = TokenIssuer.Lifetimes(), clock: any WallClock = SystemClock()
  ) {
    self.engine = engine
    self.store = store
    self.address = address
    self.origins = origins
    self.documents = documents
    self.hasher = hasher
    self.clock = clock
    issuer = TokenIssuer(store: store, clock: clock, lifetimes: lifetimes)
  }

  /// Adds the routes.
  public func mount(on router: inout Router) {
    for path in ["", "/mcp", "/mcp/w/{workspace}"] {
      open("/.well-known/oauth-protected-resource" + path, [.get: protectedResource], on: &router)
    }
    for name in ["oauth-authorization-server", "openid-configuration"] {
      open("/.well-known/" + name, [.get: serverMetadata], on: &router)
    }
    open("/register", [.post: register], on: &router)
    open("/token", [.post: token], on: &router)
    open("/revoke", [.post: revoke], on: &router)
    router.on(.get, "/authorize") { request in await admitted(request, showConsent) }
    router.on(.post, "/authorize", bodyLimit: 64 << 10) { request in await admitted(request, decide) }
  }

  /// A route for programs, wherever they run: pages of any origin may use it, since they send no cookie and all that
  /// opens something is in the request itself.
  private func open(
    _ path: String, _ handlers: [Method: @Sendable (Request) async -> Response], on router: inout Router
  ) {
    for (method, handler) in handlers {
      router.on(method, path, bodyLimit: 64 << 10) { request in await admitted(request, handler) }
    }
    let methods = handlers.keys.map(\.rawValue).sorted().joined(separator: ", ") + ", OPTIONS"
    router.on(.options, path, runs: .loop) { _ in
      Response(
        204,
        headers: [
          "Allow": methods, "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": methods,
          "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept, MCP-Protocol-Version",
          "Access-Control-Max-Age": "600",
        ])
    }
  }

  private func admitted(
    _ request: Request, _ handler: @Sendable (Request) async -> Response
  ) async -> Response {
    guard let (status, reason) = origins.refusalOfHost(of: request) else { return await handler(request) }
    return Response(status, text: reason + "\n")
  }

  /// The program with that id.
  func client(_ id: String, for request: Request) async throws(OAuthError) -> KnownClient {
    if ClientDocuments.isDocument(id) {
      guard lookups.admits(request.remoteAddress, at: clock.now()) else {
        throw OAuthError(.slowDown, "too many requests from your address; try again in a minute")
      }
      return try await documents.client(id)
    }
    let found = try await asked { () async throws(StorageError) in try await store.client(id) }
    guard let found else { throw OAuthError(.invalidClient, "there is no such client; register first") }
    return KnownClient(found)
  }
}
