import Glibc
import HTTPServer
import Testing

@testable import WebClient

@Suite struct ReachTests {
  @Test(arguments: [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255",
    "172.32.0.0", "192.167.1.1", "198.17.1.1", "198.20.0.0", "223.255.255.255", "2606:4700::1111",
    "2a00:1450::1", "2001:200::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
  ])
  func `a server that anybody may ask is public`(address: String) { #expect(isPublic(address)) }

  @Test(arguments: [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.0.1",
    "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1",
    "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "2001::1", "2002:a00:1::1", "3fff::1",
    "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b:1::1", "100::1", "::7f00:1",
  ])
  func `what is reserved, private or of this machine is not public`(address: String) {
    #expect(!isPublic(address))
  }

  @Test func `what is no address of the internet is not public`() {
    var address = sockaddr()
    withUnsafeMutableBytes(of: &address) { $0.storeBytes(of: sa_family_t(AF_UNIX), as: sa_family_t.self) }
    #expect(!Reach.isPublic(&address, length: MemoryLayout<sockaddr>.size))
    withUnsafeMutableBytes(of: &address) { $0.storeBytes(of: sa_family_t(AF_INET), as: sa_family_t.self) }
    #expect(!Reach.isPublic(&address, length: 4))
  }

  @Test(arguments: ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
  func `a name that leads to this machine is refused, however it is written`(host: String) async throws {
    try await withServer(routes: { $0.on(.get, "/") { _ in Response(200, text: "secret") } }) { _, url in
      let port = try #require(url.split(separator: ":").last)
      let client = WebSession(reach: .publicInternet())
      let error = await #expect(throws: WebError.self) {
        try await client.send(WebRequest("GET", "http://\(host):\(port)/"))
      }
      #expect(error?.reason == .forbidden, "\(String(describing: error))")
      #expect(error?.description.contains("no public address") == true)
    }
  }

  @Test func `a host that was named may have any address, and only on the port that was named`() async throws
  {
    try await withServer(routes: { $0.on(.get, "/") { _ in Response(200, text: "own") } }) { _, url in
      let port = try #require(url.split(separator: ":").last)
      for exempt in ["127.0.0.1:\(port)", "127.0.0.1"] {
        let client = WebSession(reach: .publicInternet(besides: [exempt]))
        #expect(try await client.send(WebRequest("GET", url + "/")).status == 200)
      }
      let other = WebSession(reach: .publicInternet(besides: ["127.0.0.1:1", "localhost"]))
      let error = await #expect(throws: WebError.self) { try await other.send(WebRequest("GET", url + "/")) }
      #expect(error?.reason == .forbidden)
    }
  }

  @Test func `the server of a URL is found, and none where readers could differ`() {
    func server(_ url: String) -> String? {
      WebRequest("GET", url).server.map { "\($0.host) \($0.port)" }
    }
    #expect(server("https://Example.org/a?b#c") == "example.org 443")
    #expect(server("http://example.org:8080") == "example.org 8080")
    #expect(server("http://[::1]:9/") == "[::1] 9")
    #expect(server("http://[::1]") == "[::1] 80")
    #expect(server("HTTP://a?x=http://b") == "a 80")
    for url in [
      "ftp://a/", "a/b", "http:///x", "http://u@a/", "http://a\\@b/", "http://a b/", "http://a:0/",
      "http://a:x/", "http://é/",
    ] {
      #expect(server(url) == nil, "\(url)")
    }
  }

  private func isPublic(_ text: String) -> Bool {
    var v4 = in_addr()
    if inet_pton(AF_INET, text, &v4) == 1 { return Reach.isPublic(v4: withUnsafeBytes(of: v4) { Array($0) }) }
    var v6 = in6_addr()
    #expect(inet_pton(AF_INET6, text, &v6) == 1, "\(text) is no address")
    return Reach.isPublic(v6: withUnsafeBytes(of: v6) { Array($0) })
  }
}
