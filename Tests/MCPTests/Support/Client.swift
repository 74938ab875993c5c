import HTTPServer
import JSON

@testable import MCP

/// A client that talks to the routes without a socket.
struct Client: Sendable {
  let router: Router
  let key: String?

  /// A client with the owner's key.
  init(_ house: House) { self.init(house, key: house.secret) }

  init(_ house: House, key: String?, settings: MCPDoor.Settings = MCPDoor.Settings()) {
    router = house.router(settings)
    self.key = key
  }

  private init(_ router: Router, key: String?) {
    self.router = router
    self.key = key
  }

  /// The same server, asked with another key.
  func with(key: String?) -> Client { Client(router, key: key) }

  struct Answer: Sendable {
    let status: Int
    let headers: Headers
    let body: [UInt8]

    var json: JSONValue? { try? JSONValue(parsing: body) }
    /// The code of the error.
    var code: Int? { json?["error"]?["code"]?.intValue }
  }

  /// Sends a request as an official client would, but for `headers`; nil leaves one out.
  func send(
    _ method: Method, to target: String = "/mcp", body: [UInt8] = [], headers changes: [String: String?] = [:]
  ) async throws -> Answer {
    let response = await ask(method, to: target, body: body, headers: changes)
    return Answer(status: response.status, headers: response.headers, body: try await response.body.collect())
  }

  private func ask(
    _ method: Method, to target: String, body: [UInt8], headers changes: [String: String?]
  ) async -> Response {
    var headers: Headers = [
      "Host": "127.0.0.1:6636", "Content-Type": "application/json",
      "Accept": "application/json, text/event-stream",
    ]
    if let key { headers.set("Authorization", "Bearer \(key)") }
    for (name, value) in changes { headers[name] = value }
    return await router.respond(to: Request(method, target, headers: headers, body: body))
  }

  func post(_ body: [UInt8], _ headers: [String: String?] = [:]) async throws -> Answer {
    try await send(.post, body: body, headers: headers)
  }

  func post(_ message: JSONValue, _ headers: [String: String?] = [:]) async throws -> Answer {
    try await post(message.bytes, headers)
  }

  /// A modern request with the headers that belong to it.
  func modern(
    _ method: String, _ params: JSONObject = [:], to target: String = "/mcp",
    headers changes: [String: String?] = [:]
  ) async throws -> Answer {
    let message = MCPTests.modern(method, params)
    return try await send(
      .post, to: target, body: message.bytes,
      headers: Self.headers(of: method, params).merging(changes) { $1 })
  }

  /// A modern request whose answer is read as it comes.
  func stream(
    _ method: String, _ params: JSONObject = [:], id: JSONValue = 1, capabilities: JSONObject = [:]
  ) async throws -> Response {
    let message = MCPTests.modern(method, id: id, params, capabilities: capabilities)
    return await ask(.post, to: "/mcp", body: message.bytes, headers: Self.headers(of: method, params))
  }

  /// A request of a session, whose answer is read as it comes.
  func stream(_ message: JSONValue, _ session: [String: String?]) async throws -> Response {
    await ask(.post, to: "/mcp", body: message.bytes, headers: session)
  }

  private static func headers(of method: String, _ params: JSONObject) -> [String: String?] {
    var headers: [String: String?] = ["MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method]
    let key = method == "resources/read" ? "uri" : "name"
    if ["tools/call", "prompts/get", "resources/read"].contains(method) {
      headers["Mcp-Name"] = params[key]?.stringValue
    }
    return headers
  }

  /// The result of a tool's call.
  func call(_ tool: String, _ arguments: JSONObject) async throws -> JSONObject {
    let answer = try await modern("tools/call", ["name": .string(tool), "arguments": .object(arguments)])
    return answer.json?["result"]?.objectValue ?? [:]
  }

  /// Opens a session and returns the headers of what follows.
  func session(
    _ revision: String = "2025-11-25", capabilities: JSONObject = [:]
  ) async throws -> [String: String?] {
    let answer = try await post(initialize(revision, capabilities: capabilities))
    return ["Mcp-Session-Id": answer.headers["Mcp-Session-Id"], "MCP-Protocol-Version": revision]
  }

  /// Opens the stream of a session. Its body is yet to be read.
  func open(_ session: [String: String?]) async throws -> Response {
    await ask(.get, to: "/mcp", body: [], headers: session)
  }
}
