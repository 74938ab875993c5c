internal import HTTPServer
internal import Testing

@Suite struct OriginPolicyTests {
  let policy = OriginPolicy(
    publicURL: "https://Memory.example.org:8443/base", origins: ["https://app.example.com"])

  @Test(arguments: [
    nil, "http://localhost", "http://localhost:6274", "https://localhost:1", "http://127.0.0.1:8080",
    "http://[::1]:3000", "https://app.example.com", "https://Memory.example.org:8443",
    "https://memory.example.org:8443",
  ])
  func `pages of this machine and those that are configured may come in`(origin: String?) {
    #expect(policy.admits(origin: origin))
  }

  @Test(arguments: [
    "null", "", "https://evil.example", "http://app.example.com", "https://app.example.com:444",
    "http://localhost.evil.example", "http://127.0.0.1.evil.example", "http://evil.example/localhost",
    "localhost", "file://", "chrome-extension://localhost", "http://[::1].evil.example",
    "http://localhost:1@evil.example", "http://localhost:@evil.example", "http://[::1",
    "http://localhost:99999",
  ])
  func `pages of others may not`(origin: String) {
    #expect(!policy.admits(origin: origin))
  }

  @Test(arguments: [
    "localhost", "LOCALHOST:6636", "127.0.0.1:6636", "127.8.8.8", "[::1]:6636", "192.168.1.4:6636", "",
    "memory.example.org", "memory.example.org:8443",
  ])
  func `an address and the server's own names are hosts`(host: String) {
    #expect(policy.admits(host: host))
  }

  @Test(arguments: [
    "evil.example", "evil.example:6636", "localhost.evil.example", "127.0.0.1.evil.example", "1.2.3",
    "localhost:1@evil.example",
  ])
  func `the name of a stranger is not`(host: String) {
    #expect(!policy.admits(host: host))
  }

  @Test(
    arguments: [
      // Peer, Host, the names that the server was told, and whether it answers.
      ("127.0.0.1", "localhost:6636", [], true), ("127.0.0.1", "evil.example", [], false),
      ("127.0.0.1", "nas", ["NAS"], true), ("192.168.1.9", "nas:6636", [], true),
      ("192.168.1.9", "nas:6636", ["nas"], true), ("192.168.1.9", "evil.example", ["nas"], false),
      ("192.168.1.9", "192.168.1.2", ["nas"], true), ("unix", "anything", ["nas"], true),
    ] as [(String, String, Set<String>, Bool)])
  func `a name is looked at where it can betray a page`(
    peer: String, host: String, names: Set<String>, isAnswered: Bool
  ) {
    let policy = OriginPolicy(publicURL: nil, origins: [], hosts: names)
    let request = Request(
      .get, "/", headers: ["Host": host],
      peer: Request.Peer(address: peer, isLocal: peer == "127.0.0.1" || peer == "unix"))
    #expect((policy.refusal(of: request) == nil) == isAnswered)
  }
}
