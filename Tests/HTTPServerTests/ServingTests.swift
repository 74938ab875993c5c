import HTTPServer
import Testing

@Suite struct ServingTests {
  @Test func `a request is answered over a socket`() async throws {
    try await withServer(routes: { router in
      router.on(.get, "/health", runs: .loop) { _ in Response(200, text: "ok") }
    }) { _, address in
      let client = try await RawClient(address)
      let answer = try await client.ask(get("/health"))
      #expect(answer.status == 200)
      #expect(answer.text == "ok")
      #expect(answer.headers["Content-Length"] == "2")
      #expect(answer.headers["Date"]?.hasSuffix("GMT") == true)
    }
  }
}
