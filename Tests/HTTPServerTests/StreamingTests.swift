import HTTPServer
import Testing
import Threads

@Suite struct StreamingTests {
  @Test(arguments: [Placement.loop, .pool])
  func `a stream arrives in chunks, and the connection goes on`(_ placement: Placement) async throws {
    try await withServer(routes: { router in
      router.on(.get, "/", runs: placement) { _ in
        Response(
          200,
          body: .stream { body in
            for number in 0..<100 {
              try await body.write("\(number),")
              try await body.write([])
            }
          })
      }
    }) { _, address in
      let client = try await RawClient(address)
      for _ in 0..<2 {
        let answer = try await client.ask(get("/"))
        #expect(answer.headers["Transfer-Encoding"] == "chunked")
        #expect(answer.headers["Content-Length"] == nil)
        #expect(answer.text == (0..<100).map { "\($0)," }.joined())
      }
    }
  }

  @Test func `a stream of known length is not chunked`() async throws {
    try await withServer(routes: { router in
      router.on(.get, "/{length:integer}") { request in
        let length = request.parameters["length"] ?? ""
        return Response(
          200, headers: ["Content-Length": length], body: .stream { try await $0.write("12345") })
      }
    }) { _, address in
      let client = try await RawClient(address)
      let answer = try await client.ask(get("/5"))
      #expect(answer.headers["Transfer-Encoding"] == nil)
      #expect(answer.text == "12345")
      // Too much or too little would shift every answer that follows; the connection is cut instead.
      for length in [4, 6] {
        let client = try await RawClient(address)
        await #expect(throws: RawClient.Failure.self) {
          _ = try await client.ask(get("/\(length)"))
          _ = try await client.isAtEnd()
        }
      }
    }
  }

  @Test func `HTTP 1.0 gets a stream without chunks, up to the end`() async throws {
    try await withServer(routes: { router in
      router.on(.get, "/") { _ in
        Response(200, body: .stream { body in for number in 0..<10 { try await body.write("\(number)") } })
      }
    }) { _, address in
      let client = try await RawClient(address)
      let answer = try await client.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      #expect(answer.headers["Transfer-Encoding"] == nil)
      #expect(answer.headers["Connection"] == "close")
      #expect(answer.text == "0123456789")
    }
  }

  @Test(arguments: ["HTTP/1.1", "HTTP/1.0"])
  func `a stream that fails does not look complete`(_ version: String) async throws {
    struct Trouble: Error {}
    let hasRead = Signal()
    try await withServer(routes: { router in
      router.on(.get, "/") { _ in
        Response(
          200,
          body: .stream { body in
            try await body.write("half")
            await hasRead.wait()
            throw Trouble()
          })
      }
    }) { _, address in
      let client = try await RawClient(address)
      try await client.send("GET / \(version)\r\nHost: a\r\n\r\n")
      _ = try await client.read(until: "half")
      hasRead.fire()
      await #expect(throws: RawClient.Failure.self) { _ = try await client.readToEnd() }
    }
  }

  @Test(arguments: [Placement.loop, .pool])
  func `a writer waits for a client that does not read`(_ placement: Placement) async throws {
    let taken = Lock(0)
    let ended = Signal()
    try await withServer(
      configure: {
        $0.limits.pendingOutput = 64 << 10
        $0.deadlines.write = .milliseconds(200)
      },
      routes: { router in
        router.on(.get, "/", runs: placement) { _ in
          Response(
            200,
            body: .stream { body in
              defer { ended.fire() }
              let piece = [UInt8](repeating: 1, count: 16 << 10)
              for _ in 0..<100_000 {
                try await body.write(piece)
                taken.withLock { $0 += piece.count }
              }
            })
        }
      }
    ) { server, address in
      let client = try await RawClient(address, receiveBuffer: 4096)
      try await client.send(get("/"))
      // The client reads nothing. Had the writer not been held, it would have produced 1.6 GB by the time that the
      // server gives the client up; the kernel's buffers hold some of it, but not that.
      await ended.wait()
      #expect(taken.withLock { $0 } < 64 << 20)
      #expect(server.statistics.stalled == 1)
    }
  }

  @Test(arguments: [Placement.loop, .pool])
  func `a slow client gets everything in the end`(_ placement: Placement) async throws {
    try await withServer(
      configure: { $0.limits.pendingOutput = 32 << 10 },
      routes: { router in
        router.on(.get, "/", runs: placement) { _ in
          Response(
            200,
            body: .stream { body in
              for number in 0..<300 {
                try await body.write([UInt8](repeating: UInt8(number & 255), count: 30_011))
              }
            })
        }
      }
    ) { _, address in
      let client = try await RawClient(address, receiveBuffer: 4096)
      let answer = try await client.ask(get("/"))
      #expect(answer.body == (0..<300).flatMap { [UInt8](repeating: UInt8($0 & 255), count: 30_011) })
    }
  }

  @Test func `events arrive as they are sent`() async throws {
    let next = (0..<3).map { _ in Signal() }
    try await withServer(routes: { router in
      router.on(.get, "/") { _ in
        .events { events in
          for (number, signal) in next.enumerated() {
            await signal.wait()
            try await events.send(ServerSentEvent(name: "tick", id: "\(number)", data: "a\nb"))
          }
          try await events.ping()
        }
      }
    }) { _, address in
      let client = try await RawClient(address)
      try await client.send(get("/"))
      let head = try await client.readHead()
      #expect(head.headers["Content-Type"] == "text/event-stream")
      #expect(head.headers["Cache-Control"] == "no-store")
      for (number, signal) in next.enumerated() {
        signal.fire()
        #expect(
          try await client.read(until: "\n\n").hasSuffix("event: tick\nid: \(number)\ndata: a\ndata: b\n\n"))
      }
      #expect(try await client.read(until: "0\r\n\r\n").contains(": ping\n\n"))
    }
  }

  @Test(arguments: [
    (ServerSentEvent(data: "x"), "data: x\n\n"), (ServerSentEvent(data: ""), "data: \n\n"),
    (ServerSentEvent(data: "a\r\nb\rc\n"), "data: a\ndata: b\ndata: c\ndata: \n\n"),
    (ServerSentEvent(data: "\n\nb"), "data: \ndata: \ndata: b\n\n"),
    (
      ServerSentEvent(name: "n\nevil: 1", id: "1\r\0", data: "x", retry: .milliseconds(1500)),
      "event: nevil: 1\nid: 1\nretry: 1500\ndata: x\n\n"
    ),
  ])
  func `an event stays one event`(_ event: ServerSentEvent, _ text: String) {
    #expect(String(decoding: event.encoded, as: UTF8.self) == text)
  }

  @Test func `a stream can be collected without a socket`() async throws {
    let body = Body.stream { body in
      try await body.write("ab")
      try await body.write("c")
    }
    #expect(try await body.collect() == Array("abc".utf8))
  }
}
