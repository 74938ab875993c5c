import HTTPServer
import JSON
import Model
import Operations
import Testing

@testable import MCP

@Suite struct ModernHTTPTests {
  @Test func `a client discovers what is here`() async throws {
    let client = try await Client(House())
    let answer = try await client.modern("server/discover")
    #expect(answer.status == 200)
    #expect(answer.headers["Content-Type"] == "application/json")
    #expect(answer.headers["Mcp-Session-Id"] == nil)
    let result = try #require(answer.json?["result"]?.objectValue)
    #expect(result["resultType"] == "complete")
    #expect(result["supportedVersions"] == ["2026-07-28"])
    #expect(result["ttlMs"]?.intValue ?? -1 >= 0)
    #expect(result["cacheScope"] == "private")
    #expect(result["_meta"]?["io.modelcontextprotocol/serverInfo"] == ["name": "mneme", "version": "1.2.3"])
    let instructions = result["instructions"]?.stringValue ?? ""
    #expect((1...2048).contains(instructions.utf8.count))
  }

  @Test func `what is advertised works, and what is not does not exist`() async throws {
    let client = try await Client(House())
    let families = [
      "tools": ["tools/list"], "resources": ["resources/list", "resources/templates/list"],
      "prompts": ["prompts/list"],
    ]
    let answer = try await client.modern("server/discover")
    let capabilities = try #require(answer.json?["result"]?["capabilities"]?.objectValue)
    for (family, methods) in families {
      for method in methods {
        let answer = try await client.modern(method)
        if capabilities[family] == nil {
          #expect(answer.status == 404)
          #expect(answer.code == -32601)
        } else {
          #expect(answer.status == 200)
          #expect(answer.json?["result"]?["resultType"] == "complete")
        }
      }
    }
  }

  @Test(arguments: [
    "ping", "initialize", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "roots/list",
    "x",
  ])
  func `methods of the other era do not exist`(method: String) async throws {
    let answer = try await Client(House()).modern(method)
    #expect(answer.status == 404)
    #expect(answer.code == -32601)
    #expect(answer.json?["id"] == 1)
  }

  @Test func `what is remembered is recalled`() async throws {
    let client = try await Client(House())
    let remembered = try await client.call(
      "remember",
      [
        "summary": "The deploy failed because the JWT had expired", "content": "All of it: “ü”",
        "type": "note",
        "context_id": "default",
      ])
    #expect(remembered["isError"] == nil)
    let id = try #require(remembered["structuredContent"]?["memory_id"])
    let recalled = try await client.call("recall", ["query": "deploy", "context_id": "default"])
    #expect(recalled["structuredContent"]?["results"]?[0]?["memory_id"] == id)
    let referenced = try await client.call("reference", ["memory_id": id, "context_id": "default"])
    #expect(referenced["structuredContent"]?["memory"]?["provenance"]?["client"] == "tests")
    #expect(referenced["structuredContent"]?["memory"]?["provenance"]?["door"] == "mcp")
    #expect(referenced["content"]?[0]?["text"]?.stringValue?.contains("“ü”") == true)
  }

  @Test func `the text of a result is its structured content`() async throws {
    let client = try await Client(House())
    for result in [
      try await client.call("list_contexts", [:]),
      try await client.call("recall", ["query": "x", "context_id": "nowhere"]),
    ] {
      let content = result["content"]?.arrayValue ?? []
      #expect(content.count == 1)
      let text = try #require(content.first?["text"]?.stringValue)
      let structured = try #require(result["structuredContent"])
      #expect(text == structured.text)
    }
  }

  @Test func `a call that fails tells every fault and what is allowed`() async throws {
    let result = try await Client(House()).call("remember", ["summary": "short", "colour": 7])
    #expect(result["isError"] == true)
    let error = try #require(result["structuredContent"])
    #expect(error["status"] == "error")
    #expect(error["error"] == "validation_error")
    let faults = error["faults"]?.arrayValue ?? []
    let paths = Set(faults.compactMap { $0["path"]?.stringValue })
    #expect(paths.isSuperset(of: ["summary", "content", "type", "context_id", "colour"]))
    #expect(faults.first { $0["path"] == "summary" }?["allowed"]?.stringValue?.contains("10 to 500") == true)
  }

  @Test func `a role that is too small is named`() async throws {
    let house = try await House()
    let viewer = Client(house, key: try await house.makeKey(as: .viewer))
    let result = try await viewer.call(
      "remember", ["summary": "Ten characters", "content": "x", "type": "note", "context_id": "default"])
    #expect(result["isError"] == true)
    #expect(result["structuredContent"]?["error"] == "permission_denied")
    #expect(result["structuredContent"]?["required_role"] == "member")
    let listed = try await viewer.modern("tools/list").json?["result"]?["tools"]?.arrayValue ?? []
    #expect(!listed.contains { $0["name"] == "remember" })
  }

  @Test func `a tool that is not listed can be called`() async throws {
    let client = try await Client(House())
    let listed = try await client.modern("tools/list").json?["result"]?["tools"]?.arrayValue ?? []
    #expect(!listed.contains { $0["name"] == "get_usage" })
    #expect(try await client.call("get_usage", [:])["structuredContent"]?["status"] == "success")
  }

  @Test(arguments: [
    ("/mcp", ToolListing.coreNames.count), ("/mcp?profile=core", ToolListing.coreNames.count),
    ("/mcp?profile=admin", Catalogue.all.count),
    ("/mcp?tools=recall,remember", 2),
    ("/mcp?profile=full&tools=recall", 1),
  ]) func `the address says which tools are listed`(target: String, count: Int) async throws {
    let answer = try await Client(House()).modern("tools/list", to: target)
    #expect(answer.json?["result"]?["tools"]?.arrayValue?.count == count)
  }

  @Test(
    arguments: [
      ("tools/call", ["name": "dream"]), ("tools/call", [:]), ("tools/call", ["name": 7]),
      ("tools/call", ["name": "recall", "arguments": []]), ("tools/list", ["cursor": "x"]),
    ] as [(String, JSONObject)])
  func `parameters that make no sense are errors of the protocol`(method: String, params: JSONObject)
    async throws
  {
    let answer = try await Client(House()).modern(method, params)
    #expect(answer.status == 400)
    #expect(answer.code == -32602)
  }

  @Test func `an unknown profile or tool in the address is an error of the protocol`() async throws {
    for target in ["/mcp?profile=tiny", "/mcp?tools=dream"] {
      #expect(try await Client(House()).modern("tools/list", to: target).code == -32602)
    }
  }

  @Test func `a notification is accepted and not answered`() async throws {
    let answer = try await Client(House()).post(
      notification("notifications/cancelled", ["requestId": 1]), ["MCP-Protocol-Version": "2026-07-28"])
    #expect(answer.status == 202)
    #expect(answer.body.isEmpty)
  }

  @Test(arguments: [
    ("{", 400, -32700), ("[]", 400, -32600), (#"{"jsonrpc":"2.0","id":1,"result":{}}"#, 400, -32600),
    (#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#, 400, -32602),
  ]) func `what climbs no ladder is refused`(body: String, status: Int, code: Int) async throws {
    let answer = try await Client(House()).post(
      Array(body.utf8), ["MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/list"])
    #expect(answer.status == status)
    #expect(answer.code == code)
  }

  @Test(arguments: [Method.get, .delete]) func `a modern client only posts`(method: Method) async throws {
    let answer = try await Client(House()).send(method, headers: ["MCP-Protocol-Version": "2026-07-28"])
    #expect(answer.status == 405)
    #expect(answer.headers["Allow"] == "POST")
  }

  @Test func `a body that forgot its header is told so`() async throws {
    let answer = try await Client(House()).post(modern("tools/list"))
    #expect(answer.status == 400)
    #expect(answer.code == -32020)
  }

  @Test func `a client that reads only events gets one`() async throws {
    let answer = try await Client(House()).modern(
      "tools/call", ["name": "list_contexts"], headers: ["Accept": "text/event-stream"])
    #expect(answer.status == 200)
    #expect(answer.headers["Content-Type"] == "text/event-stream")
    let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\n")
    #expect(lines.first == "event: message")
    let data = try #require(lines.last?.trimmingPrefix("data: "))
    #expect(try JSONValue(parsing: String(data))["result"]?["resultType"] == "complete")
  }

  @Test(
    arguments: [
      (["Content-Type": "text/plain"], 415), (["Content-Type": nil], 415),
      (["Content-Type": "Application/JSON; charset=utf-8"], 200), (["Accept": "text/html"], 406),
      (["Accept": "*/*"], 200), (["Accept": nil], 200), (["Origin": "https://evil.example"], 403),
      (["Origin": "null"], 403), (["Origin": "http://localhost:6274"], 200), (["Host": "evil.example"], 421),
      (["Host": "localhost:6636"], 200), (["Last-Event-ID": "7", "Mcp-Session-Id": "x"], 200),
    ] as [([String: String?], Int)])
  func `headers open and close the door`(headers: [String: String?], status: Int) async throws {
    let answer = try await Client(House()).modern("tools/list", headers: headers)
    #expect(answer.status == status)
  }
}
