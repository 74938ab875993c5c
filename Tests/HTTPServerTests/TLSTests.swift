import HTTPServer
import Testing

@Suite struct TLSTests {
  private func withTLS(
    minimum: TLSConfiguration.Version = .tls12,
    _ body: (Server, BoundAddress, TestCertificate) async throws -> Void
  ) async throws {
    let certificate = try TestCertificate(name: "first")
    defer { certificate.remove() }
    try await withServer(
      configure: {
        $0.tls = TLSConfiguration(
          certificateFile: certificate.certificateFile, privateKeyFile: certificate.keyFile,
          minimumVersion: minimum)
      },
      routes: { router in
        router.on(.get, "/") { Response(200, text: "\($0.isSecure)") }
        router.on(.post, "/echo", bodyLimit: 8 << 20) { Response(200, bytes: $0.body, contentType: "x/y") }
        router.on(.get, "/events") { _ in
          .events { events in
            for number in 0..<3 { try await events.send(ServerSentEvent(data: "\(number)")) }
          }
        }
        router.on(.get, "/broken") { _ in
          Response(
            200,
            body: .stream { body in
              try await body.write("half")
              throw CancellationError()
            })
        }
      }
    ) { try await body($0, $1, certificate) }
  }

  @Test(arguments: [(RawClient.Version.tls12, "TLSv1.2"), (.tls13, "TLSv1.3")])
  func `requests are answered over TLS`(_ newest: RawClient.Version, _ version: String) async throws {
    try await withTLS { _, address, _ in
      let client = try await RawClient(address)
      let agreement = try await client.startTLS(newest: newest)
      #expect(agreement.version == version)
      #expect(agreement.applicationProtocol == "http/1.1")
      #expect(agreement.certificateName == "/CN=first")
      for _ in 0..<3 { #expect(try await client.ask(get("/")).text == "true") }
      try await client.send(get("/") + get("/") + get("/", "Connection: close\r\n"))
      for _ in 0..<3 { #expect(try await client.readAnswer().text == "true") }
      #expect(try await client.isAtEnd())
    }
  }

  @Test func `large bodies go both ways`() async throws {
    let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try await withTLS { _, address, _ in
      let client = try await RawClient(address, receiveBuffer: 8192)
      _ = try await client.startTLS()
      try await client.send(
        Array("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body)
      #expect(try await client.readAnswer().body == body)
      #expect(try await client.ask(get("/")).status == 200)
    }
  }

  @Test func `a stream of events ends in order, and a broken stream does not`() async throws {
    try await withTLS { _, address, _ in
      let client = try await RawClient(address)
      _ = try await client.startTLS()
      #expect(try await client.ask(get("/events")).text == "data: 0\n\ndata: 1\n\ndata: 2\n\n")
      await #expect(throws: RawClient.Failure.self) { _ = try await client.ask(get("/broken")) }
    }
  }

  @Test func `old versions are refused`() async throws {
    try await withTLS { _, address, _ in
      let client = try await RawClient(address)
      await #expect(throws: RawClient.Failure.self) { _ = try await client.startTLS(newest: .tls11) }
    }
    try await withTLS(minimum: .tls13) { _, address, _ in
      let client = try await RawClient(address)
      await #expect(throws: RawClient.Failure.self) { _ = try await client.startTLS(newest: .tls12) }
    }
  }

  @Test func `plain HTTP on a TLS port is not answered`() async throws {
    try await withTLS { server, address, _ in
      let client = try await RawClient(address)
      try await client.send(get("/"))
      let bytes = try? await client.readToEnd()
      // At most TLS's alert; no page.
      #expect((bytes ?? []).count < 16)
      #expect(server.statistics.requests == 0)
    }
  }

  @Test func `a new certificate serves new connections, and a bad one changes nothing`() async throws {
    try await withTLS { server, address, certificate in
      let old = try await RawClient(address)
      _ = try await old.startTLS()
      try certificate.write(name: "second")
      try server.reloadCertificate()
      let new = try await RawClient(address)
      #expect(try await new.startTLS().certificateName == "/CN=second")
      #expect(try await old.ask(get("/")).status == 200)

      let other = try TestCertificate(name: "third")
      defer { other.remove() }
      certificate.remove()
      let error = #expect(throws: ServerError.self) { try server.reloadCertificate() }
      #expect(error?.code == .badCertificate)
      #expect(error?.message.contains(certificate.certificateFile) == true)
      let last = try await RawClient(address)
      #expect(try await last.startTLS().certificateName == "/CN=second")
    }
  }

  @Test func `a key that belongs to another certificate is refused`() throws {
    let (one, other) = (try TestCertificate(name: "one"), try TestCertificate(name: "other"))
    defer {
      one.remove()
      other.remove()
    }
    var configuration = ServerConfiguration()
    configuration.tls = TLSConfiguration(certificateFile: one.certificateFile, privateKeyFile: other.keyFile)
    let error = #expect(throws: ServerError.self) {
      try Server(configuration: configuration, router: Router())
    }
    #expect(error?.code == .badCertificate)
    #expect(error?.message.contains(other.keyFile) == true)
  }

  @Test func `a client that never finishes its handshake is let go`() async throws {
    let certificate = try TestCertificate(name: "first")
    defer { certificate.remove() }
    try await withServer(
      configure: {
        $0.tls = TLSConfiguration(
          certificateFile: certificate.certificateFile, privateKeyFile: certificate.keyFile)
        $0.deadlines.head = .milliseconds(100)
      },
      routes: { _ in }
    ) { _, address in
      let client = try await RawClient(address)
      try await client.send([0x16, 0x03, 0x01])
      #expect(try await client.isAtEnd())
    }
  }
}
