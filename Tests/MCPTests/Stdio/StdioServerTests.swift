import Engine
import Glibc
import HTTPServer
import Identity
import JSON
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
      open: (@Sendable () async throws -> (MemoryEngine, Caller))? = nil
    ) throws {
      toServer = try Pipe()
      fromServer = try Pipe()
      var settings = settings
      settings.input = toServer.output
      settings.output = fromServer.input
      let server = StdioServer(house.endpoint, settings: settings) {
        if let open { return try await open() }
        return (house.engine, try await house.caller(house.secret))
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
      return (house.engine, try await house.caller(house.secret))
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
      return (house.engine, try await house.caller(house.secret))
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
      return (house.engine, try await house.caller(house.secret))
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

  @Test func `a client that left is no reason to die`() async throws {
    let line = try Line(try await House())
    line.fromServer.closeOutput()
    line.send(modern("server/discover"))
    line.toServer.closeInput()
    await line.cancel()
  }
}
