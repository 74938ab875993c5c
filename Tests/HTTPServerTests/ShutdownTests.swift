import HTTPServer
import Testing

@Suite struct ShutdownTests {
  /// A server that the test itself shuts down.
  private func started(_ routes: (inout Router) -> Void) throws -> (Server, BoundAddress) {
    var router = Router()
    routes(&router)
    let server = try Server(configuration: .forTests, router: router)
    return (server, try server.start()[0])
  }

  @Test(arguments: [Placement.loop, .pool])
  func `what is being answered is delivered, and the connection is closed`(_ placement: Placement)
    async throws
  {
    let begun = Signal()
    let proceed = Signal()
    let (server, address) = try started { router in
      router.on(.get, "/", runs: placement) { _ in
        begun.fire()
        await proceed.wait()
        return Response(200, text: "delivered")
      }
    }
    let client = try await RawClient(address)
    try await client.send(get("/"))
    await begun.wait()
    async let end: Void = server.shutdown(grace: .seconds(600))
    // New clients are refused as soon as the listeners are gone.
    while (try? await RawClient(address)) != nil {}
    proceed.fire()
    let answer = try await client.readAnswer()
    #expect(answer.text == "delivered")
    #expect(answer.headers["Connection"] == "close")
    #expect(try await client.isAtEnd())
    await end
    #expect(server.statistics.connectionsOpen == 0)
  }

  @Test func `idle connections are closed at once`() async throws {
    let (server, address) = try started { $0.on(.get, "/") { _ in Response(200) } }
    let served = try await RawClient(address)
    #expect(try await served.ask(get("/")).status == 200)
    let silent = try await RawClient(address)
    await server.shutdown(grace: .seconds(600))
    #expect(try await served.isAtEnd())
    #expect(try await silent.isAtEnd())
  }

  @Test func `a request that is half read is still served`() async throws {
    let (server, address) = try started { router in
      router.on(.post, "/", runs: .loop) { Response(200, bytes: $0.body, contentType: "x/y") }
    }
    let client = try await RawClient(address)
    try await client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
    // Once the server says to go on, it has read the head.
    #expect(try await client.readHead().status == 100)
    async let end: Void = server.shutdown(grace: .seconds(600))
    while (try? await RawClient(address)) != nil {}
    try await client.send("body")
    #expect(try await client.readAnswer().text == "body")
    await end
  }

  @Test func `streams of events end with a clean last chunk`() async throws {
    let (server, address) = try started { router in
      router.on(.get, "/", runs: .loop) { _ in
        .events { events in
          try await events.send(ServerSentEvent(data: "hello"))
          await untilCancelled()
          try await events.send(ServerSentEvent(data: "bye"))
        }
      }
    }
    let client = try await RawClient(address)
    try await client.send(get("/"))
    _ = try await client.read(until: "hello\n\n")
    await server.shutdown(grace: .seconds(600))
    #expect(
      String(decoding: try await client.readToEnd(), as: UTF8.self).hasSuffix("data: bye\n\n\r\n0\r\n\r\n"))
  }

  @Test(arguments: [Placement.loop, .pool])
  func `a stream of events that never pauses ends as well`(_ placement: Placement) async throws {
    let begun = Signal()
    let (server, address) = try started { router in
      router.on(.get, "/", runs: placement) { _ in
        .events { events in
          // Looks at nothing but what `send` throws.
          while true {
            try await events.send(ServerSentEvent(data: String(repeating: "a", count: 100_000)))
            begun.fire()
          }
        }
      }
    }
    let client = try await RawClient(address, receiveBuffer: 4096)
    try await client.send(get("/"))
    await begun.wait()
    async let end: Void = server.shutdown(grace: .seconds(600))
    while (try? await RawClient(address)) != nil {}
    #expect(try await client.readToEnd().suffix(7).elementsEqual("\r\n0\r\n\r\n".utf8))
    await end
  }

  @Test func `a download is not cut short by the shutdown`() async throws {
    let begun = Signal()
    let proceed = Signal()
    let (server, address) = try started { router in
      router.on(.get, "/") { _ in
        Response(
          200,
          body: .stream { body in
            try await body.write("first")
            begun.fire()
            await proceed.wait()
            try await body.write(" last")
          })
      }
    }
    let client = try await RawClient(address)
    try await client.send(get("/"))
    await begun.wait()
    async let end: Void = server.shutdown(grace: .seconds(600))
    while (try? await RawClient(address)) != nil {}
    proceed.fire()
    #expect(try await client.readAnswer().text == "first last")
    #expect(try await client.isAtEnd())
    await end
  }

  @Test(arguments: [Placement.loop, .pool])
  func `after the grace period nothing is waited for`(_ placement: Placement) async throws {
    let begun = Signal()
    let release = Signal()
    let ended = Signal()
    let (server, address) = try started { router in
      router.on(.get, "/", runs: placement) { _ in
        begun.fire()
        // A handler that does not listen.
        await release.wait()
        ended.fire()
        return Response(200)
      }
    }
    let client = try await RawClient(address)
    try await client.send(get("/"))
    await begun.wait()
    await server.shutdown(grace: .milliseconds(50))
    #expect(try await client.isAtEnd())
    // It may end when it likes; its loop has waited for it, or the pool runs it.
    release.fire()
    await ended.wait()
  }

  @Test func `a server is started once`() async throws {
    let (server, _) = try started { _ in }
    #expect(throws: ServerError.self) { try server.start() }
    await server.shutdown(grace: .zero)
    await server.shutdown(grace: .zero)
  }
}
