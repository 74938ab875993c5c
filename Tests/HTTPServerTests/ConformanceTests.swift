import HTTPServer
import Testing

/// The behaviour table once more, over a socket.
@Suite struct ConformanceTests {
  @Test(arguments: Conformance.rows)
  func `the server answers as the table says`(_ row: Row) async throws {
    // The policy looks into the headers of whatever is answered, and some answers come in the middle of a header.
    let configure: (inout ServerConfiguration) -> Void = {
      $0.cors = CORSPolicy(origins: ["https://a.example"])
    }
    try await withServer(
      configure: configure,
      routes: { router in
        for method: Method in [.get, .post] {
          router.on(method, "/echo") { Response(200, bytes: $0.body, contentType: "text/plain") }
        }
      }
    ) { _, address in
      let client = try await RawClient(address)
      // The end of the client's half tells the server that an unfinished request will never be finished.
      _ = await client.trySend(row.bytes)
      await client.closeOutput()
      switch row.verdict {
      case .unfinished: #expect(try await client.isAtEnd())
      case .refused(let status):
        let answer = try await client.readAnswer()
        #expect(answer.status == status)
        #expect(answer.headers["Connection"] == "close")
        #expect(try await client.isAtEnd())
      case .accepted(let bodies):
        let isEcho = String(decoding: row.bytes, as: UTF8.self).contains(" /echo ")
        for body in bodies {
          var answer = try await client.readAnswer()
          if answer.status == 100 { answer = try await client.readAnswer() }
          if isEcho { #expect(answer.status == 200) }
          if isEcho { #expect(answer.text == body) }
          #expect(answer.status != 400)
        }
        #expect(try await client.isAtEnd())
      }
    }
  }

  @Test func `nothing that a client sends stops the server`() async throws {
    let configure: (inout ServerConfiguration) -> Void = {
      $0.cors = CORSPolicy(origins: ["https://a.example"])
    }
    try await withServer(
      configure: configure,
      routes: { router in
        router.on(.get, "/echo") { Response(200, text: $0.headers.description + $0.host + $0.id) }
        router.on(.post, "/echo", runs: .loop) { Response(200, bytes: $0.body, contentType: "text/plain") }
      }
    ) { _, address in
      var random = SeededRandom(seed: 3)
      let rows = Conformance.rows.filter { $0.bytes.count < 1000 }
      for _ in 0..<500 {
        var bytes = (0..<Int.random(in: 1...3, using: &random)).flatMap { _ in
          rows.randomElement(using: &random)?.bytes ?? []
        }
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let place = Int.random(in: 0..<bytes.count, using: &random)
          switch Int.random(in: 0..<3, using: &random) {
          case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
          case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
          default: bytes.removeSubrange(place..<min(place + 5, bytes.count - 1))
          }
        }
        let client = try await RawClient(address)
        _ = await client.trySend(bytes)
        await client.closeOutput()
        // Whatever it was, the connection comes to an end, in order.
        _ = try await client.readToEnd()
      }
      let client = try await RawClient(address)
      #expect(try await client.ask(get("/echo")).status == 200)
    }
  }
}
