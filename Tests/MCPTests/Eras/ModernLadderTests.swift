import JSON
import Testing

@testable import MCP

@Suite struct ModernLadderTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let body: String
    let headers: RoutingHeaders
    /// Nil for a notification, which is accepted.
    let code: RPCError.Code?
    let id: JSONValue?

    init(
      _ what: String, _ body: JSONValue, _ headers: RoutingHeaders, _ code: RPCError.Code?, id: JSONValue? = 1
    ) {
      self.init(what, text: body.text, headers, code, id: id)
    }

    init(
      _ what: String, text: String, _ headers: RoutingHeaders, _ code: RPCError.Code?, id: JSONValue? = nil
    ) {
      testDescription = what
      body = text
      self.headers = headers
      self.code = code
      self.id = id
    }
  }

  static func headers(
    _ method: String, _ revision: String = "2026-07-28", name: String? = nil
  ) -> RoutingHeaders {
    RoutingHeaders(revision: [revision], method: [method], name: name.map { [$0] } ?? [])
  }

  static func without(_ key: String) -> JSONValue {
    var message = modern("tools/list").objectValue ?? [:]
    var params = message["params"]?.objectValue ?? [:]
    var meta = params["_meta"]?.objectValue ?? [:]
    meta["io.modelcontextprotocol/" + key] = nil
    params["_meta"] = .object(meta)
    message["params"] = .object(params)
    return .object(message)
  }

  static func with(_ key: String, _ value: JSONValue) -> JSONValue {
    var message = without(key).objectValue ?? [:]
    var params = message["params"]?.objectValue ?? [:]
    var meta = params["_meta"]?.objectValue ?? [:]
    meta["io.modelcontextprotocol/" + key] = value
    params["_meta"] = .object(meta)
    message["params"] = .object(params)
    return .object(message)
  }

  static let list = headers("tools/list")
  static let call = modern("tools/call", ["name": "recall"])

  static let rows: [Row] = [
    // 1: what is no JSON
    Row("no JSON", text: "{", list, .parse),
    Row("nothing", text: "", list, .parse),
    Row("a key twice", text: #"{"jsonrpc":"2.0","id":1,"id":2,"method":"x"}"#, list, .parse),
    // 2: notifications
    Row("a notification", notification("notifications/initialized"), list, nil, id: nil),
    Row("a notification that nobody knows", notification("notifications/x"), list, nil, id: nil),
    Row(
      "a notification in an unknown revision", notification("notifications/x"),
      headers("x", "2099-01-01"), .unsupportedRevision, id: nil),
    // 3: shapes
    Row("a batch", [modern("tools/list")], list, .invalidRequest, id: nil),
    Row("an empty batch", [], list, .invalidRequest, id: nil),
    Row("text", "tools/list", list, .invalidRequest, id: nil),
    Row("a response", ["jsonrpc": "2.0", "id": 1, "result": [:]], list, .invalidRequest, id: nil),
    Row("an id that is null", modern("tools/list", id: nil), list, .invalidRequest, id: nil),
    Row("an id with a fraction", modern("tools/list", id: 1.5), list, .invalidRequest, id: nil),
    Row("an id that is a truth value", modern("tools/list", id: true), list, .invalidRequest, id: nil),
    Row("another JSON-RPC", ["jsonrpc": "1.0", "id": 1, "method": "tools/list"], list, .invalidRequest),
    Row("no JSON-RPC", ["id": 1, "method": "tools/list"], list, .invalidRequest),
    Row("no method", ["jsonrpc": "2.0", "id": 1, "params": [:]], list, .invalidRequest),
    Row("a method that is a number", ["jsonrpc": "2.0", "id": 1, "method": 7], list, .invalidRequest),
    Row(
      "positional parameters", ["jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": []], list,
      .invalidParameters),
    // 4: headers that came twice, even with a body that is broken further up the ladder
    Row(
      "two revisions", without("protocolVersion"),
      RoutingHeaders(revision: ["2026-07-28", "2026-07-28"], method: ["tools/list"]), .headerMismatch),
    Row(
      "two methods", modern("tools/list"),
      RoutingHeaders(revision: ["2026-07-28"], method: ["tools/list", "tools/list"]), .headerMismatch),
    Row(
      "two names", call,
      RoutingHeaders(revision: ["2026-07-28"], method: ["tools/call"], name: ["recall", "recall"]),
      .headerMismatch),
    // 5: the envelope
    Row("no _meta", legacy("tools/list"), list, .invalidParameters),
    Row("no revision in _meta", without("protocolVersion"), list, .invalidParameters),
    Row("no capabilities", without("clientCapabilities"), list, .invalidParameters),
    Row("capabilities that are a list", with("clientCapabilities", []), list, .invalidParameters),
    // 6: headers against the body
    Row(
      "no revision in the header", modern("tools/list"), RoutingHeaders(method: ["tools/list"]),
      .headerMismatch),
    Row("another revision in the body", modern("tools/list", in: "v999"), list, .headerMismatch),
    Row("a revision that is a number", with("protocolVersion", 20_260_728), list, .headerMismatch),
    Row(
      "no method in the header", modern("tools/list"), RoutingHeaders(revision: ["2026-07-28"]),
      .headerMismatch),
    Row("another method in the header", modern("tools/list"), headers("tools/call"), .headerMismatch),
    Row("the method in capitals", modern("tools/list"), headers("TOOLS/LIST"), .headerMismatch),
    Row("no name in the header", call, headers("tools/call"), .headerMismatch),
    Row("another name in the header", call, headers("tools/call", name: "forget"), .headerMismatch),
    Row("the name in capitals", call, headers("tools/call", name: "RECALL"), .headerMismatch),
    Row(
      "a name in broken base64", call, headers("tools/call", name: "=?base64?cmVjYWxs=?="), .headerMismatch),
    // 7: the revision
    Row(
      "an unknown revision in both places", modern("tools/list", in: "v999"), headers("tools/list", "v999"),
      .unsupportedRevision),
    Row(
      "a legacy revision in both places", modern("tools/list", in: "2025-11-25"),
      headers("tools/list", "2025-11-25"), .unsupportedRevision),
  ]

  @Test(arguments: rows) func `the first rung that breaks is what the client hears`(row: Row) {
    let body: Result<JSONValue, JSONSyntaxError>
    do throws(JSONSyntaxError) { body = .success(try JSONValue(parsing: row.body)) } catch {
      body = .failure(error)
    }
    do throws(Refusal) {
      let verdict = try ModernLadder.judge(body, headers: row.headers)
      guard case .acknowledge = verdict, row.code == nil else {
        Issue.record("was let through")
        return
      }
    } catch {
      #expect(error.error.code == row.code)
      #expect(error.id?.json == row.id)
      #expect(!error.error.message.isEmpty)
    }
  }

  @Test(
    arguments: [
      ("server/discover", nil, [:]), ("tools/list", nil, [:]), ("no/such", nil, [:]),
      ("tools/call", "recall", ["name": "recall"]), ("tools/call", "=?base64?cmVjYWxs?=", ["name": "recall"]),
      ("tools/call", nil, [:]),
    ] as [(String, String?, JSONObject)])
  func `a request in order is served`(method: String, name: String?, params: JSONObject) throws {
    let verdict = try ModernLadder.judge(
      modern(method, id: "é", params), headers: Self.headers(method, name: name))
    guard case .serve(let request, let envelope) = verdict else {
      Issue.record("was not served")
      return
    }
    #expect(request.method == method)
    #expect(request.id.json == "é")
    #expect(envelope.revision == .july2026)
    #expect(envelope.client == "tests")
  }

  @Test func `a client need not say its name`() throws {
    let verdict = try ModernLadder.judge(Self.without("clientInfo"), headers: Self.list)
    guard case .serve(_, let envelope) = verdict else {
      Issue.record("was not served")
      return
    }
    #expect(envelope.client == nil)
  }

  @Test func `an unknown revision is answered with those that are known`() {
    do throws(Refusal) {
      _ = try ModernLadder.judge(modern("tools/list", in: "2099-01-01"), headers: nil)
      Issue.record("was let through")
    } catch {
      #expect(error.error.data == ["supported": ["2026-07-28"], "requested": "2099-01-01"])
    }
  }

  @Test func `over stdio there are no headers to compare, and a broken revision is a broken parameter`()
    throws
  {
    guard case .serve = try ModernLadder.judge(Self.call, headers: nil) else {
      Issue.record("was not served")
      return
    }
    do throws(Refusal) {
      _ = try ModernLadder.judge(Self.with("protocolVersion", 7), headers: nil)
      Issue.record("was let through")
    } catch { #expect(error.error.code == .invalidParameters) }
  }

  @Test func `each code has its status`() {
    let statuses = RPCError.Code.allCases.map { "\($0.rawValue) \($0.modernStatus)" }
    #expect(
      statuses == [
        "-32700 400", "-32600 400", "-32601 404", "-32602 400", "-32603 200", "-32002 400", "-32020 400",
        "-32021 400", "-32022 400",
      ])
  }
}
