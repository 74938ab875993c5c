import Engine
import HTTPServer
import JSON
import Model
import Operations
import Testing

@testable import MCP

/// A tool that takes three steps.
private enum Walk: Operation {
  static let name = "walk"
  static let title = "Walk"
  static let about = "Takes three steps."
  static let access = Access.reads()
  static let route = Route.post("/walk")
  static let command = Command(example: "mneme walk")

  struct Input: Sendable {}
  static let input = Schema.record(Input()) {}

  struct Output: Sendable { var steps = 0 }
  static let output = Schema.record(Output()) { Field("steps", \.steps, .integer(), "") }

  static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    // One comes twice: the protocol wants each to be further than the one before.
    for step in [1, 2, 2, 3] { try Progress.report(step, of: 3, "step \(step)") }
    return Output(steps: 3)
  }
}

@Suite struct ProgressTests {
  private func steps(_ events: Events) async throws -> (progress: [JSONValue], reply: JSONValue?) {
    var progress: [JSONValue] = []
    while let message = try await events.next() {
      guard message["method"] == "notifications/progress" else { return (progress, message) }
      progress.append(message["params"] ?? nil)
    }
    return (progress, nil)
  }

  private static let call: JSONObject = ["name": "walk", "_meta": ["progressToken": "token"]]

  @Test func `a client that gave a token hears of each step on the stream of its request`() async throws {
    let client = Client(try await House(extras: [AnyOperation(Walk.self)]))
    let response = try await client.stream("tools/call", Self.call)
    #expect(response.headers["Content-Type"] == "text/event-stream")
    let (progress, reply) = try await steps(try #require(Events(response)))
    #expect(progress.map { $0["progress"] } == [1, 2, 3])
    #expect(progress.first == ["progressToken": "token", "progress": 1, "total": 3, "message": "step 1"])
    #expect(reply?["result"]?["structuredContent"]?["steps"] == 3)
    #expect(reply?["result"]?["resultType"] == "complete")
  }

  @Test(arguments: Revision.all(of: .legacy)) func `in a session as well`(revision: Revision) async throws {
    let client = Client(try await House(extras: [AnyOperation(Walk.self)]))
    let session = try await client.session(revision.rawValue)
    let response = try await client.stream(legacy("tools/call", id: 5, Self.call), session)
    let (progress, reply) = try await steps(try #require(Events(response)))
    #expect(progress.map { $0["progress"] } == [1, 2, 3])
    #expect((progress.first?["message"] != nil) == revision.hasAnnotations)
    #expect(reply?["id"] == 5)
    #expect(reply?["result"]?["isError"] == nil)
  }

  @Test func `without a token, or with nothing to say, the answer is one document`() async throws {
    let client = Client(try await House(extras: [AnyOperation(Walk.self)]))
    for params in [["name": "walk"], ["name": "list_contexts", "_meta": ["progressToken": 1]]] as [JSONObject]
    {
      let answer = try await client.modern("tools/call", params)
      #expect(answer.headers["Content-Type"] == "application/json")
      #expect(answer.json?["result"]?["structuredContent"]?["status"] == "success")
    }
  }
}

@Suite struct ConsentTests {
  private static let asking: JSONObject = ["elicitation": [:]]

  private static func forget(_ more: JSONObject = [:]) -> JSONObject {
    var arguments: JSONObject = ["context_id": "default", "query": "deploy", "k": 50]
    for (key, value) in more { arguments[key] = value }
    return ["name": "forget", "arguments": .object(arguments)]
  }

  private func house(_ count: Int = 12) async throws -> House {
    let house = try await House()
    for number in 0..<count { try await house.remember("The deploy number \(number) failed") }
    return house
  }

  private func total(_ house: House) async throws -> JSONValue? {
    try await Client(house).call("list_memories", ["context_id": "default"])["structuredContent"]?["total"]
  }

  @Test func `a client that cannot ask is told to say it itself`() async throws {
    let house = try await house()
    let client = Client(house)
    let refused = try await client.modern("tools/call", Self.forget()).json?["result"]?["structuredContent"]
    #expect(refused?["error"] == "validation_error")
    #expect(refused?["faults"]?[0]?["path"] == "confirm")
    #expect(try await total(house) == 12)
    let done = try await client.modern("tools/call", Self.forget(["confirm": true])).json?["result"]
    #expect(done?["structuredContent"]?["deleted_count"] == 12)
    #expect(try await total(house) == 0)
  }

  @Test func `few are forgotten without a question`() async throws {
    let house = try await house(10)
    let response = try await Client(house).stream("tools/call", Self.forget(), capabilities: Self.asking)
    let reply = try JSONValue(parsing: try await response.body.collect())
    #expect(reply["result"]?["structuredContent"]?["deleted_count"] == 10)
  }

  @Test(
    arguments: [
      (["action": "accept", "content": ["confirm": true]], true),
      (["action": "accept", "content": ["confirm": false]], false), (["action": "accept"], false),
      (["action": "decline"], false), (["action": "cancel"], false),
    ] as [(JSONObject, Bool)])
  func `a modern client asks, and sends the call again with the answer`(answer: JSONObject, isAgreed: Bool)
    async throws
  {
    let house = try await house()
    let client = Client(house)
    func send(_ params: JSONObject) async throws -> JSONValue? {
      let response = try await client.stream("tools/call", params, capabilities: Self.asking)
      return try JSONValue(parsing: try await response.body.collect())["result"]
    }
    let question = try await send(Self.forget())
    #expect(question?["resultType"] == "input_required")
    #expect(question?["inputRequests"]?["confirm"]?["method"] == "elicitation/create")
    let form = question?["inputRequests"]?["confirm"]?["params"]
    #expect(form?["mode"] == "form")
    #expect(form?["message"]?.stringValue?.contains("Forget 12 memories of default") == true)
    #expect(try await total(house) == 12)
    var again = Self.forget()
    again["inputResponses"] = ["confirm": .object(answer)]
    let result = try await send(again)
    #expect(result?["resultType"] == "complete")
    if isAgreed {
      #expect(result?["structuredContent"]?["deleted_count"] == 12)
    } else {
      #expect(result?["structuredContent"]?["error"] == "declined")
      #expect(try await total(house) == 12)
    }
  }

  @Test(arguments: ["2025-06-18", "2025-11-25"], [true, false])
  func `a session is asked on the stream of its call`(revision: String, isAgreed: Bool) async throws {
    let house = try await house()
    let client = Client(house)
    let session = try await client.session(revision, capabilities: Self.asking)
    let events = try #require(
      Events(try await client.stream(legacy("tools/call", id: 5, Self.forget()), session)))
    let question = try #require(try await events.next())
    #expect(question["method"] == "elicitation/create")
    #expect((question["params"]?["mode"] != nil) == (revision == "2025-11-25"))
    let content: JSONValue = [
      "action": .string(isAgreed ? "accept" : "decline"), "content": ["confirm": true],
    ]
    let accepted = try await client.post(
      ["jsonrpc": "2.0", "id": question["id"] ?? nil, "result": content], session)
    #expect(accepted.status == 202)
    let reply = try await events.next()
    #expect(reply?["id"] == 5)
    #expect(
      reply?["result"]?["structuredContent"]?[isAgreed ? "deleted_count" : "error"]
        == (isAgreed ? 12 : "declined"))
    #expect(try await events.next() == nil)
  }

  @Test func `a session that ends lets a question go unanswered`() async throws {
    let house = try await house()
    let client = Client(house)
    let session = try await client.session(capabilities: Self.asking)
    let events = try #require(
      Events(try await client.stream(legacy("tools/call", Self.forget()), session)))
    _ = try await events.next()
    #expect(try await client.send(.delete, headers: session).status == 204)
    #expect(try await events.next()?["result"]?["structuredContent"]?["error"] == "declined")
    #expect(try await total(house) == 12)
  }

  @Test func `revisions without questions are not asked`() async throws {
    let client = Client(try await house())
    let session = try await client.session("2025-03-26", capabilities: Self.asking)
    let answer = try await client.post(legacy("tools/call", Self.forget()), session)
    #expect(answer.json?["result"]?["isError"] == true)
  }
}

@Suite struct SelectionTests {
  @Test func `a selected context is in the instructions and stands for the one that is not named`()
    async throws
  {
    let house = try await House()
    try await house.makeContext("garden") { draft in
      draft.summary = "What grows where"
      draft.usageGuide = String(repeating: "Use Latin names. ", count: 200)
    }
    let client = Client(house)
    let target = "/mcp?context=garden"
    let discovered = try await client.modern("server/discover", to: target).json?["result"]?["instructions"]
    let opened = try await client.send(.post, to: target, body: initialize().bytes).json?["result"]?[
      "instructions"]
    #expect(discovered == opened)
    let text = discovered?.stringValue ?? ""
    #expect(text.contains("What grows where\n\nUse Latin names."))
    #expect(text.utf8.count <= 2_048)

    let made = try await client.modern(
      "tools/call",
      [
        "name": "remember", "arguments": ["summary": "Roses need sun", "content": "All day", "type": "fact"],
      ],
      to: target)
    #expect(made.json?["result"]?["structuredContent"]?["context_name"] == "garden")
    let other = try await client.modern(
      "tools/call", ["name": "list_memories", "arguments": ["context_id": "default"]], to: target)
    #expect(other.json?["result"]?["structuredContent"]?["total"] == 0)

    let tools = try await client.modern("tools/list", to: target).json?["result"]?["tools"]?.arrayValue ?? []
    for tool in tools {
      #expect(tool["inputSchema"]?["required"]?.arrayValue?.contains("context_id") != true)
      if let argument = tool["inputSchema"]?["properties"]?["context_id"] {
        #expect(argument["default"] == "garden")
      }
    }
  }

  @Test func `a context that is not there is an error of the protocol`() async throws {
    let client = try await Client(House())
    #expect(try await client.modern("server/discover", to: "/mcp?context=nowhere").code == -32602)
    let answer = try await client.send(.post, to: "/mcp?context=nowhere", body: initialize().bytes)
    #expect(answer.code == -32602)
  }
}
