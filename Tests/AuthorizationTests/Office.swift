internal import Engine
internal import HTTPServer
internal import Identity
internal import JSON
internal import Model
internal import Storage
internal import StorageReference
internal import TestSupport
internal import Testing
internal import Threads
internal import WebClient

@testable import Authorization

/// An authorization server over a store in memory, asked without a socket, and a browser to go there with.
final class Office: Sendable {
  let clock = TestClock()
  let store = ReferenceStore()
  let engine: MemoryEngine
  let router: Router
  let address: PublicAddress
  /// The owner's key.
  let key: String
  /// The documents that the web has, by URL.
  let web = Lock<[String: String]>([:])
  /// How often the web was asked.
  let asked = Lock(0)
  private let cookie = Lock<String?>(nil)

  static let base = "http://127.0.0.1:6636"
  static let callback = "http://127.0.0.1:7777/callback"
  static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
  static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

  init(publicURL: String? = nil) async throws {
    engine = MemoryEngine(store: store, clock: clock)
    var random = SystemRandomNumberGenerator()
    let secret = KeySecret.make(from: &random)
    key = secret.text
    _ = try await engine.found(with: secret)
    let origins = OriginPolicy(publicURL: publicURL, origins: [])
    address = PublicAddress(publicURL: publicURL, origins: origins)
    let documents = ClientDocuments(clock: clock) { [web, asked] request throws(WebError) in
      asked.withLock { $0 += 1 }
      guard let text = web.withLock({ $0[request.url] }) else {
        throw WebError(.forbidden, "no such server")
      }
      return WebResponse(status: 200, body: Array(text.utf8))
    }
    var cost = PasswordHasher.Cost()
    (cost.passes, cost.kibibytes) = (1, 64)
    var router = Router()
    AuthorizationDoor(
      engine: engine, store: store, address: address, origins: origins, documents: documents,
      hasher: PasswordHasher(cost: cost), clock: clock
    ).mount(on: &router)
    self.router = router
  }

  struct Answer: Sendable {
    let status: Int
    let headers: Headers
    let text: String

    var json: JSONValue { (try? JSONValue(parsing: Array(text.utf8))) ?? .null }
    var error: String? { json["error"]?.stringValue }
    /// The parameters of the address that it sends the browser to.
    var sentBack: [String: String] {
      guard let location = headers["Location"], let mark = location.firstIndex(of: "?") else { return [:] }
      let request = Request(.get, "/" + location[mark...])
      return Dictionary(request.queryItems.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }
  }

  func send(
    _ method: Method, _ target: String, headers: [String: String] = [:], body: String = "",
    from peer: String = "127.0.0.1"
  ) async throws -> Answer {
    var fields: Headers = ["Host": "127.0.0.1:6636"]
    for (name, value) in headers { fields.set(name, value) }
    let response = await router.respond(
      to: Request(
        method, target, headers: fields, body: Array(body.utf8),
        peer: Request.Peer(address: peer, isLocal: peer == "127.0.0.1")))
    return Answer(
      status: response.status, headers: response.headers,
      text: String(decoding: try await response.body.collect(), as: UTF8.self))
  }

  func get(_ target: String) async throws -> Answer { try await send(.get, target) }

  func form(_ fields: [(String, String)]) -> String {
    fields.map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
  }

  func post(
    _ target: String, _ fields: [(String, String)], headers: [String: String] = [:]
  ) async throws -> Answer {
    let headers = headers.merging(["Content-Type": "application/x-www-form-urlencoded"]) { given, _ in given }
    return try await send(.post, target, headers: headers, body: form(fields))
  }

  /// Registers a program. Returns its id.
  func register(_ metadata: JSONObject = [:]) async throws -> String {
    var body: JSONObject = ["client_name": "Testbench", "redirect_uris": [.string(Self.callback)]]
    for (name, value) in metadata { body[name] = value }
    let answer = try await send(.post, "/register", body: JSONValue.object(body).text)
    #expect(answer.status == 201, "\(answer.text)")
    return try #require(answer.json["client_id"]?.stringValue)
  }

  /// What a program asks for at `/authorize`; nil leaves a parameter out.
  func question(of client: String, _ changes: [String: String?] = [:]) -> [(String, String)] {
    var fields: [String: String?] = [
      "response_type": "code", "client_id": client, "redirect_uri": Self.callback, "state": "s 1",
      "scope": "memory:read memory:write", "code_challenge": Self.challenge, "code_challenge_method": "S256",
      "resource": "\(Self.base)/mcp",
    ]
    for (name, value) in changes { fields[name] = .some(value) }
    return fields.compactMap { name, value in value.map { (name, $0) } }.sorted { $0.0 < $1.0 }
  }

  /// Opens the page.
  func open(_ question: [(String, String)]) async throws -> Answer {
    let answer = try await send(.get, "/authorize?" + form(question))
    if let set = answer.headers["Set-Cookie"] { cookie.withLock { $0 = String(set.prefix { $0 != ";" }) } }
    return answer
  }

  /// Opens the page and sends its first form with `fields` filled in.
  func decide(
    _ question: [(String, String)], _ fields: [(String, String)], from peer: String = "127.0.0.1"
  ) async throws -> Answer {
    let page = try await open(question)
    #expect(page.status == 200, "\(page.text)")
    let hidden = page.text.prefix(upTo: page.text.firstRange(of: "</form>")?.lowerBound ?? page.text.endIndex)
      .matches(of: #/<input type="hidden" name="([^"]*)" value="([^"]*)">/#)
      .map { (String($0.output.1), String($0.output.2).replacing("&amp;", with: "&")) }
    let decided = fields.map(\.0)
    let all = hidden.filter { !decided.contains($0.0) } + fields
    return try await send(
      .post, "/authorize",
      headers: [
        "Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie.withLock { $0 } ?? "",
        "Origin": "null",
      ], body: form(all), from: peer)
  }

  /// Goes all the way to a code, signed in by key.
  func code(for client: String, _ changes: [String: String?] = [:], key: String? = nil) async throws -> String
  {
    let answer = try await decide(question(of: client, changes), [("key", key ?? self.key)])
    return try #require(answer.sentBack["code"], "\(answer.status) \(answer.text)")
  }

  func exchange(
    _ code: String, of client: String, _ changes: [String: String?] = [:], headers: [String: String] = [:]
  ) async throws -> Answer {
    var fields: [String: String?] = [
      "grant_type": "authorization_code", "code": code, "client_id": client, "redirect_uri": Self.callback,
      "code_verifier": Self.verifier, "resource": "\(Self.base)/mcp",
    ]
    for (name, value) in changes { fields[name] = .some(value) }
    return try await post(
      "/token", fields.compactMap { name, value in value.map { (name, $0) } }, headers: headers)
  }

  func refresh(_ token: String, of client: String, _ more: [(String, String)] = []) async throws -> Answer {
    try await post(
      "/token", [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", client)] + more)
  }

  /// The tokens of a program that went all the way.
  func tokens(
    for client: String, _ changes: [String: String?] = [:], key: String? = nil
  ) async throws -> (access: String, refresh: String) {
    let answer = try await exchange(
      try await code(for: client, changes, key: key), of: client,
      changes.filter { $0.key == "resource" })
    #expect(answer.status == 200, "\(answer.text)")
    return (
      try #require(answer.json["access_token"]?.stringValue),
      try #require(answer.json["refresh_token"]?.stringValue)
    )
  }

  /// Who a token stands for at an endpoint; nil when it opens nothing there.
  func caller(_ token: String, at path: String = "/mcp", host: String = "127.0.0.1:6636") async -> Caller? {
    var request = Request(.post, path, headers: ["Host": host])
    var workspace: WorkspaceID?
    if let name = path.split(separator: "/").last, path.hasPrefix("/mcp/w/") {
      request.parameters = ["workspace": String(name)]
      workspace = WorkspaceID(name)
    }
    return try? await engine.authenticate(
      bearer: token, workspace: workspace, at: address.protectedResource(for: request), door: .mcp)
  }
}
