import HTTPServer
import JSON
import Model
import Testing

@testable import MCP

@Suite struct LegacyHTTPTests {
  @Test(arguments: Revision.all(of: .legacy)) func `a session from its opening to its end`(revision: Revision)
    async throws
  {
    let client = try await Client(House())
    let opening = try await client.post(initialize(revision.rawValue, id: "é"))
    #expect(opening.status == 200)
    #expect(opening.json?["id"] == "é")
    let result = try #require(opening.json?["result"])
    #expect(result["protocolVersion"] == .string(revision.rawValue))
    #expect(result["serverInfo"]?["name"] == "mneme")
    #expect(result["serverInfo"]?["version"] == "1.2.3")
    #expect(result["instructions"]?.stringValue?.isEmpty == false)
    #expect(result["resultType"] == nil)
    let id = try #require(opening.headers["Mcp-Session-Id"])
    let session: [String: String?] = ["Mcp-Session-Id": id, "MCP-Protocol-Version": revision.rawValue]

    let ready = try await client.post(notification("notifications/initialized"), session)
    #expect(ready.status == 202)
    #expect(ready.body.isEmpty)
    #expect(
      try await client.post(legacy("ping", id: 7), session).json == [
        "jsonrpc": "2.0", "id": 7, "result": [:],
      ])

    let list = try await client.post(legacy("tools/list"), session)
    #expect(list.json?["result"]?["tools"]?.arrayValue?.count == ToolListing.coreNames.count)
    #expect(list.json?["result"]?["ttlMs"] == nil)
    #expect(list.json?["result"]?["cacheScope"] == nil)

    let call = try await client.post(legacy("tools/call", ["name": "list_contexts"]), session)
    #expect(call.json?["result"]?["content"]?[0]?["type"] == "text")
    #expect((call.json?["result"]?["structuredContent"] != nil) == revision.hasStructuredContent)

    #expect(try await client.send(.delete, headers: session).status == 204)
    let late = try await client.post(legacy("ping", id: 8), session)
    #expect(late.status == 404)
    #expect(late.json?["id"] == 8)
    #expect(late.code != -32601)
  }

  @Test func `errors of the protocol travel with 200`() async throws {
    let client = try await Client(House())
    let session = try await client.session()
    for (message, code) in [
      (legacy("no/such"), -32601), (legacy("server/discover"), -32601),
      (legacy("tools/call", ["name": "dream"]), -32602), (legacy("tools/list", ["cursor": ""]), -32602),
    ] {
      let answer = try await client.post(message, session)
      #expect(answer.status == 200)
      #expect(answer.code == code)
    }
    #expect(try await client.post(legacy("initialize", [:])).code == -32602)
  }

  @Test func `without a session there is nothing but its opening`() async throws {
    let client = try await Client(House())
    for message in [legacy("tools/list"), notification("notifications/initialized"), legacy("ping")] {
      #expect(try await client.post(message).status == 400)
      #expect(try await client.post(message, ["Mcp-Session-Id": "unknown"]).status == 404)
    }
    #expect(try await client.send(.get, headers: ["Accept": "text/event-stream"]).status == 400)
    #expect(try await client.send(.delete, headers: ["Mcp-Session-Id": "unknown"]).status == 404)
  }

  @Test func `a session is no credential`() async throws {
    let house = try await House()
    let client = Client(house)
    let session = try await client.session()
    let other = client.with(key: try await house.makeKey(as: .owner))
    #expect(try await other.post(legacy("ping"), session).status == 404)
    #expect(try await other.send(.delete, headers: session).status == 404)
    #expect(try await client.with(key: nil).post(legacy("ping"), session).status == 401)
    #expect(try await client.post(legacy("ping"), session).status == 200)
  }

  @Test func `a client answers what nobody asked`() async throws {
    let client = try await Client(House())
    let answer = try await client.post(
      ["jsonrpc": "2.0", "id": 1, "result": [:]], try await client.session())
    #expect(answer.status == 202)
    #expect(answer.body.isEmpty)
  }

  @Test func `a batch is answered in the revision that has them`() async throws {
    let client = try await Client(House())
    let session = try await client.session("2025-03-26")
    let batch: JSONValue = [
      legacy("ping", id: 1), notification("notifications/initialized"), legacy("no/such", id: "two"), 7,
      legacy("tools/call", id: 3, ["name": "list_contexts"]),
    ]
    let answer = try await client.post(batch, session)
    #expect(answer.status == 200)
    let replies = try #require(answer.json?.arrayValue)
    #expect(replies.map { $0["id"] } == [1, "two", .null, 3])
    #expect(replies.map { $0["error"]?["code"] } == [nil, -32601, -32600, nil])
    let silent = try await client.post([notification("x"), notification("y")], session)
    #expect(silent.status == 202)
    #expect(silent.body.isEmpty)
    #expect(try await client.post([], session).status == 400)
    let many = JSONValue.array(Array(repeating: legacy("ping"), count: MCPDoor.batchLimit + 1))
    #expect(try await client.post(many, session).status == 400)
  }

  @Test(arguments: ["2024-11-05", "2025-06-18", "2025-11-25"])
  func `and in no other`(revision: String) async throws {
    let client = try await Client(House())
    let answer = try await client.post([legacy("ping")], try await client.session(revision))
    #expect(answer.status == 400)
    #expect(answer.code == -32600)
  }

  @Test func `a body that is no JSON is refused`() async throws {
    let answer = try await Client(House()).post(Array("{".utf8))
    #expect(answer.status == 400)
    #expect(answer.code == -32700)
    #expect(answer.json?.objectValue?["id"] == .null)
  }

  @Test func `a session has one stream, which ends with it`() async throws {
    let house = try await House()
    let client = Client(house)
    let session = try await client.session()
    let stream = try await client.open(session)
    #expect(stream.status == 200)
    #expect(stream.headers["Content-Type"] == "text/event-stream")
    #expect(try await client.open(session).status == 409)
    async let body = stream.body.collect()
    #expect(try await client.send(.delete, headers: session).status == 204)
    #expect(String(decoding: try await body, as: UTF8.self) == ": ping\n\n")
    #expect(try await client.open(session).status == 404)
  }

  @Test func `a stream is for those who can read it`() async throws {
    let client = try await Client(House())
    var session = try await client.session()
    session["Accept"] = "application/json"
    #expect(try await client.send(.get, headers: session).status == 406)
  }

  @Test func `the client of a session is noted with what it writes`() async throws {
    let client = try await Client(House())
    let session = try await client.session()
    func call(_ name: String, _ arguments: JSONObject) async throws -> JSONValue? {
      let params: JSONObject = ["name": .string(name), "arguments": .object(arguments)]
      return try await client.post(legacy("tools/call", params), session).json?["result"]?[
        "structuredContent"]
    }
    let remembered = try await call(
      "remember", ["summary": "Ten characters", "content": "x", "type": "note", "context_id": "default"])
    let id = try #require(remembered?["memory_id"])
    let memory = try await call("reference", ["memory_id": id, "context_id": "default"])
    #expect(memory?["memory"]?["provenance"]?["client"] == "tests")
  }
}
