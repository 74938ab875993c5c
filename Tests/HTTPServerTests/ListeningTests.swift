import Glibc
import HTTPServer
import Testing

@Suite struct ListeningTests {
  private func withListeners(
    _ listeners: [Listener], _ body: (Server, [BoundAddress]) async throws -> Void
  ) async throws {
    var configuration = ServerConfiguration.forTests
    configuration.listeners = listeners
    var router = Router()
    router.on(.get, "/") { Response(200, text: "\($0.remoteAddress) \($0.isPeerLocal)") }
    let server = try Server(configuration: configuration, router: router)
    let addresses = try server.start()
    try await body(server, addresses)
    await server.shutdown(grace: .zero)
  }

  private func refusal(_ listeners: [Listener]) -> ServerError? {
    var configuration = ServerConfiguration()
    configuration.listeners = listeners
    return #expect(throws: ServerError.self) {
      try Server(configuration: configuration, router: Router()).start()
    }
  }

  private func temporaryPath() -> String { "/tmp/mneme-http-\(UInt64.random(in: 0...UInt64.max)).sock" }

  @Test func `IPv6 is served`() async throws {
    try await withListeners([.tcp(host: "::1", port: 0)]) { _, addresses in
      #expect(addresses[0].description.hasPrefix("[::1]:"))
      let client = try await RawClient(addresses[0])
      #expect(try await client.ask(get("/")).text == "::1 true")
    }
  }

  @Test func `one socket takes IPv4 and IPv6`() async throws {
    try await withListeners([.tcp(host: "::", port: 0)]) { _, addresses in
      let port = addresses[0].port ?? 0
      for (host, text) in [("127.0.0.1", "127.0.0.1 true"), ("::1", "::1 true")] {
        let client = try await RawClient(.tcp(host: host, port: port))
        #expect(try await client.ask(get("/")).text == text)
      }
    }
  }

  @Test func `a name is served at all its addresses, under one port`() async throws {
    try await withListeners([.tcp(host: "localhost", port: 0)]) { _, addresses in
      #expect(Set(addresses.map(\.port)).count == 1)
      for address in addresses {
        let client = try await RawClient(address)
        #expect(try await client.ask(get("/")).status == 200)
      }
    }
  }

  @Test func `a Unix socket is served, and removed in the end`() async throws {
    let path = temporaryPath()
    try await withListeners([.unix(path: path), .tcp(host: "127.0.0.1", port: 0)]) { _, addresses in
      for _ in 0..<4 {
        let client = try await RawClient(addresses[0])
        #expect(try await client.ask(get("/")).text == "unix true")
      }
      let client = try await RawClient(addresses[1])
      #expect(try await client.ask(get("/")).text == "127.0.0.1 true")
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o660)
    }
    #expect(access(path, F_OK) != 0)
  }

  @Test func `a socket that a crash left behind is replaced, another file is not`() async throws {
    let path = temporaryPath()
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    close(dead)
    try await withListeners([.unix(path: path)]) { _, addresses in
      let client = try await RawClient(addresses[0])
      #expect(try await client.ask(get("/")).status == 200)
      // Now somebody listens there.
      #expect(refusal([.unix(path: path)])?.code == .addressInUse)
      #expect(try await client.ask(get("/")).status == 200)
    }
    close(open(path, O_CREAT | O_WRONLY, 0o600))
    #expect(refusal([.unix(path: path)])?.code == .addressInUse)
    #expect(access(path, F_OK) == 0)
    unlink(path)
  }

  @Test func `a port that is taken is said to be, even by a server like this one`() async throws {
    try await withListeners([.tcp(host: "127.0.0.1", port: 0)]) { _, addresses in
      let port = addresses[0].port ?? 0
      let error = refusal([.tcp(host: "127.0.0.1", port: port)])
      #expect(error?.code == .addressInUse)
      #expect(error?.message.contains("ss -ltnp 'sport = :\(port)'") == true)
      // A failure gives back what was opened before it.
      let free = temporaryPath()
      #expect(refusal([.unix(path: free), .tcp(host: "127.0.0.1", port: port)])?.code == .addressInUse)
      #expect(access(free, F_OK) != 0)
    }
  }

  @Test(arguments: [
    (Listener.tcp(host: "203.0.113.7", port: 0), ServerError.Code.addressUnavailable),
    (.tcp(host: "no such host", port: 0), .addressUnavailable),
    (.tcp(host: "127.0.0.1", port: 70_000), .addressUnavailable),
    (.unix(path: "/nowhere/at/all.sock"), .addressUnavailable),
    (.unix(path: String(repeating: "a", count: 200)), .addressUnavailable),
    (.unix(path: ""), .addressUnavailable),
  ])
  func `an address that cannot be listened to is explained`(_ listener: Listener, _ code: ServerError.Code) {
    let error = refusal([listener])
    #expect(error?.code == code)
    #expect(error?.message.hasSuffix(".") == true)
  }

  @Test func `connections beyond the limit are answered with 503`() async throws {
    try await withServer(
      configure: { $0.limits.connections = 2 },
      routes: { $0.on(.get, "/") { _ in Response(200, text: "ok") } }
    ) { server, address in
      let first = try await RawClient(address)
      let second = try await RawClient(address)
      for client in [first, second] { #expect(try await client.ask(get("/")).status == 200) }
      let third = try await RawClient(address)
      #expect(try await third.readAnswer().status == 503)
      #expect(server.statistics.connectionsRefused == 1)
      #expect(server.statistics.connectionsOpen == 2)
      // A place that becomes free is taken by the next.
      #expect(try await first.ask(get("/", "Connection: close\r\n")).status == 200)
      #expect(try await first.isAtEnd())
      let fourth = try await RawClient(address)
      #expect(try await fourth.ask(get("/")).status == 200)
    }
  }

  @Test func `connections of one address are limited, those of others are not touched`() async throws {
    try await withServer(
      configure: {
        $0.listeners = [.tcp(host: "::", port: 0)]
        $0.limits.connectionsPerAddress = 2
        $0.limits.limitsLoopback = true
      }, routes: { $0.on(.get, "/") { _ in Response(200, text: "ok") } }
    ) { _, address in
      let four = BoundAddress.tcp(host: "127.0.0.1", port: address.port ?? 0)
      let six = BoundAddress.tcp(host: "::1", port: address.port ?? 0)
      let clients = [try await RawClient(four), try await RawClient(four)]
      for client in clients { #expect(try await client.ask(get("/")).status == 200) }
      #expect(try await RawClient(four).readAnswer().status == 503)
      let other = try await RawClient(six)
      #expect(try await other.ask(get("/")).status == 200)
    }
  }

  @Test func `loopback is not counted by address unless asked for`() async throws {
    try await withServer(
      configure: { $0.limits.connectionsPerAddress = 1 }, routes: { $0.on(.get, "/") { _ in Response(200) } }
    ) { _, address in
      let clients = [try await RawClient(address), try await RawClient(address)]
      for client in clients { #expect(try await client.ask(get("/")).status == 200) }
    }
  }

  @Test func `a server without free descriptors turns clients away, and recovers`() async {
    await #expect(processExitsWith: .success) {
      var configuration = ServerConfiguration.forTests
      configuration.loops = 1
      var router = Router()
      router.on(.get, "/") { _ in Response(200, text: "ok") }
      let server = try Server(configuration: configuration, router: router)
      let address = try server.start()[0]
      let served = try await RawClient(address)
      guard try await served.ask(get("/")).status == 200 else { exit(10) }

      // All descriptors are taken but one, which the client gets; the server has none to accept it with.
      var taken: [Int32] = []
      var descriptor = open("/dev/null", O_RDONLY)
      while descriptor >= 0 {
        taken.append(descriptor)
        descriptor = open("/dev/null", O_RDONLY)
      }
      if let last = taken.popLast() { close(last) }
      let unlucky = try await RawClient(address)
      guard try await unlucky.isAtEnd(), server.statistics.connectionsRefused == 1 else { exit(2) }
      // Those who are in are served on, and with descriptors free again newcomers are, too.
      guard try await served.ask(get("/")).status == 200 else { exit(3) }
      for descriptor in taken { close(descriptor) }
      let newcomer = try await RawClient(address)
      guard try await newcomer.ask(get("/")).status == 200 else { exit(4) }
      exit(0)
    }
  }
}
