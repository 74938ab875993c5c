internal import HTTPServer
internal import Identity
internal import JSON
internal import Model
internal import TestSupport
internal import Testing

@testable import Authorization

@Suite struct MetadataTests {
  static let workspace = "01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f"

  @Test(
    arguments: [
      ("", "/mcp"), ("/mcp", "/mcp"), ("/mcp/w/\(workspace)", "/mcp/w/\(workspace)"),
    ])
  func `the resource is described at each of its places`(place: String, resource: String) async throws {
    let answer = try await Office().get("/.well-known/oauth-protected-resource" + place)
    #expect(answer.status == 200)
    #expect(answer.headers["Content-Type"] == "application/json")
    #expect(answer.headers["Access-Control-Allow-Origin"] == "*")
    #expect(answer.json["resource"]?.stringValue == Office.base + resource)
    #expect(answer.json["authorization_servers"] == [.string(Office.base)])
    #expect(answer.json["scopes_supported"] == ["memory:read", "memory:write"])
    #expect(answer.json["bearer_methods_supported"] == ["header"])
  }

  @Test func `nobody learns from it which workspaces there are`() async throws {
    let office = try await Office()
    let known = try #require(await office.caller(office.key)).workspace
    let documents = try await [known.description, Self.workspace].asyncMap { id in
      try await office.get("/.well-known/oauth-protected-resource/mcp/w/\(id)").text.replacing(id, with: "…")
    }
    #expect(documents[0] == documents[1])
    #expect(try await office.get("/.well-known/oauth-protected-resource/mcp/w/x").status == 404)
  }

  @Test(arguments: ["oauth-authorization-server", "openid-configuration"])
  func `the server is described under both names`(name: String) async throws {
    let answer = try await Office().get("/.well-known/" + name)
    #expect(answer.status == 200)
    #expect(answer.json["issuer"]?.stringValue == Office.base)
    for (member, path) in [
      ("authorization_endpoint", "/authorize"), ("token_endpoint", "/token"),
      ("registration_endpoint", "/register"),
      ("revocation_endpoint", "/revoke"),
    ] {
      #expect(answer.json[member]?.stringValue == Office.base + path)
    }
    #expect(answer.json["code_challenge_methods_supported"] == ["S256"])
    #expect(answer.json["response_types_supported"] == ["code"])
    #expect(answer.json["authorization_response_iss_parameter_supported"] == true)
    #expect(answer.json["client_id_metadata_document_supported"] == true)
    #expect(!answer.text.contains("null") && !answer.text.contains("offline_access"))
  }

  @Test func `pages of any origin may read it, and ask for tokens`() async throws {
    let office = try await Office()
    for path in [
      "/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-authorization-server", "/token",
      "/register",
      "/revoke",
    ] {
      let answer = try await office.send(
        .options, path,
        headers: ["Origin": "https://app.example", "Access-Control-Request-Method": "POST"])
      #expect(answer.status == 204)
      #expect(answer.headers["Access-Control-Allow-Origin"] == "*")
      #expect(answer.headers["Access-Control-Allow-Headers"]?.contains("Authorization") == true)
    }
  }

  @Test(
    arguments: [
      // Configured, asked for, and what the documents say.
      (nil, "127.0.0.1:6636", "http://127.0.0.1:6636"), (nil, "localhost:1", "http://localhost:1"),
      (nil, "[::1]:6636", "http://[::1]:6636"), (nil, "192.168.1.2:6636", "http://192.168.1.2:6636"),
      ("https://memory.example.org/", "memory.example.org", "https://memory.example.org"),
      ("https://memory.example.org", "127.0.0.1:6636", "https://memory.example.org"),
      ("https://example.org/memory", "example.org", "https://example.org/memory"),
    ] as [(String?, String, String)])
  func `the address is the configured one, or the one that nobody can pretend to be`(
    configured: String?, host: String, base: String
  ) async throws {
    let office = try await Office(publicURL: configured)
    let answer = try await office.send(
      .get, "/.well-known/oauth-authorization-server", headers: ["Host": host])
    #expect(answer.json["issuer"]?.stringValue == base)
  }

  @Test func `under a stranger's name there is nothing`() async throws {
    let office = try await Office()
    for path in ["/.well-known/oauth-authorization-server", "/authorize"] {
      let answer = try await office.send(.get, path, headers: ["Host": "evil.example"])
      #expect(answer.status == 421)
    }
    // From elsewhere, a server that was never told its name answers, but not in the stranger's.
    office.address.listens(at: "http://10.0.0.1:6636")
    let answer = try await office.send(
      .get, "/.well-known/oauth-authorization-server", headers: ["Host": "evil.example"], from: "203.0.113.5")
    #expect(answer.json["issuer"] == "http://10.0.0.1:6636")
  }
}

extension Array {
  fileprivate func asyncMap<Mapped>(_ body: (Element) async throws -> Mapped) async rethrows -> [Mapped] {
    var mapped: [Mapped] = []
    for element in self { mapped.append(try await body(element)) }
    return mapped
  }
}
