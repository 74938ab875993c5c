internal import Engine
internal import Model
internal import Testing

@Suite struct ProtectedResourceTests {
  static let metadata = "https://h/.well-known/oauth-protected-resource/mcp"
  static let place = "Bearer realm=\"mneme\", resource_metadata=\"\(metadata)\""

  @Test(
    arguments: [
      (.unauthenticated(.missing), "\(place), scope=\"memory:read memory:write\""),
      (
        .unauthenticated(.unknown),
        "\(place), error=\"invalid_token\", error_description=\"The token is not known here\", "
          + "scope=\"memory:read memory:write\""
      ),
      (
        .unauthenticated(.expired),
        "\(place), error=\"invalid_token\", error_description=\"The token has expired\", "
          + "scope=\"memory:read memory:write\""
      ),
      (
        .permissionRequired(.write, has: .read),
        "\(place), error=\"insufficient_scope\", error_description=\"This needs memory:write\", "
          + "scope=\"memory:read memory:write\""
      ),
      (
        .permissionRequired(.admin, has: .read),
        "\(place), error=\"insufficient_scope\", error_description=\"This needs admin\", "
          + "scope=\"memory:read memory:write admin\""
      ),
      (.roleRequired(.admin, has: .member), nil), (.contextNotFound("x"), nil),
    ] as [(EngineError, String?)])
  func `what a client is told about tokens`(error: EngineError, challenge: String?) {
    let resource = ProtectedResource(audience: ["https://h/mcp"], metadata: Self.metadata)
    #expect(resource.challenge(for: error) == challenge)
  }

  @Test func `where there are only keys, no scope is named`() {
    #expect(ProtectedResource.keysOnly.challenge(for: .unauthenticated(.missing)) == "Bearer realm=\"mneme\"")
  }

  @Test func `a permission includes those before it`() {
    #expect(Permission.admin.included == [.read, .write, .admin])
    #expect(Permission.read.included == [.read])
    #expect(Permission.read < .write && Permission.write < .admin)
  }
}
