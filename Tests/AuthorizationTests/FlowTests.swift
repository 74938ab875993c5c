internal import Engine
internal import HTTPServer
internal import Identity
internal import JSON
internal import Model
internal import TestSupport
internal import Testing

@testable import Authorization

/// The way of a program from an address to tokens, and all the places where it is turned back.
@Suite struct FlowTests {
  @Test func `a program registers, a user allows it, and its token is worth what was allowed`() async throws {
    let office = try await Office()
    let client = try await office.register()
    let answer = try await office.decide(office.question(of: client), [("key", office.key)])
    #expect(answer.status == 303)
    #expect(answer.headers["Location"]?.hasPrefix(Office.callback + "?") == true)
    #expect(answer.sentBack["state"] == "s 1")
    #expect(answer.sentBack["iss"] == Office.base)
    let issued = try await office.exchange(try #require(answer.sentBack["code"]), of: client)
    #expect(issued.status == 200)
    #expect(issued.headers["Cache-Control"] == "no-store")
    #expect(issued.json["token_type"] == "Bearer")
    #expect(issued.json["expires_in"] == 3600)
    #expect(issued.json["scope"] == "memory:read memory:write")
    let token = try #require(issued.json["access_token"]?.stringValue)
    let caller = try #require(await office.caller(token))
    #expect(caller.permission == .write)
    #expect(caller.role == .owner)
    #expect(caller.client == "Testbench")
    #expect(caller.key == nil)
    #expect(caller.grant != nil)
  }

  @Test func `an access token lives for an hour`() async throws {
    let office = try await Office()
    let token = try await office.tokens(for: try await office.register()).access
    office.clock.advance(by: .seconds(3_599))
    #expect(await office.caller(token) != nil)
    office.clock.advance(by: .seconds(1))
    #expect(await office.caller(token) == nil)
  }

  @Test func `a refresh token brings new ones, and keeps the family`() async throws {
    let office = try await Office()
    let client = try await office.register()
    let first = try await office.tokens(for: client)
    office.clock.advance(by: .days(20))
    let answer = try await office.refresh(first.refresh, of: client)
    #expect(answer.status == 200)
    let access = try #require(answer.json["access_token"]?.stringValue)
    let refresh = try #require(answer.json["refresh_token"]?.stringValue)
    #expect(refresh != first.refresh)
    let caller = try #require(await office.caller(access))
    office.clock.advance(by: .days(20))
    let last = try await office.refresh(refresh, of: client)
    let lastToken = try #require(last.json["access_token"]?.stringValue)
    #expect(await office.caller(lastToken)?.grant == caller.grant)
    office.clock.advance(by: .days(31))
    let late = try await office.refresh(try #require(last.json["refresh_token"]?.stringValue), of: client)
    #expect(late.error == "invalid_grant")
  }

  @Test func `a refresh token that comes twice ends the whole family`() async throws {
    let office = try await Office()
    let client = try await office.register()
    let first = try await office.tokens(for: client)
    let second = try await office.refresh(first.refresh, of: client)
    let access = try #require(second.json["access_token"]?.stringValue)
    #expect(await office.caller(access) != nil)
    #expect(try await office.refresh(first.refresh, of: client).error == "invalid_grant")
    #expect(await office.caller(access) == nil)
    #expect(await office.caller(first.access) == nil)
    let refresh = try #require(second.json["refresh_token"]?.stringValue)
    #expect(try await office.refresh(refresh, of: client).error == "invalid_grant")
  }

  @Test func `a code that comes twice ends what the first one brought`() async throws {
    let office = try await Office()
    let client = try await office.register()
    let code = try await office.code(for: client)
    let issued = try await office.exchange(code, of: client)
    let token = try #require(issued.json["access_token"]?.stringValue)
    #expect(try await office.exchange(code, of: client).error == "invalid_grant")
    #expect(await office.caller(token) == nil)
  }

  @Test func `a code lives for a minute`() async throws {
    let office = try await Office()
    let client = try await office.register()
    let code = try await office.code(for: client)
    office.clock.advance(by: .seconds(60))
    #expect(try await office.exchange(code, of: client).error == "invalid_grant")
  }

  @Test(
    arguments: [
      (["code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK"], "invalid_grant"),
      (["code_verifier": nil], "invalid_request"), (["code_verifier": "short"], "invalid_grant"),
      (["redirect_uri": "http://127.0.0.1:7778/callback"], "invalid_grant"),
      (["resource": "\(Office.base)/other"], "invalid_target"), (["resource": Office.base], "invalid_target"),
      (["resource": "https://elsewhere.example/mcp"], "invalid_target"),
      (["code": "mn_ac_0000000000000000000000000000000000000000000"], "invalid_grant"),
      (["code": "nonsense"], "invalid_grant"), (["code": nil], "invalid_request"),
      (["grant_type": "password"], "unsupported_grant_type"),
      (["grant_type": "client_credentials"], "unsupported_grant_type"),
      (["grant_type": nil], "invalid_request"),
      (["client_id": nil], "invalid_request"),
    ] as [([String: String?], String)])
  func `a code is exchanged by who asked for it, for what they asked`(
    changes: [String: String?], error: String
  ) async throws {
    let office = try await Office()
    let client = try await office.register()
    let code = try await office.code(for: client)
    let answer = try await office.exchange(code, of: client, changes)
    #expect(answer.status == 400)
    #expect(answer.error == error, "\(answer.text)")
    // A mistake costs nothing: the right request still works.
    #expect(try await office.exchange(code, of: client).status == 200)
  }

  @Test func `without redirect_uri and resource, as OAuth 2.1 allows, a code is exchanged too`() async throws
  {
    let office = try await Office()
    let client = try await office.register()
    let code = try await office.code(for: client, ["resource": nil])
    let answer = try await office.exchange(code, of: client, ["redirect_uri": nil, "resource": nil])
    #expect(answer.status == 200)
    #expect(await office.caller(try #require(answer.json["access_token"]?.stringValue)) != nil)
  }

  @Test func `another program's code and refresh token are not known`() async throws {
    let office = try await Office()
    let (mine, other) = (try await office.register(), try await office.register())
    let code = try await office.code(for: mine)
    #expect(try await office.exchange(code, of: other).error == "invalid_grant")
    let tokens = try await office.tokens(for: mine)
    #expect(try await office.refresh(tokens.refresh, of: other).error == "invalid_grant")
    #expect(try await office.refresh(tokens.access, of: mine).error == "invalid_grant")
    #expect(await office.caller(tokens.refresh) == nil)
    #expect(await office.caller(tokens.access) != nil)
    let unknown = try await office.exchange(code, of: "mnc_unknown")
    #expect(unknown.status == 401)
    #expect(unknown.error == "invalid_client")
  }

  @Test func `a refresh asks for less, and not for more`() async throws {
    let office = try await Office()
    let client = try await office.register()
    let tokens = try await office.tokens(for: client)
    #expect(
      try await office.refresh(tokens.refresh, of: client, [("scope", "admin")]).error == "invalid_scope")
    let less = try await office.refresh(tokens.refresh, of: client, [("scope", "memory:read")])
    #expect(less.json["scope"] == "memory:read")
    #expect(await office.caller(try #require(less.json["access_token"]?.stringValue))?.permission == .read)
    let again = try await office.refresh(try #require(less.json["refresh_token"]?.stringValue), of: client)
    #expect(again.json["scope"] == "memory:read memory:write")
  }

  @Test func `what is revoked opens nothing from the next request on`() async throws {
    let office = try await Office()
    let client = try await office.register()
    for which in ["access", "refresh"] {
      let tokens = try await office.tokens(for: client)
      let token = which == "access" ? tokens.access : tokens.refresh
      #expect(try await office.post("/revoke", [("token", token), ("client_id", client)]).status == 200)
      #expect(await office.caller(tokens.access) == nil)
      #expect(try await office.refresh(tokens.refresh, of: client).error == "invalid_grant")
    }
    let unknown = [("token", "mn_at_nonsense"), ("client_id", client)]
    #expect(try await office.post("/revoke", unknown).status == 200)
    let tokens = try await office.tokens(for: client)
    let other = try await office.register()
    _ = try await office.post("/revoke", [("token", tokens.access), ("client_id", other)])
    #expect(await office.caller(tokens.access) != nil)
  }

  @Test func `a program with a secret must send it, in one place`() async throws {
    let office = try await Office()
    for method in ["client_secret_basic", "client_secret_post"] {
      let body: JSONObject = [
        "redirect_uris": [.string(Office.callback)], "token_endpoint_auth_method": .string(method),
      ]
      let registered = try await office.send(.post, "/register", body: JSONValue.object(body).text)
      let client = try #require(registered.json["client_id"]?.stringValue)
      let secret = try #require(registered.json["client_secret"]?.stringValue)
      #expect(registered.json["client_secret_expires_at"] == 0)
      let code = try await office.code(for: client)
      #expect(try await office.exchange(code, of: client).status == 401)
      #expect(
        try await office.exchange(code, of: client, ["client_secret": "wrong"]).error == "invalid_client")
      func basic(_ secret: String) -> [String: String] {
        ["Authorization": "Basic " + base64(Array("\(client):\(secret)".utf8), isForURLs: false)]
      }
      let wrong = try await office.exchange(code, of: client, headers: basic("wrong"))
      #expect(wrong.status == 401)
      #expect(wrong.headers["WWW-Authenticate"]?.hasPrefix("Basic") == true)
      let twice = try await office.exchange(
        code, of: client, ["client_secret": secret], headers: basic(secret))
      #expect(twice.error == "invalid_request")
      let right =
        method == "client_secret_basic"
        ? try await office.exchange(code, of: client, ["client_id": nil], headers: basic(secret))
        : try await office.exchange(code, of: client, ["client_secret": secret])
      #expect(right.status == 200, "\(right.text)")
    }
  }

  @Test func `the token endpoint reads forms, and says what it cannot read`() async throws {
    let office = try await Office()
    let client = try await office.register()
    let json = try await office.send(
      .post, "/token", headers: ["Content-Type": "application/json"], body: #"{"grant_type":"x"}"#)
    #expect(json.error == "invalid_request")
    let twice = try await office.post(
      "/token", [("grant_type", "x"), ("grant_type", "y"), ("client_id", client)])
    #expect(twice.error == "invalid_request")
  }
}

/// Whose token opens what.
@Suite struct AudienceTests {
  @Test func `a token of one workspace never sees another's`() async throws {
    let office = try await Office()
    let other = try await office.engine.foundWorkspace(named: "other", owner: "somebody")
    let mine = try #require(await office.caller(office.key)).workspace
    let client = try await office.register()
    let tokens = try await office.tokens(for: client)
    let theirs = try await office.tokens(for: client, key: other.secret.text)
    #expect(await office.caller(tokens.access)?.workspace == mine)
    #expect(await office.caller(theirs.access)?.workspace == other.workspace.id)
    #expect(await office.caller(tokens.access, at: "/mcp/w/\(mine)")?.workspace == mine)
    #expect(await office.caller(tokens.access, at: "/mcp/w/\(other.workspace.id)") == nil)
    #expect(await office.caller(theirs.access, at: "/mcp/w/\(mine)") == nil)
    // A memory of one is not found with the other's token.
    let writer = try #require(await office.caller(tokens.access))
    let draft = MemoryDraft(summary: "The owl flies at midnight", content: "owl", type: "note")
    _ = try await office.engine.remember(draft, in: try await office.engine.writing("default", as: writer))
    let reader = try #require(await office.caller(theirs.access))
    let found = try await office.engine.recall(
      RecallRequest("owl"), in: [try await office.engine.reading("default", as: reader)])
    #expect(found.items.isEmpty)
  }

  @Test func `a token for a workspace's address opens that address only`() async throws {
    let office = try await Office()
    let mine = try #require(await office.caller(office.key)).workspace
    let place = "\(Office.base)/mcp/w/\(mine)"
    let client = try await office.register()
    let token = try await office.tokens(for: client, ["resource": place]).access
    #expect(await office.caller(token, at: "/mcp/w/\(mine)") != nil)
    #expect(await office.caller(token, at: "/mcp") == nil)
    let other = try await office.engine.foundWorkspace(named: "other", owner: "somebody")
    let refused = try await office.decide(
      office.question(of: client, ["resource": place]), [("key", other.secret.text)])
    #expect(refused.status == 403)
    #expect(refused.text.contains("does not open anything here"))
  }

  @Test func `a token for another server opens nothing here`() async throws {
    let office = try await Office()
    let token = try await office.tokens(for: try await office.register()).access
    #expect(await office.caller(token) != nil)
    #expect(await office.caller(token, host: "localhost:6636") == nil)
    #expect(await office.caller(token, host: "127.0.0.1:7000") == nil)
  }

  @Test func `what a key may not do, neither may what it allowed; and it ends with the key`() async throws {
    let office = try await Office()
    let owner = try #require(await office.caller(office.key))
    let made = try await office.engine.createKey(KeyDraft(name: "viewer", role: .viewer), as: owner)
    let token = try await office.tokens(for: try await office.register(), key: made.secret.text).access
    #expect(await office.caller(token)?.role == .viewer)
    _ = try await office.engine.revokeKey(made.key.id.description, as: owner)
    #expect(await office.caller(token) == nil)
  }

  @Test(
    arguments: [
      ("http://127.0.0.1:6636/mcp", "/mcp"), ("http://127.0.0.1:6636/mcp/", "/mcp"),
      ("HTTP://127.0.0.1:6636/mcp", "/mcp"), ("http://127.0.0.1:6636/mcp?profile=full", "/mcp"),
      ("http://127.0.0.1:6636", ""), ("http://127.0.0.1:6636/", ""),
      (
        "http://127.0.0.1:6636/mcp/w/01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f",
        "/mcp/w/01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f"
      ),
      ("http://127.0.0.1:6636/other", nil), ("http://127.0.0.1:66360/mcp", nil),
      ("http://127.0.0.1:6636.evil.example/mcp", nil), ("http://127.0.0.1:6636@evil.example/mcp", nil),
      ("https://127.0.0.1:6636/mcp", nil), ("http://127.0.0.1:6636/mcp#x", nil), ("/mcp", nil), ("", nil),
      ("http://127.0.0.1:6636/mcp/w/x", nil), ("http://127.0.0.1:6636/mcpx", nil),
    ] as [(String, String?)])
  func `a resource is written in few ways`(text: String, path: String?) {
    #expect(TokenTarget(text, at: Office.base)?.resource == path.map { Office.base + $0 })
  }
}
