import HTTPServer
import Testing

/// Clients that leave while they are being served.
@Suite struct LeavingTests {
  @Test(arguments: [Placement.loop, .pool])
  func `a client that leaves cancels its handler`(_ placement: Placement) async throws {
    let started = Signal()
    let cancelled = Signal()
    try await withServer(routes: { router in
      router.on(.get, "/", runs: placement) { _ in
        started.fire()
        await untilCancelled()
        cancelled.fire()
        return Response(200)
      }
    }) { _, address in
      let client = try await RawClient(address)
      try await client.send(get("/"))
      await started.wait()
      await client.close()
      await cancelled.wait()
    }
  }

  @Test func `a client that closes its half cancels its handler, and gets what it answers`() async throws {
    let started = Signal()
    try await withServer(routes: { router in
      router.on(.get, "/") { _ in
        started.fire()
        await untilCancelled()
        return Response(200, text: "unfinished")
      }
    }) { _, address in
      let client = try await RawClient(address)
      try await client.send(get("/"))
      await started.wait()
      await client.closeOutput()
      #expect(try await client.readAnswer().text == "unfinished")
      #expect(try await client.isAtEnd())
    }
  }

  @Test func `a client that leaves with requests in the queue cancels the first and is forgotten`()
    async throws
  {
    let started = Signal()
    let cancelled = Signal()
    try await withServer(routes: { router in
      router.on(.get, "/") { _ in
        started.fire()
        await untilCancelled()
        cancelled.fire()
        return Response(200)
      }
    }) { _, address in
      let client = try await RawClient(address)
      try await client.send(get("/") + get("/"))
      await started.wait()
      await client.close()
      await cancelled.wait()
    }
  }

  @Test(arguments: [Placement.loop, .pool])
  func `a client that leaves ends its stream of events`(_ placement: Placement) async throws {
    let ended = Signal()
    try await withServer(routes: { router in
      router.on(.get, "/", runs: placement) { _ in
        .events { events in
          try await events.send(ServerSentEvent(data: "hello"))
          // Nothing more is ever sent: that the client has left is known without it.
          await untilCancelled()
          ended.fire()
        }
      }
    }) { _, address in
      let client = try await RawClient(address)
      try await client.send(get("/"))
      _ = try await client.read(until: "data: hello\n\n")
      await client.close()
      await ended.wait()
    }
  }

  @Test(arguments: [Placement.loop, .pool])
  func `a writer learns that its client has left`(_ placement: Placement) async throws {
    let ended = Signal()
    try await withServer(routes: { router in
      router.on(.get, "/", runs: placement) { _ in
        Response(
          200,
          body: .stream { body in
            do {
              while true { try await body.write([UInt8](repeating: 0, count: 10_000)) }
            } catch {
              #expect(error is BodyWriter.Closed)
              ended.fire()
              throw error
            }
          })
      }
    }) { _, address in
      let client = try await RawClient(address)
      try await client.send(get("/"))
      _ = try await client.readSome()
      await client.close()
      await ended.wait()
    }
  }
}
