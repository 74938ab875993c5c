import HTTPServer
import Testing

@Suite struct ServingTests {
  private func echo(_ request: Request) async -> Response {
    Response(200, bytes: request.body, contentType: "text/plain")
  }

  @Test func `a request is answered over a socket`() async throws {
    try await withServer(routes: { router in
      router.on(.get, "/health", runs: .loop) { _ in Response(200, text: "ok") }
    }) { _, address in
      let client = try await RawClient(address)
      let answer = try await client.ask(get("/health"))
      #expect(answer.version == "HTTP/1.1")
      #expect(answer.status == 200)
      #expect(answer.text == "ok")
      #expect(answer.headers["Content-Length"] == "2")
      #expect(answer.headers["Content-Type"] == "text/plain; charset=utf-8")
      #expect(answer.headers["Date"]?.hasSuffix("GMT") == true)
      #expect(answer.headers["Connection"] == nil)
    }
  }

  @Test func `a connection serves one request after the other`() async throws {
    try await withServer(routes: { $0.on(.post, "/echo", echo) }) { server, address in
      let client = try await RawClient(address)
      for number in 0..<20 {
        let body = "number \(number)"
        let answer = try await client.ask(
          "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        #expect(answer.text == body)
      }
      #expect(server.statistics.connectionsAccepted == 1)
      #expect(server.statistics.requests == 20)
    }
  }

  @Test(arguments: [Placement.loop, .pool])
  func `pipelined requests are answered in their order`(_ placement: Placement) async throws {
    try await withServer(routes: { router in
      router.on(.get, "/{number}", runs: placement) { request in
        // Some answers take longer than the next ones would.
        if request.parameters.value("number", as: Int.self)?.isMultiple(of: 3) == true { await Task.yield() }
        return Response(200, text: request.parameters["number"] ?? "")
      }
    }) { _, address in
      let client = try await RawClient(address)
      let numbers = 0..<500
      try await client.send(numbers.map { get("/\($0)") }.joined())
      for number in numbers { #expect(try await client.readAnswer().text == String(number)) }
    }
  }

  @Test func `a request may come byte by byte`() async throws {
    try await withServer(routes: { $0.on(.post, "/echo", echo) }) { _, address in
      let client = try await RawClient(address)
      for byte in "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
        .utf8
      {
        try await client.send([byte])
      }
      #expect(try await client.readAnswer().text == "hi")
    }
  }

  @Test func `a client that closed its half still gets its answer`() async throws {
    try await withServer(routes: { $0.on(.post, "/echo", echo) }) { _, address in
      let client = try await RawClient(address)
      try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
      await client.closeOutput()
      #expect(try await client.readAnswer().text == "hi")
      #expect(try await client.isAtEnd())
    }
  }

  @Test func `a client that waits is told to go on`() async throws {
    try await withServer(routes: { $0.on(.post, "/echo", echo) }) { _, address in
      let client = try await RawClient(address)
      try await client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
      #expect(try await client.readHead().status == 100)
      try await client.send("hi")
      #expect(try await client.readAnswer().text == "hi")
    }
  }

  @Test(arguments: [("/nothing", 1, 404), ("/echo", 2_000_000, 413)])
  func `a client that waits is not told to send what nobody wants`(
    _ path: String, _ length: Int, _ status: Int
  )
    async throws
  {
    try await withServer(routes: { $0.on(.post, "/echo", echo) }) { _, address in
      let client = try await RawClient(address)
      try await client.send(
        "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\nExpect: 100-continue\r\n\r\n")
      let answer = try await client.readAnswer()
      #expect(answer.status == status)
      #expect(answer.headers["Connection"] == "close")
      #expect(try await client.isAtEnd())
    }
  }

  @Test func `a body beyond the limit is refused before it is read, and after the chunk that is too much`()
    async throws
  {
    try await withServer(
      configure: { $0.limits.body = 1000 },
      routes: { router in
        router.on(.post, "/echo", echo)
        router.on(.post, "/large", bodyLimit: 5000, echo)
        router.on(.post, "/small", bodyLimit: 10, echo)
      }
    ) { server, address in
      let cases = [
        ("/echo", 1000, 200), ("/echo", 1001, 413), ("/large", 5000, 200), ("/large", 5001, 413),
        ("/small", 11, 413),
      ]
      for (path, length, status) in cases {
        let known = try await RawClient(address)
        // Where it is refused, no byte of the body is ever sent.
        let body = status == 200 ? String(repeating: "a", count: length) : ""
        let head = "POST \(path) HTTP/1.1\r\nHost: a\r\n"
        #expect(try await known.ask("\(head)Content-Length: \(length)\r\n\r\n\(body)").status == status)

        let chunked = try await RawClient(address)
        let chunk = "1\r\na\r\n"
        let last = status == 200 ? "0\r\n\r\n" : ""
        let text =
          "\(head)Transfer-Encoding: chunked\r\n\r\n\(String(repeating: chunk, count: length))\(last)"
        #expect(try await chunked.ask(text).status == status)
      }
      #expect(server.statistics.rejections[413] == 6)
    }
  }

  @Test func `a client that sends on after a refusal can still read it`() async throws {
    try await withServer(routes: { $0.on(.post, "/echo", echo) }) { _, address in
      let client = try await RawClient(address)
      // Without a lingering close, these unread bytes would turn into a reset that overtakes the answer.
      let body = String(repeating: "a", count: 3 << 20)
      _ = await client.trySend(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
      #expect(try await client.readAnswer().status == 413)
      #expect(try await client.isAtEnd())
    }
  }

  @Test func `HTTP 1.0 closes unless it is asked not to`() async throws {
    try await withServer(routes: { $0.on(.get, "/") { _ in Response(200, text: "ok") } }) { _, address in
      let once = try await RawClient(address)
      let answer = try await once.ask("GET / HTTP/1.0\r\n\r\n")
      #expect(answer.version == "HTTP/1.1")
      #expect(answer.headers["Connection"] == "close")
      #expect(try await once.isAtEnd())

      let twice = try await RawClient(address)
      for _ in 0..<2 {
        let answer = try await twice.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(answer.headers["Connection"] == "keep-alive")
        #expect(answer.text == "ok")
      }
    }
  }

  @Test func `either side may close the connection`() async throws {
    try await withServer(routes: { router in
      router.on(.get, "/") { _ in Response(200, text: "ok") }
      router.on(.get, "/last") { _ in Response(200, headers: ["Connection": "close"], body: .bytes([])) }
    }) { _, address in
      for text in [get("/", "Connection: close\r\n"), get("/last")] {
        let client = try await RawClient(address)
        #expect(try await client.ask(text).headers.values(for: "Connection") == ["close"])
        #expect(try await client.isAtEnd())
      }
    }
  }

  @Test func `a handler cannot frame or split its answer`() async throws {
    try await withServer(routes: { router in
      router.on(.get, "/") { request in
        var response = Response(200, text: "four")
        response.headers.add("Content-Length", "400")
        response.headers.add("Transfer-Encoding", "chunked")
        response.headers.add("Date", "yesterday")
        response.headers.add("X-Name", "a\r\nX-Evil: b\r\n\r\n<html>\0")
        for name in ["X Name", "X\r\nEvil", ""] {
          let isAdded = response.headers.add(name, "a")
          #expect(!isAdded)
        }
        return response
      }
    }) { _, address in
      let client = try await RawClient(address)
      for _ in 0..<2 {
        let answer = try await client.ask(get("/"))
        #expect(answer.text == "four")
        #expect(answer.headers.values(for: "Content-Length") == ["4"])
        #expect(answer.headers["Transfer-Encoding"] == nil)
        #expect(answer.headers.values(for: "Date").count == 1)
        #expect(answer.headers["X-Name"] == "a  X-Evil: b    <html> ")
        #expect(answer.headers["X-Evil"] == nil)
      }
    }
  }

  @Test func `some statuses have no body, and some are none`() async throws {
    try await withServer(routes: { router in
      router.on(.get, "/{status:integer}") { request in
        Response(request.parameters.value("status") ?? 0, text: "text")
      }
    }) { _, address in
      let client = try await RawClient(address)
      for status in [204, 304] {
        let answer = try await client.ask(get("/\(status)"))
        #expect(answer.status == status)
        #expect(answer.headers["Content-Length"] == nil)
      }
      for status in [0, 100, 199, 600, -1] { #expect(try await client.ask(get("/\(status)")).status == 500) }
      #expect(try await client.ask(get("/299")).status == 299)
    }
  }

  @Test func `a large answer arrives whole, however slowly it is read`() async throws {
    let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try await withServer(routes: { $0.on(.get, "/") { _ in Response(200, bytes: body, contentType: "x/y") } })
    {
      _, address in
      let client = try await RawClient(address, receiveBuffer: 4096)
      try await client.send(get("/") + get("/"))
      #expect(try await client.readAnswer().body == body)
      #expect(try await client.readAnswer().body == body)
    }
  }

  @Test func `handlers run where they are placed`() async throws {
    actor Elsewhere { func work() {} }
    let elsewhere = Elsewhere()
    try await withServer(routes: { router in
      for (path, placement) in [("/loop", Placement.loop), ("/pool", .pool)] {
        router.on(.get, path, runs: placement) { _ in
          let before = threadName()
          await elsewhere.work()
          try? await Task.sleep(for: .microseconds(10))
          return Response(200, text: "\(before) \(threadName())")
        }
      }
    }) { _, address in
      let client = try await RawClient(address)
      let onLoop = try await client.ask(get("/loop")).text.split(separator: " ")
      #expect(onLoop.count == 2 && onLoop[0] == onLoop[1] && onLoop[0].hasPrefix("http-"))
      let onPool = try await client.ask(get("/pool")).text
      #expect(!onPool.contains("http-"))
    }
  }

  @Test func `a request knows where it came from and what it is called`() async throws {
    try await withServer(routes: { router in
      router.on(.get, "/") { request in
        Response(
          200,
          text: [request.remoteAddress, "\(request.isPeerLocal)", request.host, request.id].joined(
            separator: " "))
      }
    }) { _, address in
      let client = try await RawClient(address)
      #expect(try await client.ask(get("/", "X-Request-ID: abc-1\r\n")).text == "127.0.0.1 true test abc-1")
      var ids: Set<String> = []
      for field in [
        "", "", "X-Request-ID: not valid\r\n", "X-Request-ID: \(String(repeating: "a", count: 129))\r\n",
      ] {
        let id = try await client.ask(get("/", field)).text.split(separator: " ").last.map(String.init) ?? ""
        #expect(id.utf8.count == 16)
        ids.insert(id)
      }
      #expect(ids.count == 4)
    }
  }

  @Test func `the server counts what it does`() async throws {
    try await withServer(routes: { $0.on(.get, "/") { _ in Response(200, text: "ok") } }) { server, address in
      let client = try await RawClient(address)
      let request = get("/")
      _ = try await client.ask(request)
      let other = try await RawClient(address)
      #expect(try await other.ask("GET /\r\n\r\n").status == 400)
      #expect(try await other.isAtEnd())
      let statistics = server.statistics
      #expect(statistics.connectionsAccepted == 2)
      #expect(statistics.requests == 1)
      #expect(statistics.rejections == [400: 1])
      #expect(statistics.bytesIn == request.utf8.count + 9)
      #expect(statistics.bytesOut > 2 * 50)
      #expect(statistics.longestIteration > .zero)
    }
  }
}
