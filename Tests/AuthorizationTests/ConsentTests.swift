internal import Engine
internal import HTTPServer
internal import Identity
internal import JSON
internal import Model
internal import TestSupport
internal import Testing
internal import Threads

@testable import Authorization

/// The page, and who is not shown it.
@Suite struct ConsentTests {
  @Test func `the page says who asks for what, and where it leads`() async throws {
    let office = try await Office()
    let client = try await office.register(["client_name": "Ada's <b>\"Bench\"</b>\u{202E}\n2"])
    let page = try await office.open(office.question(of: client, ["scope": "memory:read admin"]))
    #expect(page.status == 200)
    #expect(page.text.contains("Ada&#39;s &lt;b&gt;&quot;Bench&quot;&lt;/b&gt;2"))
    #expect(!page.text.contains("<b>") && !page.text.contains("\u{202E}"))
    #expect(page.text.contains("<strong>127.0.0.1</strong>"))
    #expect(page.text.contains("find and read memories") && page.text.contains("administer"))
    #expect(!page.text.contains("remember, change and forget"))
    #expect(page.text.contains("a program on this device"))
    #expect(!page.text.contains("<script") && !page.text.lowercased().contains("javascript:"))
  }

  @Test func `no other page can frame it, keep it or learn its address`() async throws {
    let office = try await Office()
    let client = try await office.register()
    let pages = [
      try await office.open(office.question(of: client)),
      try await office.open(office.question(of: "mnc_unknown")),
    ]
    for page in pages {
      #expect(page.headers["X-Frame-Options"] == "DENY")
      #expect(page.headers["Cache-Control"] == "no-store")
      #expect(page.headers["Referrer-Policy"] == "no-referrer")
      let policy = try #require(page.headers["Content-Security-Policy"])
      #expect(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"))
      #expect(!policy.contains("form-action") && !policy.contains("unsafe-inline"))
    }
    let cookie = try #require(pages[0].headers["Set-Cookie"])
    #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
    let secure = try await Office(publicURL: "https://memory.example.org/")
    let other = try await secure.send(
      .get, "/authorize?" + secure.form(secure.question(of: try await secure.register(), ["resource": nil])),
      headers: ["Host": "memory.example.org"])
    #expect(other.headers["Set-Cookie"]?.contains("Secure") == true)
  }

  @Test func `a user who does not allow it is sent back with that`() async throws {
    let office = try await Office()
    let client = try await office.register()
    let answer = try await office.decide(office.question(of: client), [("decision", "deny")])
    #expect(answer.status == 303)
    #expect(answer.sentBack["error"] == "access_denied")
    #expect(answer.sentBack["state"] == "s 1")
    #expect(answer.sentBack["iss"] == Office.base)
    #expect(answer.sentBack["code"] == nil)
  }

  @Test func `a form from anywhere else counts for nothing`() async throws {
    let office = try await Office()
    let client = try await office.register()
    let fields = office.question(of: client) + [("decision", "allow"), ("key", office.key)]
    let cookie = "mneme_consent=" + String(repeating: "a", count: 43)
    let forgeries: [([(String, String)], [String: String])] = [
      (fields, [:]), (fields, ["Cookie": cookie]),
      (fields + [("consent", String(repeating: "b", count: 43))], ["Cookie": cookie]),
      (fields + [("consent", String(repeating: "a", count: 43))], [:]),
      (fields + [("consent", "")], ["Cookie": "mneme_consent="]),
      (
        fields + [("consent", String(repeating: "a", count: 43))],
        ["Cookie": cookie, "Origin": "https://evil.example"]
      ),
      (fields + [("consent", String(repeating: "a", count: 43))], ["Cookie": cookie + "; " + cookie]),
    ]
    for (fields, headers) in forgeries {
      let answer = try await office.post("/authorize", fields, headers: headers)
      #expect(answer.status == 403, "\(headers)")
      #expect(answer.headers["Location"] == nil)
    }
    // With a cookie and a token that agree, the same form is good.
    let good = try await office.post(
      "/authorize", fields + [("consent", String(repeating: "a", count: 43))],
      headers: ["Cookie": "other=1; " + cookie, "Origin": Office.base])
    #expect(good.sentBack["code"] != nil)
  }

  @Test func `whoever makes the link cannot fill in the form`() async throws {
    let office = try await Office()
    let client = try await office.register()
    let question =
      office.question(of: client) + [("key", office.key), ("consent", "x"), ("decision", "allow")]
    let page = try await office.open(question)
    #expect(page.status == 200)
    #expect(!page.text.contains(office.key))
    let answer = try await office.decide(question, [])
    #expect(answer.status == 403)
    #expect(answer.sentBack["code"] == nil)
  }

  @Test(
    arguments: [
      ["client_id": "mnc_unknown"], ["client_id": nil], ["redirect_uri": "http://127.0.0.1:7777/other"],
      ["redirect_uri": "https://evil.example/callback"], ["redirect_uri": "javascript:alert(1)"],
      ["redirect_uri": "http://127.0.0.1:7777/callback#x"], ["client_id": "https://"],
    ] as [[String: String?]])
  func `where nobody knows where to send the user, they are told here`(changes: [String: String?])
    async throws
  {
    let office = try await Office()
    let client = try await office.register()
    let page = try await office.open(office.question(of: client, changes))
    #expect(page.status == 400)
    #expect(page.headers["Location"] == nil)
    #expect(page.headers["Content-Type"] == "text/html; charset=utf-8")
  }

  @Test(
    arguments: [
      (["response_type": "token"], "unsupported_response_type"), (["response_type": nil], "invalid_request"),
      (["code_challenge": nil], "invalid_request"), (["code_challenge_method": "plain"], "invalid_request"),
      (["code_challenge_method": nil], "invalid_request"), (["code_challenge": "short"], "invalid_request"),
      (["scope": "openid profile"], "invalid_scope"),
      (["resource": "https://evil.example/mcp"], "invalid_target"),
      (["response_mode": "fragment"], "invalid_request"),
    ] as [([String: String?], String)])
  func `what a program did wrong is told to it`(changes: [String: String?], error: String) async throws {
    let office = try await Office()
    let client = try await office.register()
    let answer = try await office.open(office.question(of: client, changes))
    #expect(answer.status == 303)
    #expect(answer.headers["Location"]?.hasPrefix(Office.callback) == true)
    #expect(answer.sentBack["error"] == error)
    #expect(answer.sentBack["state"] == "s 1")
    #expect(answer.sentBack["iss"] == Office.base)
  }

  @Test func `a parameter that comes twice is a mistake, but for the same resource`() async throws {
    let office = try await Office()
    let client = try await office.register()
    let question = office.question(of: client)
    for name in ["state", "scope", "code_challenge", "response_type"] {
      let answer = try await office.open(question + [(name, "x")])
      #expect(answer.sentBack["error"] == "invalid_request", "\(name)")
    }
    let twice = try await office.open(question + [("redirect_uri", Office.callback)])
    #expect(twice.status == 400)
    #expect(try await office.open(question + [("resource", "\(Office.base)/mcp/")]).status == 200)
    #expect(
      try await office.open(question + [("resource", Office.base)]).sentBack["error"] == "invalid_target")
  }

  @Test func `a program of this machine comes back to any port`() async throws {
    let office = try await Office()
    let client = try await office.register(["redirect_uris": ["http://localhost/cb"]])
    let there = "http://localhost:51234/cb"
    let answer = try await office.decide(
      office.question(of: client, ["redirect_uri": there]), [("key", office.key)])
    #expect(answer.headers["Location"]?.hasPrefix(there + "?code=") == true)
    let code = try #require(answer.sentBack["code"])
    #expect(try await office.exchange(code, of: client, ["redirect_uri": there]).status == 200)
  }

  @Test func `scopes of other servers are not granted and do not hurt`() async throws {
    let office = try await Office()
    let client = try await office.register()
    let code = try await office.code(for: client, ["scope": "offline_access memory:read openid"])
    #expect(try await office.exchange(code, of: client).json["scope"] == "memory:read")
    let silent = try await office.code(for: client, ["scope": nil])
    #expect(try await office.exchange(silent, of: client).json["scope"] == "memory:read memory:write")
  }
}

@Suite struct SigningInTests {
  static func officeWithPassword() async throws -> (Office, client: String) {
    let office = try await Office()
    let user = try #require(try await office.engine.allUsers().first).user
    var cost = PasswordHasher.Cost()
    (cost.passes, cost.kibibytes) = (1, 64)
    try await office.engine.setPassword(
      "correct horse", of: user.id, named: "ada", hasher: PasswordHasher(cost: cost))
    return (office, try await office.register())
  }

  @Test func `a password does as well as a key`() async throws {
    let (office, client) = try await Self.officeWithPassword()
    let answer = try await office.decide(
      office.question(of: client), [("name", "ada"), ("password", "correct horse")])
    let issued = try await office.exchange(try #require(answer.sentBack["code"]), of: client)
    let token = try #require(issued.json["access_token"]?.stringValue)
    #expect(await office.caller(token)?.role == .owner)
  }

  @Test(
    arguments: [
      [("key", "mn_live_00000000000000000000000000000000")], [("key", "nonsense")], [],
      [("name", "ada"), ("password", "wrong horse")], [("name", "nobody"), ("password", "correct horse")],
      [("name", "ada")], [("password", "correct horse")],
      [("name", "ada"), ("password", String(repeating: "x", count: 9_999))],
    ] as [[(String, String)]])
  func `nothing else opens the door`(fields: [(String, String)]) async throws {
    let (office, client) = try await Self.officeWithPassword()
    let answer = try await office.decide(office.question(of: client), fields)
    #expect(answer.status == 403)
    #expect(answer.headers["Location"] == nil)
    #expect(answer.text.contains("role=\"alert\""))
    #expect(!answer.text.contains("wrong horse"))
  }

  @Test func `a token is no proof that its user is there`() async throws {
    let (office, client) = try await Self.officeWithPassword()
    let token = try await office.tokens(for: client).access
    #expect(try await office.decide(office.question(of: client), [("key", token)]).status == 403)
  }

  @Test func `after a few wrong passwords each further one costs time, also the right one`() async throws {
    let (office, client) = try await Self.officeWithPassword()
    let question = office.question(of: client)
    for _ in 0..<5 {
      #expect(try await office.decide(question, [("name", "ada"), ("password", "wrong")]).status == 403)
    }
    let slowed = try await office.decide(question, [("name", "ada"), ("password", "correct horse")])
    #expect(slowed.status == 429)
    #expect(slowed.headers["Retry-After"] != nil)
    // Somebody else, and whoever has a key, is not made to wait.
    #expect(try await office.decide(question, [("key", office.key)]).status == 303)
    office.clock.advance(by: .seconds(2))
    #expect(
      try await office.decide(question, [("name", "ada"), ("password", "correct horse")]).status == 303)
    #expect(try await office.decide(question, [("name", "ada"), ("password", "wrong")]).status == 403)
  }

  @Test func `an address that tries many names is slowed down as well`() async throws {
    let (office, client) = try await Self.officeWithPassword()
    let question = office.question(of: client)
    for number in 0..<30 {
      let fields = [("name", "user \(number)"), ("password", "wrong horse")]
      #expect(try await office.decide(question, fields, from: "203.0.113.9").status == 403)
    }
    let fields = [("key", office.key)]
    #expect(try await office.decide(question, fields, from: "203.0.113.9").status == 429)
    #expect(try await office.decide(question, fields, from: "203.0.113.10").status == 303)
  }

  @Test func `waiting times double up to a quarter of an hour`() {
    let throttle = SignInThrottle(free: 2)
    let clock = TestClock()
    var waits: [Duration] = []
    for _ in 0..<14 {
      throttle.failed("ada", at: clock.now())
      let wait = throttle.delay(for: "ada", at: clock.now()) ?? .zero
      waits.append(wait)
      clock.advance(by: wait)
    }
    #expect(waits.prefix(4) == [.zero, .seconds(1), .seconds(2), .seconds(4)])
    #expect(waits.last == .seconds(900))
    throttle.succeeded("ada")
    #expect(throttle.delay(for: "ada", at: clock.now()) == nil)
  }

  @Test func `those who are remembered are limited in number`() {
    let throttle = SignInThrottle(free: 1, capacity: 3)
    let clock = TestClock()
    for name in ["a", "b", "c", "d"] { throttle.failed(name, at: clock.advance(by: .milliseconds(1))) }
    #expect(throttle.delay(for: "a", at: clock.now()) == nil)
    #expect(throttle.delay(for: "d", at: clock.now()) != nil)
  }

  @Test func `a limit is for each, and for a time`() {
    let limit = RateLimit(2, per: .seconds(60))
    let clock = TestClock()
    #expect(limit.admits("a", at: clock.now()))
    #expect(limit.admits("a", at: clock.now()))
    #expect(!limit.admits("a", at: clock.now()))
    #expect(limit.admits("b", at: clock.now()))
    clock.advance(by: .seconds(60))
    #expect(limit.admits("a", at: clock.now()))
  }
}
