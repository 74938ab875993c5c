import Engine
import HTTPServer
import Identity
import JSON
import Model
import Testing

@testable import MCP

@Suite struct CredentialTests {
  @Test(arguments: ["server/discover", "tools/list", "tools/call", "initialize"])
  func `without a credential nothing is served`(method: String) async throws {
    let client = Client(try await House(), key: nil)
    for answer in [try await client.modern(method), try await client.post(legacy(method))] {
      #expect(answer.status == 401)
      let challenge = try #require(answer.headers["WWW-Authenticate"])
      #expect(challenge.hasPrefix("Bearer "))
      #expect(!challenge.contains("error="))
    }
  }

  @Test(arguments: ["mn_live_00000000000000000000000000000000", "nonsense"])
  func `a credential that is not known opens nothing`(key: String) async throws {
    let answer = try await Client(House(), key: key).modern("tools/list")
    #expect(answer.status == 401)
    #expect(answer.headers["WWW-Authenticate"]?.contains("error=\"invalid_token\"") == true)
  }

  @Test func `a key that is revoked opens nothing from the next request on`() async throws {
    let house = try await House()
    let owner = Client(house)
    let made = try await owner.call("create_key", ["name": "short-lived"])
    let key = try #require(made["structuredContent"]?["secret"]?.stringValue)
    let id = try #require(made["structuredContent"]?["key"]?["id"])
    let client = Client(house, key: key)
    #expect(try await client.modern("tools/list").status == 200)
    _ = try await owner.call("revoke_key", ["key_id": id])
    #expect(try await client.modern("tools/list").status == 401)
  }

  @Test func `the challenge says where to get a token`() async throws {
    var settings = MCPDoor.Settings()
    settings.resource = { _ in
      ProtectedResource(audience: [], metadata: "https://h/.well-known/oauth-protected-resource/mcp")
    }
    let answer = try await Client(House(), key: nil, settings: settings).modern("tools/list")
    let challenge = try #require(answer.headers["WWW-Authenticate"])
    #expect(challenge.contains("resource_metadata=\"https://h/.well-known/oauth-protected-resource/mcp\""))
    #expect(challenge.hasSuffix("scope=\"memory:read memory:write\""))
  }

  @Test func `the scheme is written in any case, and a token in the address counts for nothing`() async throws
  {
    let house = try await House()
    let client = Client(house, key: nil)
    let lower = try await client.modern("tools/list", headers: ["Authorization": "bearer  \(house.secret)"])
    #expect(lower.status == 200)
    let basic = try await client.modern("tools/list", headers: ["Authorization": "Basic \(house.secret)"])
    #expect(basic.status == 401)
    let inURL = try await client.modern("tools/list", to: "/mcp?access_token=\(house.secret)")
    #expect(inURL.status == 401)
  }

  @Test func `an address of a workspace is open to its own credentials`() async throws {
    let house = try await House()
    let other = try await house.engine.foundWorkspace(named: "other", owner: "somebody")
    let mine = try await house.caller(house.secret).workspace
    #expect(try await Client(house).modern("tools/list", to: "/mcp/w/\(mine)").status == 200)
    #expect(try await Client(house).modern("tools/list", to: "/mcp/w/\(other.workspace.id)").status == 401)
    #expect(try await Client(house).modern("tools/list", to: "/mcp/w/nonsense").status == 401)
    let stranger = Client(house, key: other.secret.text)
    #expect(try await stranger.modern("tools/list", to: "/mcp/w/\(other.workspace.id)").status == 200)
  }
}
