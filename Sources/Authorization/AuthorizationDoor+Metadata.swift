internal import HTTPServer
internal import JSON
internal import Engine
internal import Model

/// What clients read before they ask.
extension AuthorizationDoor {
  private static let freshness = "max-age=300"

  /// About the resource (RFC 9728): where its tokens come from.
  func protectedResource(_ request: Request) async -> Response {
    let base = address.base(for: request)
    var resource = base + "/mcp"
    if let name = request.parameters["workspace"] {
      guard let id = WorkspaceID(name) else { return Response(404, text: "There is nothing at this path.\n") }
      resource += "/w/\(id)"
    }
    return .json(
      [
        "resource": .string(resource), "authorization_servers": [.string(base)],
        "scopes_supported": .array(ProtectedResource.usualPermissions.map { .string($0.rawValue) }),
        "bearer_methods_supported": ["header"], "resource_name": "Mneme",
        "resource_documentation": .string(base + "/docs"),
      ], cache: Self.freshness)
  }

  /// About the authorization server (RFC 8414); under OpenID Connect's name too, since some clients look there only.
  func serverMetadata(_ request: Request) async -> Response {
    let base = address.base(for: request)
    let authentication = ClientMetadata.Authentication.allCases.map { JSONValue.string($0.rawValue) }
    return .json(
      [
        "issuer": .string(base), "authorization_endpoint": .string(base + "/authorize"),
        "token_endpoint": .string(base + "/token"), "registration_endpoint": .string(base + "/register"),
        "revocation_endpoint": .string(base + "/revoke"),
        "scopes_supported": .array(Permission.allCases.map { .string($0.rawValue) }),
        "response_types_supported": ["code"], "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": .array(authentication),
        "revocation_endpoint_auth_methods_supported": .array(authentication),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "client_id_metadata_document_supported": true,
        "service_documentation": .string(base + "/docs"),
      ], cache: Self.freshness)
  }
}
