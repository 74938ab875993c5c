import Engine
import Glibc
import HTTPServer
import Identity
import JSON
import Model
import Testing
import Threads

@testable import MCP

@Suite struct StdioServerTests {
  /// A server in one process with its client.
  private final class Line: Sendable {
    let toServer: Pipe
    let fromServer: Pipe
    private let reader: LineReader
    private let running: Task<Void, Never>

    init(
      settings: StdioServer.Settings = StdioServer.Settings(), _ house: House,
      open: (@Sendable () async throws -> (engine: MemoryEngine, secret: String?))? = nil
    ) throws {
      toServer = try Pipe()
      fromServer = try Pipe()
      var settings = settings
      settings.input = toServer.output
      settings.output = fromServer.input
      let server = StdioServer(house.endpoint, settings: settings) {
        if let open { return try await open() }
        return (house.engine, house.secret)
      }
      reader = LineReader(fromServer.output, limit: 1 << 26)
      running = Task { [fromServer] in
        await server.run()
        fromServer.closeInput()
      }
    }

    func send(_ text: String) {
      let bytes = Array((text + "\n").utf8)
      let count = bytes.withUnsafeBytes { write(toServer.input, $0.baseAddress, $0.count) }
      precondition(count == bytes.count, "the pipe of a test is full")
    }

    func send(_ message: JSONValue) { send(message.text) }

    /// The next message of the server; nil at the end.
    func next() async throws -> JSONValue? {
      guard case .text(let bytes) = await reader.next() else { return nil }
      return try JSONValue(parsing: bytes)
    }

    func ask(_ message: JSONValue) async throws -> JSONValue? {
      send(message)
      return try await next()
    }

    /// Everything that the server still says until it is done.
    func finish() async throws -> [JSONValue] {
      toServer.closeInput()
      var rest: [JSONValue] = []
      while let message = try await next() { rest.append(message) }
      await running.value
      return rest
    }

    func cancel() async {
      running.cancel()
      await running.value
    }
  }

  @Test(arguments: Revision.all(of: .legacy)) func `a legacy session`(revision: Revision) async throws {
    let line = try Line(try await House())
    let opening = try await line.ask(initialize(revision.rawValue))
    #expect(opening?["result"]?["protocolVersion"] == .string(revision.rawValue))
    line.send(notification("notifications/initialized"))
    #expect(try await line.ask(legacy("ping", id: "a")) == ["jsonrpc": "2.0", "id": "a", "result": [:]])
    #expect(
      try await line.ask(legacy("tools/list"))?["result"]?["tools"]?.arrayValue?.count
        == ToolListing.coreNames.count)
    let call = try await line.ask(legacy("tools/call", ["name": "list_contexts"]))
    #expect(call?["result"]?["content"]?[0]?["type"] == "text")
    #expect(call?["result"]?["resultType"] == nil)
    #expect(try await line.finish() == [])
  }

  @Test func `a modern client needs no opening`() async throws {
    let line = try Line(try await House())
    #expect(try await line.ask(modern("server/discover"))?["result"]?["supportedVersions"] == ["2026-07-28"])
    let call = try await line.ask(modern("tools/call", ["name": "list_contexts"]))
    #expect(call?["result"]?["resultType"] == "complete")
    #expect(call?["result"]?["structuredContent"]?["status"] == "success")
    #expect(try await line.finish() == [])
  }

  @Test
  func `a client that probed and was refused may open a session, and both protocols go on side by side`()
    async throws
  {
    let line = try Line(try await House())
    #expect(try await line.ask(modern("server/discover", in: "2099-01-01"))?["error"]?["code"] == -32022)
    #expect(try await line.ask(initialize())?["result"]?["protocolVersion"] == "2025-11-25")
    #expect(try await line.ask(modern("tools/list"))?["result"]?["resultType"] == "complete")
    #expect(try await line.ask(legacy("tools/list"))?["result"]?["resultType"] == nil)
    #expect(try await line.finish() == [])
  }

  @Test(arguments: ["tools/list", "server/discover", "no/such"])
  func `a request before the opening gets an error, not silence`(method: String) async throws {
    let line = try Line(try await House())
    let answer = try await line.ask(legacy(method, id: 5))
    #expect(answer?["id"] == 5)
    #expect(answer?["error"]?["code"] == -32600)
    #expect(try await line.finish() == [])
  }

  @Test func `what is no message is answered, and the next line is served`() async throws {
    let line = try Line(try await House())
    line.send("{")
    let broken = try await line.next()
    #expect(broken?["error"]?["code"] == -32700)
    #expect(broken?.objectValue?["id"] == .null)
    #expect(try await line.ask([])?["error"]?["code"] == -32600)
    #expect(try await line.ask(["jsonrpc": "2.0", "id": nil, "method": "ping"])?["error"]?["code"] == -32600)
    line.send("")
    line.send(initialize().text + "\r")
    #expect(try await line.next()?["result"]?["protocolVersion"] == "2025-11-25")
    #expect(try await line.finish() == [])
  }

  @Test func `batches belong to one revision`() async throws {
    let line = try Line(try await House())
    _ = try await line.ask(initialize("2025-03-26"))
    let replies = try await line.ask([legacy("ping", id: 1), notification("x"), 3, legacy("ping", id: 2)])
    #expect(
      replies?.arrayValue?.map { $0["id"] } == [1, 2, .null]
        || replies?.arrayValue?.map { $0["id"] } == [1, .null, 2])
    #expect(try await line.finish() == [])
    let other = try Line(try await House())
    _ = try await other.ask(initialize("2025-06-18"))
    #expect(try await other.ask([legacy("ping")])?["error"]?["code"] == -32600)
    #expect(try await other.finish() == [])
  }

  @Test func `requests that came before the end are answered after it`() async throws {
    let line = try Line(try await House())
    for id in 1...40 { line.send(modern("tools/call", id: .integer(Int64(id)), ["name": "list_contexts"])) }
    let ids = try await line.finish().compactMap { $0["id"]?.intValue }
    #expect(ids.sorted() == Array(1...40))
  }

  @Test func `more requests than are worked on at a time are all answered`() async throws {
    var settings = StdioServer.Settings()
    settings.concurrency = 2
    let line = try Line(settings: settings, try await House())
    for id in 1...20 { line.send(modern("tools/call", id: .integer(Int64(id)), ["name": "list_contexts"])) }
    #expect(try await line.finish().count == 20)
  }

  @Test func `the list of tools does not wait for the engine`() async throws {
    let house = try await House()
    let (gate, open) = AsyncStream.makeStream(of: Never.self)
    let line = try Line(house) {
      for await _ in gate {}
      return (house.engine, house.secret)
    }
    line.send(modern("tools/call", id: "slow", ["name": "list_contexts"]))
    #expect(try await line.ask(initialize())?["result"] != nil)
    #expect(try await line.ask(legacy("tools/list"))?["result"] != nil)
    open.finish()
    #expect(try await line.next()?["id"] == "slow")
    #expect(try await line.finish() == [])
  }

  @Test func `an engine that cannot be opened fails the call, and the next call tries again`() async throws {
    struct Closed: Error {}
    let house = try await House()
    let attempts = Lock(0)
    let line = try Line(house) {
      let attempt = attempts.withLock { count in
        count += 1
        return count
      }
      if attempt == 1 { throw EngineError.unavailable("Somebody holds the lock.") }
      return (house.engine, house.secret)
    }
    let first = try await line.ask(modern("tools/call", ["name": "list_contexts"]))
    #expect(first?["result"]?["isError"] == true)
    #expect(first?["result"]?["structuredContent"]?["error"] == "unavailable")
    for _ in 0..<2 {
      let next = try await line.ask(modern("tools/call", ["name": "list_contexts"]))
      #expect(next?["result"]?["structuredContent"]?["status"] == "success")
    }
    #expect(attempts.withLock { $0 } == 2)
    #expect(try await line.finish() == [])
  }

  @Test func `a request that is called off is not answered`() async throws {
    let house = try await House()
    let (gate, open) = AsyncStream.makeStream(of: Never.self)
    let line = try Line(house) {
      for await _ in gate {}
      return (house.engine, house.secret)
    }
    line.send(modern("tools/call", id: "off", ["name": "list_contexts"]))
    line.send(modern("tools/call", id: "on", ["name": "list_contexts"]))
    line.send(notification("notifications/cancelled", ["requestId": "off", "reason": "test"]))
    line.send(notification("notifications/cancelled", ["requestId": "unknown"]))
    // Lines are taken in order, so once this is answered the others were seen.
    #expect(try await line.ask(modern("server/discover", id: "last"))?["id"] == "last")
    open.finish()
    #expect(try await line.finish().map { $0["id"] } == ["on"])
  }

  @Test func `a long line is served and a line that is too long is refused`() async throws {
    var settings = StdioServer.Settings()
    settings.lineLimit = 2 << 20
    let house = try await House()
    let line = try Line(settings: settings, house)
    let arguments: JSONObject = [
      "summary": "Ten characters", "content": .string(String(repeating: "ü\n", count: 400_000)),
      "type": "note",
      "context_id": "default",
    ]
    let long = modern("tools/call", ["name": "remember", "arguments": .object(arguments)])
    async let written: Void = line.toServer.write(
      long.bytes + Array("\n".utf8) + Array(repeating: UInt8(ascii: " "), count: 3 << 20) + Array("\n".utf8))
    let answers = [try await line.next(), try await line.next()]
    await written
    #expect(answers.contains { $0?["result"]?["structuredContent"]?["status"] == "success" })
    #expect(answers.contains { $0?["error"]?["code"] == -32600 })
    #expect(try await line.finish() == [])
  }

  @Test func `a server whose task is cancelled comes to an end`() async throws {
    let line = try Line(try await House())
    #expect(try await line.ask(modern("server/discover"))?["result"] != nil)
    await line.cancel()
  }

  @Test func `a client hears of changes in both protocols at once`() async throws {
    let house = try await House()
    var settings = StdioServer.Settings()
    settings.watchInterval = .milliseconds(5)
    let line = try Line(settings: settings, house)
    let filter: JSONObject = ["notifications": ["resourceSubscriptions": ["memory://pinned"]]]
    #expect(
      try await line.ask(modern("subscriptions/listen", id: "ear", filter))?["method"]
        == "notifications/subscriptions/acknowledged")
    _ = try await line.ask(initialize())
    #expect(try await line.ask(legacy("resources/subscribe", ["uri": "memory://recent"]))?["result"] == [:])
    // One of the two changes is made before the watch looks for the first time, perhaps; the other is not.
    var heard: Set<String> = []
    try await house.remember("Always answer in English") { $0.delivery = .always }
    while heard.count < 2, let message = try await line.next() {
      #expect(message["method"] == "notifications/resources/updated")
      let isMarked = message["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == "ear"
      let uri = message["params"]?["uri"]?.stringValue ?? ""
      #expect(isMarked == (uri == "memory://pinned"))
      heard.insert(uri)
    }
    #expect(heard == ["memory://pinned", "memory://recent"])
    // The end of the input ends the stream, with a result.
    #expect(try await line.finish().map { $0["id"] } == ["ear"])
  }

  @Test func `listening that is called off is not answered`() async throws {
    let line = try Line(try await House())
    let filter: JSONObject = ["notifications": ["resourcesListChanged": true]]
    _ = try await line.ask(modern("subscriptions/listen", id: "ear", filter))
    line.send(notification("notifications/cancelled", ["requestId": "ear"]))
    #expect(try await line.finish() == [])
  }

  @Test func `a client may listen so many times`() async throws {
    var settings = StdioServer.Settings()
    settings.concurrency = 1
    let line = try Line(settings: settings, try await House())
    for number in 0..<settings.listenings {
      let filter: JSONObject = ["notifications": ["resourcesListChanged": true]]
      #expect(
        try await line.ask(modern("subscriptions/listen", id: .integer(Int64(number)), filter))?["method"]
          != nil)
    }
    #expect(
      try await line.ask(modern("subscriptions/listen", id: "more", ["notifications": [:]]))?["error"]?[
        "code"]
        == -32602)
    #expect(try await line.ask(modern("server/discover", id: "x"))?["id"] == "x")
    #expect(try await line.finish().count == settings.listenings)
  }

  @Test func `a key that is revoked opens nothing from the next request on`() async throws {
    let house = try await House()
    let owner = Client(house)
    let made = try await owner.call("create_key", ["name": "short-lived"])["structuredContent"]
    let secret = made?["secret"]?.stringValue
    let line = try Line(house) { (house.engine, secret) }
    let call = modern("tools/call", ["name": "list_contexts"])
    #expect(try await line.ask(call)?["result"]?["structuredContent"]?["status"] == "success")
    _ = try await owner.call("revoke_key", ["key_id": made?["key"]?["id"] ?? nil])
    #expect(try await line.ask(call)?["result"]?["structuredContent"]?["error"] == "unauthenticated")
    #expect(try await line.finish() == [])
  }

  @Test func `a question is asked between a call and its reply`() async throws {
    let house = try await House()
    for number in 0..<12 { try await house.remember("The deploy number \(number) failed") }
    let line = try Line(house)
    _ = try await line.ask(initialize(capabilities: ["elicitation": [:]]))
    let arguments: JSONObject = ["context_id": "default", "query": "deploy", "k": 50]
    let question = try await line.ask(
      legacy("tools/call", id: 5, ["name": "forget", "arguments": .object(arguments)]))
    #expect(question?["method"] == "elicitation/create")
    let answer: JSONValue = ["action": "accept", "content": ["confirm": true]]
    let reply = try await line.ask(["jsonrpc": "2.0", "id": question?["id"] ?? nil, "result": answer])
    #expect(reply?["id"] == 5)
    #expect(reply?["result"]?["structuredContent"]?["deleted_count"] == 12)
    #expect(try await line.finish() == [])
  }

  @Test func `a client that left is no reason to die`() async throws {
    let line = try Line(try await House())
    line.fromServer.closeOutput()
    line.send(modern("server/discover"))
    line.toServer.closeInput()
    await line.cancel()
  }
}
