internal import TestSupport
internal import Testing

@testable import Authorization

@Suite struct RedirectURITests {
  @Test(arguments: [
    "https://claude.ai/api/mcp/auth_callback", "https://chatgpt.com/connector_platform_oauth_redirect",
    "http://localhost:33418/callback", "http://127.0.0.1/cb?x=1", "http://[::1]:8080/",
    "cursor://anysphere.cursor-retrieval/oauth/user-mneme/callback", "vscode://dynamicauthprovider/redirect",
    "com.example.app:/oauth", "https://[2001:db8::1]/cb", "HTTPS://Example.org/cb",
  ])
  func `an address of a server, of this machine, or of an application is good`(text: String) throws {
    #expect(try RedirectURI(text).text == text)
  }

  @Test(arguments: [
    "", "/callback", "callback", "//evil.example/cb", "javascript:alert(1)", "JavaScript:alert(1)",
    "data:text/html,x",
    "vbscript:x", "file:///etc/passwd", "blob:https://x", "http://example.org/cb", "http://192.168.1.2/cb",
    "http://localhost.evil.example/cb", "http://127.0.0.1.evil.example/", "https://user@evil.example/cb",
    "https://good.example@evil.example/", "http://localhost:1@evil.example/", "https://x/cb#fragment",
    "https://",
    "https:///path", "https:x", "https://x:0/", "https://x:99999/", "https://x:/", "https://x:+1/",
    "https://a b/",
    "https://x/\u{0}", "https://x/\n", "https://x\\@evil.example/", "https://exämple.org/",
    "https://x/<script>",
    "https://x/\"onload", "cursor:", "1abc://x", "http://[::1/", "http://[::1]x/", "http://[localhost]/",
  ])
  func `an address that could lead somewhere else, or run something, is not`(text: String) {
    #expect(throws: RedirectURI.Malformed.self) { try RedirectURI(text) }
  }

  @Test(
    arguments: [
      // Registered, requested, whether it is the same.
      ("https://a.example/cb", "https://a.example/cb", true),
      ("https://a.example/cb", "https://a.example/cb/", false),
      ("https://a.example/cb", "https://a.example/cb?x=1", false),
      ("https://a.example/cb", "https://A.example/cb", false),
      ("https://a.example/cb", "https://a.example:443/cb", false),
      ("https://a.example/cb", "https://b.a.example/cb", false),
      ("https://a.example/cb", "https://a.example/cb/../evil", false),
      ("http://localhost/cb", "http://localhost:51234/cb", true),
      ("http://localhost:1/cb", "http://localhost:2/cb", true),
      ("http://127.0.0.1:1/cb", "http://127.0.0.1/cb", true),
      ("http://[::1]:1/cb", "http://[::1]:9/cb", true),
      ("http://localhost/cb", "http://127.0.0.1/cb", false),
      ("http://localhost/cb", "http://localhost/CB", false),
      ("http://localhost/cb", "http://localhost:5/cb?x", false),
      ("https://localhost:1/cb", "https://localhost:2/cb", false), ("app:/cb", "app:/cb", true),
      ("app:/cb", "app:/cb2", false), ("app://localhost:1/cb", "app://localhost:2/cb", false),
    ])
  func `addresses are compared as they are written, but for the port of this machine`(
    registered: String, requested: String, isSame: Bool
  ) throws {
    #expect(try RedirectURI(registered).admits(RedirectURI(requested)) == isSame)
  }

  @Test func `parameters are added to the query, and cannot break out of it`() throws {
    #expect(
      try RedirectURI("https://x/cb").adding([("code", "a"), ("state", "b c&d=é#")])
        == "https://x/cb?code=a&state=b%20c%26d%3D%C3%A9%23")
    #expect(try RedirectURI("https://x/cb?y=1").adding([("code", "a")]) == "https://x/cb?y=1&code=a")
    #expect(try RedirectURI("app:/cb?").adding([("code", "a")]) == "app:/cb?code=a")
  }

  /// Whatever is put together of the pieces that such addresses are made of, and of those that confuse readers.
  @Test(arguments: 0..<20)
  func `nothing is admitted that leads to another host`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let pieces = [
      "http", "https", ":", "//", "/", "localhost", "127.0.0.1", "[::1]", "evil.example", "a.example", "@",
      "?", "#",
      "&", "..", "%2F", "%00", ".", ":80", ":1", "\\", " ", "cb", "é", "\n",
    ]
    let registered = try ["https://a.example/cb", "http://localhost:7/cb", "http://127.0.0.1/cb", "app:/cb"]
      .map {
        try RedirectURI($0)
      }
    var parsed = 0
    for _ in 0..<5_000 {
      var text = random.oneIn(2) ? random.pick(registered).text : ""
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        let piece = random.pick(pieces)
        let place = text.index(text.startIndex, offsetBy: Int.random(in: 0...text.count, using: &random))
        if random.oneIn(2) { text.insert(contentsOf: piece, at: place) } else { text += piece }
      }
      guard let requested = try? RedirectURI(text) else { continue }
      parsed += 1
      for known in registered where known.admits(requested) {
        #expect(requested.scheme == known.scheme && requested.host == known.host, "\(text)")
        #expect(text == known.text || requested.isLoopback, "\(text)")
        if requested.isLoopback { #expect(text.hasSuffix("/cb"), "\(text)") }
      }
      #expect(!requested.text.contains { $0.isWhitespace || $0 == "#" || $0 == "\\" })
      if requested.scheme == "http" { #expect(requested.isLoopback, "\(text)") }
    }
    #expect(parsed > 100)
  }
}
