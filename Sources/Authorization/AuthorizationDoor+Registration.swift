internal import HTTPServer
internal import Identity
internal import JSON
internal import Model
internal import Storage

/// Programs introduce themselves (RFC 7591).
extension AuthorizationDoor {
  func register(_ request: Request) async -> Response {
    do throws(OAuthError) {
      let now = clock.now()
      guard registrations.admits(request.remoteAddress, at: now) else {
        throw OAuthError(.slowDown, "too many registrations from your address; try again in an hour")
      }
      guard let json = try? JSONValue(parsing: request.body, depthLimit: 16) else {
        throw OAuthError(.invalidClientMetadata, "the body is not JSON")
      }
      let metadata = try ClientMetadata(json)
      var random = SystemRandomNumberGenerator()
      var client = OAuthClient(
        id: "mnc_" + base62(24, from: &random), name: metadata.name,
        redirectURIs: metadata.redirectURIs.map(\.text), createdAt: now)
      var secret: TokenSecret?
      if metadata.authentication != .none {
        secret = TokenSecret.make(.clientSecret, from: &random)
        client.secretDigest = secret?.digest
      }
      let made = client
      do throws(StorageError) { try await store.add(made, limit: Self.clientLimit) } catch {
        throw OAuthError(.temporarilyUnavailable, "the client could not be registered; try again in a moment")
      }
      return .json(answer(client, metadata, secret), status: 201)
    } catch { return error.response() }
  }

  private func answer(
    _ client: OAuthClient, _ metadata: ClientMetadata, _ secret: TokenSecret?
  ) -> JSONObject {
    var answer: JSONObject = [
      "client_id": .string(client.id),
      "client_id_issued_at": .integer(client.createdAt.microseconds / 1_000_000),
      "client_name": .string(client.name),
      "redirect_uris": .array(client.redirectURIs.map { .string($0) }),
      "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
      "token_endpoint_auth_method": .string(metadata.authentication.rawValue),
      "scope": .string(Set(Permission.allCases).text),
    ]
    if let secret {
      answer["client_secret"] = .string(secret.text)
      answer["client_secret_expires_at"] = 0
    }
    return answer
  }
}
