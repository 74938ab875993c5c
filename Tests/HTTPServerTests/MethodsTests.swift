import HTTPServer
import Testing

/// HEAD, OPTIONS, CORS and refusals, over a socket.
@Suite struct MethodsTests {
  private func withRoutes(
    configure: (inout ServerConfiguration) -> Void = { _ in }, _ body: (BoundAddress) async throws -> Void
  ) async throws {
    try await withServer(
      configure: configure,
      routes: { router in
        router.on(.get, "/") { _ in Response(200, text: "hello") }
        router.on(.get, "/stream") { _ in Response(200, body: .stream { try await $0.write("hello") }) }
        router.on(.post, "/") { _ in Response(201) }
      }
    ) { _, address in try await body(address) }
  }

  private func request(_ method: String, _ path: String, _ fields: String = "") -> String {
    "\(method) \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
  }

  @Test func `HEAD is answered like GET, without the body`() async throws {
    try await withRoutes { address in
      let client = try await RawClient(address)
      try await client.send(request("HEAD", "/"))
      let answer = try await client.readAnswer(hasBody: false)
      #expect(answer.status == 200)
      #expect(answer.headers["Content-Length"] == "5")
      #expect(answer.headers["Content-Type"] == "text/plain; charset=utf-8")
      // Were there a body, the next answer would not begin here.
      try await client.send(request("HEAD", "/stream"))
      let stream = try await client.readAnswer(hasBody: false)
      #expect(stream.status == 200)
      #expect(stream.headers["Content-Length"] == nil)
      try await client.send(request("HEAD", "/missing"))
      #expect(try await client.readAnswer(hasBody: false).status == 404)
      #expect(try await client.ask(get("/")).text == "hello")
    }
  }

  @Test func `OPTIONS is answered for a path and for the server`() async throws {
    try await withRoutes { address in
      let client = try await RawClient(address)
      let answer = try await client.ask(request("OPTIONS", "/"))
      #expect(answer.status == 204)
      #expect(answer.headers["Allow"] == "GET, POST, HEAD, OPTIONS")
      #expect(answer.headers["Access-Control-Allow-Origin"] == nil)
      #expect(try await client.ask(request("OPTIONS", "*")).status == 204)
      #expect(try await client.ask(request("OPTIONS", "/missing")).status == 404)
    }
  }

  @Test func `what the server answers itself is rendered by the application`() async throws {
    try await withRoutes {
      $0.errorResponse = { status, reason, request in
        Response(
          status, text: "\(status) \(request?.path ?? "-") \(reason)", contentType: "application/problem+json"
        )
      }
    } _: { address in
      for (text, status, start) in [
        (request("GET", "/missing"), 404, "404 /missing "), (request("DELETE", "/"), 405, "405 / "),
        (request("BREW", "/"), 501, "501 / "), ("GET /\r\n\r\n", 400, "400 - "),
        ("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 501, "501 a:1 "),
      ] {
        let client = try await RawClient(address)
        let answer = try await client.ask(text)
        #expect(answer.status == status)
        #expect(answer.text.hasPrefix(start))
        #expect(answer.headers["Content-Type"] == "application/problem+json")
      }
    }
  }

  private static let cors = CORSPolicy(
    origins: ["https://console.example.org"], allowsLoopback: true, headers: ["Authorization"],
    allowsCredentials: true)

  @Test func `a page of an allowed origin may read answers`() async throws {
    try await withRoutes {
      $0.cors = Self.cors
    } _: { address in
      let client = try await RawClient(address)
      let origin = "Origin: https://console.example.org\r\n"
      for text in [
        get("/", origin), get("/missing", origin),
        request("POST", "/", origin + "Content-Length: 2000000\r\n"),
      ] {
        let answer = try await client.ask(text)
        #expect(answer.headers["Access-Control-Allow-Origin"] == "https://console.example.org")
        #expect(answer.headers["Access-Control-Allow-Credentials"] == "true")
        #expect(answer.headers["Access-Control-Expose-Headers"] == "X-Request-ID")
        #expect(answer.headers["Vary"] == "Origin")
      }
    }
  }

  @Test func `a page of an allowed origin may ask what it may do`() async throws {
    try await withRoutes {
      $0.cors = Self.cors
    } _: { address in
      let client = try await RawClient(address)
      let fields = "Origin: http://localhost:3000\r\nAccess-Control-Request-Method: POST\r\n"
      let answer = try await client.ask(request("OPTIONS", "/", fields))
      #expect(answer.status == 204)
      #expect(answer.headers["Access-Control-Allow-Origin"] == "http://localhost:3000")
      #expect(answer.headers["Access-Control-Allow-Methods"] == "GET, POST, HEAD, OPTIONS")
      #expect(answer.headers["Access-Control-Allow-Headers"] == "Authorization")
      #expect(answer.headers["Access-Control-Max-Age"] == "600")
    }
  }

  @Test(arguments: [
    "https://console.example.org.evil.example", "http://console.example.org", "https://evil.example", "null",
    "http://localhost.evil.example", "http://localhost:", "http://localhost:80x",
    "http://127.0.0.1.evil.example",
    "ftp://localhost",
  ])
  func `a page of another origin may not`(_ origin: String) async throws {
    #expect(!Self.cors.allows(origin))
    try await withRoutes {
      $0.cors = Self.cors
    } _: { address in
      let client = try await RawClient(address)
      let fields = "Origin: \(origin)\r\nAccess-Control-Request-Method: POST\r\n"
      for text in [get("/", "Origin: \(origin)\r\n"), request("OPTIONS", "/", fields)] {
        let answer = try await client.ask(text)
        #expect(!answer.headers.contains { $0.name.lowercased().hasPrefix("access-control") })
        #expect(answer.headers["Vary"] == "Origin")
      }
    }
  }

  @Test(arguments: ["http://localhost", "http://localhost:1", "https://127.0.0.1:8443", "http://[::1]:80"])
  func `pages of this machine are allowed together`(_ origin: String) {
    #expect(Self.cors.allows(origin))
    #expect(!CORSPolicy.none.allows(origin))
  }

  @Test func `an open policy never comes with credentials`() async throws {
    try await withRoutes {
      $0.cors = CORSPolicy(origins: ["*"], allowsCredentials: true)
    } _: { address in
      let client = try await RawClient(address)
      let answer = try await client.ask(get("/", "Origin: https://anyone.example\r\n"))
      #expect(answer.headers["Access-Control-Allow-Origin"] == "*")
      #expect(answer.headers["Access-Control-Allow-Credentials"] == nil)
    }
  }
}
