import HTTPServer
import Testing

/// The behaviour table once more, over a socket.
@Suite struct ConformanceTests {
  @Test(arguments: Conformance.rows)
  func `the server answers as the table says`(_ row: Row) async throws {
    try await withServer(routes: { router in
      for method: Method in [.get, .post] {
        router.on(method, "/echo") { Response(200, bytes: $0.body, contentType: "text/plain") }
      }
    }) { _, address in
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
}
