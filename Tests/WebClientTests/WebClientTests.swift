import HTTPServer
import TestSupport
import Testing
import WebClient

@Suite struct WebClientTests {
  @Test func `a request goes out whole, and status, headers and body come back`() async throws {
    try await withServer(routes: { router in
      router.on(.post, "/echo") { request in
        var response = Response(201, bytes: request.body.reversed(), contentType: "x/y")
        response.headers.add("X-Seen", request.headers["X-Sent"] ?? "nothing")
        response.headers.add("X-Empty", request.headers["X-Nothing"] ?? "missing")
        return response
      }
    }) { _, url in
      var request = WebRequest("POST", "\(url)/echo?a=b")
      request.headers = [("X-Sent", "hello  there"), ("X-Nothing", "")]
      request.body = [1, 2, 0, 3]
      let response = try await WebClient().send(request)
      #expect(response.status == 201)
      #expect(response.body == [3, 0, 2, 1])
      #expect(response.headers["x-seen"] == "hello  there")
      #expect(response.headers["X-EMPTY"] == "")
      #expect(response.headers["Retry-After"] == nil)
    }
  }

  @Test func `exchanges run side by side`() async throws {
    // Nobody is answered before all have asked: one after the other, none ever would be.
    let meeting = MeetingPoint(of: 20)
    try await withServer(routes: { router in
      router.on(.get, "/{n}") { request in
        await meeting.meet()
        return Response(200, text: request.parameters["n"] ?? "")
      }
    }) { _, url in
      let client = WebClient()
      let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<20 {
          group.addTask {
            try await client.send(WebRequest("GET", "\(url)/\(number)")).body == Array("\(number)".utf8)
          }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(answers == 20)
    }
  }

  @Test func `a connection serves one request after the other`() async throws {
    try await withServer(routes: { router in
      router.on(.get, "/") { _ in Response(200, text: "ok") }
    }) { server, url in
      let client = WebClient()
      for _ in 0..<10 {
        let response = try await client.send(WebRequest("GET", url))
        #expect(response.status == 200)
      }
      #expect(server.statistics.connectionsAccepted == 1)
    }
  }

  @Test func `an answer beyond the limit is refused, and one within is not`() async throws {
    try await withServer(routes: { router in
      router.on(.get, "/") { _ in
        Response(200, bytes: [UInt8](repeating: 7, count: 100_000), contentType: "x/y")
      }
    }) { _, url in
      let client = WebClient()
      var request = WebRequest("GET", url)
      request.responseLimit = 99_999
      let error = await #expect(throws: WebError.self) { try await client.send(request) }
      #expect(error?.reason == .tooLarge)
      request.responseLimit = 100_000
      let response = try await client.send(request)
      #expect(response.body.count == 100_000)
    }
  }

  @Test func `a server that does not answer is given up after the timeout`() async throws {
    let end = Signal()
    try await withServer(routes: { router in
      router.on(.get, "/") { _ in
        await end.waitOrCancellation()
        return Response(200)
      }
    }) { _, url in
      var request = WebRequest("GET", url)
      request.timeout = .milliseconds(50)
      let error = await #expect(throws: WebError.self) { try await WebClient().send(request) }
      #expect(error?.reason == .timedOut)
      end.fire()
    }
  }

  @Test func `a cancelled task breaks its exchange off, and no other`() async throws {
    let (arrived, end) = (Signal(), Signal())
    try await withServer(routes: { router in
      router.on(.get, "/slow") { _ in
        arrived.fire()
        await end.waitOrCancellation()
        return Response(200)
      }
      router.on(.get, "/fast") { _ in Response(200) }
    }) { _, url in
      let client = WebClient()
      let task = Task { try await client.send(WebRequest("GET", "\(url)/slow")) }
      await arrived.wait()
      task.cancel()
      let error = await #expect(throws: WebError.self) { try await task.value }
      #expect(error?.reason == .cancelled)
      let response = try await client.send(WebRequest("GET", "\(url)/fast"))
      #expect(response.status == 200)
      end.fire()
    }
  }

  @Test func `a task that was cancelled before sends nothing`() async throws {
    try await withServer(routes: { router in
      router.on(.get, "/") { _ in Response(200) }
    }) { server, url in
      let (cancelled, client) = (Signal(), WebClient())
      let task = Task {
        await cancelled.wait()
        return try await client.send(WebRequest("GET", url))
      }
      task.cancel()
      cancelled.fire()
      let error = await #expect(throws: WebError.self) { try await task.value }
      #expect(error?.reason == .cancelled)
      #expect(server.statistics.requests == 0)
    }
  }

  @Test func `a refused connection says where`() async throws {
    // A port where a server was a moment ago.
    var place = ""
    try await withServer(routes: { _ in }) { _, url in place = url }
    let request = WebRequest("GET", "\(place)/path?key=secret")
    let error = await #expect(throws: WebError.self) { try await WebClient().send(request) }
    #expect(error?.reason == .unreachable)
    #expect(error?.description.hasPrefix("\(place)/path: ") == true)
    #expect(error?.description.contains("secret") == false)
  }

  @Test func `a certificate that nobody vouches for is refused, and one in the given file is trusted`()
    async throws
  {
    let folder = try TemporaryFolder()
    let tls = try await selfSignedCertificate(in: folder)
    try await withServer(
      tls: tls,
      routes: { router in
        router.on(.get, "/") { Response(200, text: "\($0.isSecure)") }
      }
    ) { server, url in
      let error = await #expect(throws: WebError.self) { try await WebClient().send(WebRequest("GET", url)) }
      #expect(error?.reason == .untrusted)
      #expect(server.statistics.requests == 0)
      let client = WebClient(authorities: tls.certificateFile)
      let response = try await client.send(WebRequest("GET", url))
      #expect(response.body == Array("true".utf8))
      let elsewhere = url.replacing("127.0.0.1", with: "localhost")
      let mismatch = await #expect(throws: WebError.self) {
        try await client.send(WebRequest("GET", elsewhere))
      }
      #expect(mismatch?.reason == .untrusted)
    }
  }

  @Test func `a redirect is shown, not followed`() async throws {
    try await withServer(routes: { router in
      router.on(.get, "/") { _ in Response(302, headers: ["Location": "/other"]) }
      router.on(.get, "/other") { _ in Response(200) }
    }) { server, url in
      let response = try await WebClient().send(WebRequest("GET", url))
      #expect(response.status == 302)
      #expect(response.headers["Location"] == "/other")
      #expect(server.statistics.requests == 1)
    }
  }

  @Test func `an answer to HEAD has no body to wait for`() async throws {
    try await withServer(routes: { router in
      router.on(.get, "/") { _ in Response(200, text: "twelve bytes") }
    }) { _, url in
      let response = try await WebClient().send(WebRequest("HEAD", url))
      #expect(response.headers["Content-Length"] == "12")
      #expect(response.body.isEmpty)
    }
  }

  @Test(arguments: ["file:///etc/passwd", "gopher://127.0.0.1/", "no url at all", ""])
  func `only HTTP is spoken`(url: String) async {
    let error = await #expect(throws: WebError.self) { try await WebClient().send(WebRequest("GET", url)) }
    #expect(error?.reason == .invalidRequest)
  }

  @Test func `a header cannot break out of its line`() async {
    var request = WebRequest("GET", "http://127.0.0.1:1/")
    request.headers = [("X-A", "b\r\nX-Other: c")]
    let error = await #expect(throws: WebError.self) { try await WebClient().send(request) }
    #expect(error?.reason == .invalidRequest)
  }

  @Test func `a request is shown without its secrets`() {
    var request = WebRequest("POST", "https://user:pass@example.org/path?token=abc#def")
    request.headers = [("Authorization", "Bearer sk-1234")]
    var dumped = ""
    dump(request, to: &dumped)
    for text in ["\(request)", String(reflecting: request), dumped] {
      #expect(text.contains("https://example.org/path"))
      for secret in ["pass", "abc", "sk-1234"] { #expect(!text.contains(secret)) }
    }
  }
}
