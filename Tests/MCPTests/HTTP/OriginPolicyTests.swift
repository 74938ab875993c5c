import Testing

@testable import MCP

@Suite struct OriginPolicyTests {
  let policy = OriginPolicy(
    publicURL: "https://Memory.example.org:8443/base", origins: ["https://app.example.com"])

  @Test(arguments: [
    nil, "http://localhost", "http://localhost:6274", "https://localhost:1", "http://127.0.0.1:8080",
    "http://[::1]:3000", "https://app.example.com", "https://Memory.example.org:8443",
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
}

@Suite struct AcceptanceTests {
  @Test(
    arguments: [
      (nil, true, true), ("", true, true), ("*/*", true, true), ("application/json", true, false),
      ("application/*", true, false), ("text/event-stream", false, true),
      ("Application/JSON; charset=utf-8, text/event-stream;q=0.5", true, true),
      ("application/json;q=0, text/event-stream", false, true), ("text/html", false, false),
      ("application/jsonl", false, false),
    ] as [(String?, Bool, Bool)])
  func `Accept says what a client can read`(header: String?, json: Bool, events: Bool) {
    let acceptance = Acceptance(header)
    #expect(acceptance.json == json)
    #expect(acceptance.events == events)
  }
}
