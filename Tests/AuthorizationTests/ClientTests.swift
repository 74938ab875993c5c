internal import HTTPServer
internal import Identity
internal import JSON
internal import Model
internal import TestSupport
internal import Testing
internal import Threads
internal import WebClient

@testable import Authorization

@Suite struct RegistrationTests {
  @Test func `a program gets an id, and is told what it will be`() async throws {
    let office = try await Office()
    let body = #"""
      {"client_name":"Claude","redirect_uris":["https://claude.ai/api/mcp/auth_callback"],"token_endpoint_auth_method":"none",
       "grant_types":["authorization_code","refresh_token"],"response_types":["code"],"application_type":"web",
       "logo_uri":null,"contacts":["a@b.example"],"software_id":"x","scope":"memory:read"}
      """#
    let answer = try await office.send(.post, "/register", body: body)
    #expect(answer.status == 201)
    #expect(answer.headers["Cache-Control"] == "no-store")
    #expect(answer.headers["Access-Control-Allow-Origin"] == "*")
    #expect(answer.json["client_id"]?.stringValue?.hasPrefix("mnc_") == true)
    #expect(answer.json["client_id_issued_at"]?.intValue != nil)
    #expect(answer.json["redirect_uris"] == ["https://claude.ai/api/mcp/auth_callback"])
    #expect(answer.json["token_endpoint_auth_method"] == "none")
    #expect(answer.json["client_secret"] == nil && answer.json["client_secret_expires_at"] == nil)
    #expect(!answer.text.contains("null"))
  }

  @Test(
    arguments: [
      ("", "invalid_client_metadata"), ("[]", "invalid_client_metadata"), ("{", "invalid_client_metadata"),
      ("{}", "invalid_redirect_uri"), (#"{"redirect_uris":[]}"#, "invalid_redirect_uri"),
      (#"{"redirect_uris":"https://x/cb"}"#, "invalid_redirect_uri"),
      (#"{"redirect_uris":[7]}"#, "invalid_redirect_uri"),
      (#"{"redirect_uris":["javascript:alert(1)"]}"#, "invalid_redirect_uri"),
      (#"{"redirect_uris":["https://x/cb","http://x/cb"]}"#, "invalid_redirect_uri"),
      (#"{"redirect_uris":["https://x/cb#f"]}"#, "invalid_redirect_uri"),
      (
        #"{"redirect_uris":["https://x/cb"],"token_endpoint_auth_method":"private_key_jwt"}"#,
        "invalid_client_metadata"
      ),
      (#"{"redirect_uris":["https://x/cb"],"grant_types":["implicit"]}"#, "invalid_client_metadata"),
      (#"{"redirect_uris":["https://x/cb"],"response_types":["token"]}"#, "invalid_client_metadata"),
      (#"{"redirect_uris":["https://x/cb"],"client_name":7}"#, "invalid_client_metadata"),
    ])
  func `what could do harm is refused`(body: String, error: String) async throws {
    let answer = try await Office().send(.post, "/register", body: body)
    #expect(answer.status == 400)
    #expect(answer.error == error, "\(answer.text)")
  }

  @Test func `one address registers so many an hour`() async throws {
    let office = try await Office()
    for _ in 0..<60 { _ = try await office.register() }
    let body = #"{"redirect_uris":["https://x/cb"]}"#
    #expect(try await office.send(.post, "/register", body: body).status == 429)
    #expect(try await office.send(.post, "/register", body: body, from: "203.0.113.1").status == 201)
    office.clock.advance(by: .seconds(3_600))
    #expect(try await office.send(.post, "/register", body: body).status == 201)
  }

  /// Metadata made of what such documents are made of, and of what does not belong there.
  @Test(arguments: 0..<10)
  func `no metadata stops the server, and none brings a dangerous address`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let values: [JSONValue] = [
      nil, true, 7, 1.5, "", "none", "client_secret_post", "x", [], [nil], ["code"], ["authorization_code"],
      [:],
      ["https://x.example/cb"], ["http://localhost/cb", "app:/cb"], ["javascript:alert(1)"], ["data:,x"],
      ["http://x.example/cb"], [["https://x.example/cb"]], "\u{0}\u{202E}\n",
      .string(String(repeating: "é", count: 5_000)),
      .array(Array(repeating: "https://x.example/cb", count: 40)),
    ]
    let names = [
      "client_name", "redirect_uris", "token_endpoint_auth_method", "grant_types", "response_types",
      "client_id",
      "client_secret", "scope", "jwks",
    ]
    var good = 0
    for _ in 0..<3_000 {
      var object: JSONObject = [:]
      if random.oneIn(2) { object["redirect_uris"] = ["http://localhost/cb"] }
      for name in random.some(of: names, atMost: 4) { object[name] = random.pick(values) }
      guard let metadata = try? ClientMetadata(.object(object)) else { continue }
      good += 1
      #expect((1...20).contains(metadata.redirectURIs.count))
      for address in metadata.redirectURIs {
        #expect(["https", "app"].contains(address.scheme) || address.isLoopback, "\(address.text)")
      }
      #expect((1...100).contains(metadata.name.count) && !metadata.name.contains("\n"))
      #expect(!metadata.name.unicodeScalars.contains("\u{202E}"))
    }
    #expect(good > 100)
  }
}

@Suite struct ClientDocumentTests {
  static let url = "https://client.example/oauth/client.json"

  static func document(_ changes: JSONObject = [:]) -> String {
    var object: JSONObject = [
      "client_id": .string(url), "client_name": "Documented", "redirect_uris": [.string(Office.callback)],
      "token_endpoint_auth_method": "none",
    ]
    for (name, value) in changes { object[name] = value }
    return JSONValue.object(object).text
  }

  @Test func `a program whose id is a document need not register`() async throws {
    let office = try await Office()
    office.web.withLock { $0[Self.url] = Self.document() }
    let page = try await office.open(office.question(of: Self.url))
    #expect(page.text.contains("Documented"))
    #expect(page.text.contains("It is described by <strong>client.example</strong>"))
    let tokens = try await office.tokens(for: Self.url)
    #expect(await office.caller(tokens.access) != nil)
    // Later the document is gone; what was allowed stays good.
    office.web.withLock { $0 = [:] }
    office.clock.advance(by: .days(2))
    #expect(try await office.refresh(tokens.refresh, of: Self.url).status == 200)
    #expect(try await office.open(office.question(of: Self.url)).status == 400)
  }

  @Test(
    arguments: [
      ["client_id": "https://client.example/oauth/other.json"], ["client_id": 7], ["client_name": nil],
      ["redirect_uris": []], ["redirect_uris": ["http://client.example/cb"]], ["client_secret": "x"],
      ["token_endpoint_auth_method": "client_secret_post"], ["redirect_uris": ["https://client.example/cb"]],
    ] as [JSONObject])
  func `a document that does not fit is no introduction`(changes: JSONObject) async throws {
    let office = try await Office()
    office.web.withLock { $0[Self.url] = Self.document(changes) }
    let page = try await office.open(office.question(of: Self.url))
    #expect(page.status == 400)
    #expect(page.headers["Location"] == nil)
  }

  @Test(arguments: [
    "https://client.example", "https://client.example/", "https://client.example/?x",
    "https://client.example/a/../b",
    "https://user@client.example/a", "https://client.example/a#b", "https://", "https://client.example:0/a",
  ])
  func `an id that is no address of a document is not asked for`(url: String) async throws {
    let office = try await Office()
    #expect(try await office.open(office.question(of: url)).status == 400)
    #expect(office.asked.withLock { $0 } == 0)
  }

  @Test func `a document is fetched once, and again when its time is over; a failure is remembered too`()
    async throws
  {
    let office = try await Office()
    for _ in 0..<3 { _ = try await office.open(office.question(of: Self.url)) }
    #expect(office.asked.withLock { $0 } == 1)
    office.web.withLock { $0[Self.url] = Self.document() }
    office.clock.advance(by: .seconds(61))
    for _ in 0..<3 { #expect(try await office.open(office.question(of: Self.url)).status == 200) }
    #expect(office.asked.withLock { $0 } == 2)
    office.clock.advance(by: .seconds(3_601))
    #expect(try await office.open(office.question(of: Self.url)).status == 200)
    #expect(office.asked.withLock { $0 } == 3)
  }

  @Test(
    arguments: [
      (nil, 3_600), ("max-age=600", 600), ("public, max-age=5", 60), ("max-age=99999999", 86_400),
      ("no-store, max-age=600", 60), ("NO-CACHE", 60), ("max-age=x", 3_600), ("max-age=-1", 60),
    ] as [(String?, Int)])
  func `its server says how long it is good, within limits`(header: String?, seconds: Int) {
    #expect(ClientDocuments.lifetime(header) == .seconds(seconds))
  }

  @Test func `what the network looks like from here is not told, and little is asked for`() async throws {
    let documents = ClientDocuments(clock: TestClock()) { request throws(WebError) in
      #expect(request.method == "GET" && request.responseLimit == 10 << 10 && request.timeout == .seconds(5))
      throw WebError(.forbidden, "10.0.0.7: the server has no public address")
    }
    let error = await #expect(throws: OAuthError.self) { try await documents.client(Self.url) }
    #expect(error?.description.contains("10.0.0.7") == false)
  }

  /// Documents with a byte changed here and there.
  @Test(arguments: 0..<8)
  func `no bytes stop the reader, and a document never speaks for another`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let original = Array(Self.document().utf8)
    for _ in 0..<4_000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
        }
      }
      guard let client = try? ClientDocuments.read(bytes, of: Self.url, host: "client.example") else {
        continue
      }
      #expect(client.id == Self.url)
      #expect(!client.redirectURIs.isEmpty)
    }
  }
}

@Suite struct ProofKeyTests {
  @Test func `the example of the standard`() {
    #expect(ProofKey.matches(Office.verifier, Office.challenge))
    #expect(ProofKey.isChallenge(Office.challenge))
  }

  @Test(arguments: [
    "", "short", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl",
    String(repeating: "a", count: 129), "dBjftJeZ4CVP mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
  ])
  func `nothing else fits`(verifier: String) {
    #expect(!ProofKey.matches(verifier, Office.challenge))
  }

  @Test func `base64 as everybody writes it`() {
    let cases = [
      ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
      ("foobar", "Zm9vYmFy"),
    ]
    for (text, encoded) in cases {
      #expect(base64(Array(text.utf8), isForURLs: true) == encoded)
      let padding = String(repeating: "=", count: (4 - encoded.count % 4) % 4)
      #expect(base64(Array(text.utf8), isForURLs: false) == encoded + padding)
    }
    #expect(base64([0xFB, 0xFF], isForURLs: true) == "-_8")
    #expect(base64([0xFB, 0xFF], isForURLs: false) == "+/8=")
  }

  @Test func `a client and its secret come in a header`() {
    let good = BasicCredentials("Basic " + base64(Array("a%3Ab:c+d".utf8), isForURLs: false))
    #expect(good?.id == "a:b")
    #expect(good?.secret == "c d")
    for bad in [
      nil, "", "Basic", "Basic ???", "Bearer YTpi", "Basic " + base64(Array("ab".utf8), isForURLs: false),
    ] {
      #expect(BasicCredentials(bad) == nil)
    }
  }
}
