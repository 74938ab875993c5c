import HTTPServer
import Testing
import Threads

/// Deadlines are short here where they are to pass, and long where they are not.
@Suite struct DeadlineTests {
  private static let short = Duration.milliseconds(100)

  private func withDeadlines(
    _ change: @escaping (inout ServerDeadlines) -> Void, _ body: (Server, BoundAddress) async throws -> Void
  ) async throws {
    try await withServer(
      configure: { configuration in
        change(&configuration.deadlines)
      },
      routes: { router in
        router.on(.get, "/") { _ in Response(200, text: "ok") }
        router.on(.post, "/") { Response(200, bytes: $0.body, contentType: "text/plain") }
        router.on(.get, "/large") { _ in
          Response(200, bytes: .init(repeating: 0, count: 64 << 20), contentType: "x/y")
        }
      }, body)
  }

  @Test(arguments: ["G", "GET / HTTP/1.1\r\nHost: a", "GET / HTTP/1.1\r\nHost: a\r\n"])
  func `half a head and then silence is answered with 408`(_ text: String) async throws {
    try await withDeadlines({ $0.head = Self.short }) { server, address in
      let client = try await RawClient(address)
      try await client.send(text)
      #expect(try await client.readAnswer().status == 408)
      #expect(try await client.isAtEnd())
      #expect(server.statistics.rejections == [408: 1])
    }
  }

  @Test(arguments: ["Content-Length: 5\r\n\r\nab", "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"])
  func `half a body and then silence is answered with 408`(_ rest: String) async throws {
    try await withDeadlines({ $0.body = Self.short }) { _, address in
      let client = try await RawClient(address)
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\n\(rest)")
      #expect(try await client.readAnswer().status == 408)
      #expect(try await client.isAtEnd())
    }
  }

  @Test func `a head that comes byte by byte does not keep the connection`() async throws {
    try await withDeadlines({ $0.head = Self.short }) { _, address in
      let client = try await RawClient(address)
      let head = "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 20_000)
      #expect(try await client.drip(Array(head.utf8)), "the server never lost patience")
      #expect(try await client.readAnswer().status == 408)
    }
  }

  @Test(arguments: [
    "Content-Length: 20000\r\n\r\n" + String(repeating: "a", count: 20_000),
    "Transfer-Encoding: chunked\r\n\r\n" + String(repeating: "1\r\na\r\n", count: 4000),
    "Transfer-Encoding: chunked\r\n\r\n0\r\n" + String(repeating: "X: a\r\n", count: 1000),
  ])
  func `a body that comes byte by byte does not keep the connection`(_ rest: String) async throws {
    try await withDeadlines({ $0.body = Self.short }) { _, address in
      let client = try await RawClient(address)
      #expect(
        try await client.drip(Array("POST / HTTP/1.1\r\nHost: a\r\n\(rest)".utf8)),
        "the server never lost patience")
      #expect(try await client.readAnswer().status == 408)
    }
  }

  @Test func `a connection that asks nothing is closed without a word`() async throws {
    try await withDeadlines {
      $0.head = Self.short
      $0.idle = Self.short
    } _: { server, address in
      let silent = try await RawClient(address)
      #expect(try await silent.isAtEnd())
      #expect(server.statistics.rejections.isEmpty)
    }
    try await withDeadlines({ $0.idle = Self.short }) { server, address in
      let served = try await RawClient(address)
      #expect(try await served.ask(get("/")).status == 200)
      #expect(try await served.isAtEnd())
      #expect(server.statistics.rejections.isEmpty)
    }
  }

  @Test func `a request that begins late has all its time`() async throws {
    try await withDeadlines({ $0.idle = Self.short }) { _, address in
      let client = try await RawClient(address)
      #expect(try await client.ask(get("/") + "GET / HTTP/1.1\r\n").status == 200)
      // Long after the idle deadline; only the head's own counts now.
      try await Task.sleep(for: Self.short * 4)
      #expect(try await client.ask("Host: a\r\n\r\n").status == 200)
    }
  }

  @Test func `a client that does not take its answer is cut off`() async throws {
    try await withDeadlines({ $0.write = Self.short }) { server, address in
      let client = try await RawClient(address, receiveBuffer: 4096)
      try await client.send(get("/large"))
      await client.waitForReset()
      #expect(server.statistics.stalled == 1)
    }
  }

  @Test func `a client that takes its answer in drops is cut off`() async throws {
    try await withDeadlines({ $0.write = Self.short }) { server, address in
      let client = try await RawClient(address, receiveBuffer: 4096)
      try await client.send(get("/large"))
      await #expect(throws: RawClient.Failure.self, "the server never lost patience") {
        // A hundred bytes at a time never make up the 64 KiB that count as progress.
        for _ in 0..<20_000 { try await client.takeDrop(of: 100, pause: 5) }
      }
      #expect(server.statistics.stalled == 1)
    }
  }

  @Test func `a handler may take its time`() async throws {
    let proceed = Signal()
    try await withServer(
      configure: {
        $0.deadlines.body = Self.short
        $0.deadlines.idle = Self.short
        $0.deadlines.write = Self.short
      },
      routes: { router in
        router.on(.get, "/") { _ in
          await proceed.wait()
          return Response(200, text: "ok")
        }
      }
    ) { _, address in
      let client = try await RawClient(address)
      try await client.send(get("/"))
      try await Task.sleep(for: Self.short * 4)
      proceed.fire()
      #expect(try await client.readAnswer().status == 200)
    }
  }
}
