internal import HTTPServer
internal import Identity
internal import JSON
internal import Model

/// Programs exchange what they have for tokens, and give them back.
extension AuthorizationDoor {
  func token(_ request: Request) async -> Response {
    await answering(request) { form, client throws(OAuthError) in
      let issue: TokenIssuer.Issue
      let target = try target(form, request)
      switch try form.required("grant_type") {
      case "authorization_code":
        issue = try await issuer.exchange(
          code: try form.required("code"), verifier: try form.required("code_verifier"),
          redirectURI: try form.value("redirect_uri"), target: target, client: client)
      case "refresh_token":
        let scopes = try form.value("scope").map { (text) throws(OAuthError) in
          try AuthorizationRequest.scopes(text)
        }
        issue = try await issuer.refresh(
          try form.required("refresh_token"), scopes: scopes, target: target, client: client)
      default:
        throw OAuthError(.unsupportedGrantType, "grant_type is authorization_code or refresh_token")
      }
      return .json([
        "access_token": .string(issue.access.text), "token_type": "Bearer",
        "expires_in": .integer(issue.lifetime.components.seconds),
        "refresh_token": .string(issue.refresh.text), "scope": .string(issue.scopes.text),
      ])
    }
  }

  /// RFC 7009: whatever the token was, afterwards it opens nothing, and neither does anything of its family.
  func revoke(_ request: Request) async -> Response {
    await answering(request) { form, client throws(OAuthError) in
      try await issuer.revoke(try form.required("token"), by: client)
      return .json([:])
    }
  }

  private func answering(
    _ request: Request, _ body: (FormParameters, KnownClient) async throws(OAuthError) -> Response
  ) async -> Response {
    let credentials = BasicCredentials(request.headers["Authorization"])
    do throws(OAuthError) {
      let type = request.headers["Content-Type"]?.lowercased() ?? ""
      guard type.prefix(while: { $0 != ";" && $0 != " " }) == "application/x-www-form-urlencoded" else {
        throw OAuthError(.invalidRequest, "the body is application/x-www-form-urlencoded")
      }
      let form = FormParameters(request.formItems)
      let client = try await authenticated(form, credentials, request)
      var response = try await body(form, client)
      response.headers.set("Pragma", "no-cache")
      return response
    } catch {
      var response = error.response()
      if error.status == 401, request.headers["Authorization"] != nil {
        response.headers.set("WWW-Authenticate", "Basic realm=\"mneme\"")
      }
      return response
    }
  }

  /// The program that asks. One that has a secret must send it, in one place.
  private func authenticated(
    _ form: FormParameters, _ credentials: BasicCredentials?, _ request: Request
  ) async throws(OAuthError) -> KnownClient {
    let named = try form.value("client_id")
    let posted = try form.value("client_secret")
    guard let id = credentials?.id ?? named else { throw OAuthError(.invalidRequest, "client_id is missing") }
    guard credentials == nil || (named == nil || named == id) && posted == nil else {
      throw OAuthError(.invalidRequest, "the client is named in two ways")
    }
    // What is exchanged was given to this URL; what its document says by now makes no difference.
    if ClientDocuments.isDocument(id) {
      return KnownClient(id: id, name: "", redirectURIs: [], vouchedBy: "")
    }
    let client = try await client(id, for: request)
    guard let digest = client.secretDigest else { return client }
    let secret = TokenSecret(presented: credentials?.secret ?? posted ?? "", as: .clientSecret)
    guard let secret, areEqual(secret.digest, digest) else {
      throw OAuthError(.invalidClient, "the secret is not this client's")
    }
    return client
  }

  private func target(_ form: FormParameters, _ request: Request) throws(OAuthError) -> TokenTarget? {
    guard let resource = try form.value("resource") else { return nil }
    guard let target = TokenTarget(resource, at: address.base(for: request)) else {
      throw OAuthError(.invalidTarget, "resource is none of this server")
    }
    return target
  }
}

/// A client's id and secret in a header, each encoded as in a form (RFC 6749, section 2.3.1).
struct BasicCredentials: Sendable, Hashable {
  let id: String
  let secret: String

  init?(_ header: String?) {
    guard let header else { return nil }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "basic",
      let bytes = Self.decode(parts[1].trimmingPrefix(" ")),
      let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    let decoded = [bytes[..<colon], bytes[(colon + 1)...]].map { part in
      Request(.post, "/", body: Array("x=".utf8) + part).formItems.first?.value ?? ""
    }
    guard !decoded[0].isEmpty else { return nil }
    id = decoded[0]
    secret = decoded[1]
  }

  private static func decode(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var (bits, count) = (UInt32(0), 0)
    let body = text.utf8.prefix { $0 != UInt8(ascii: "=") }
    for character in body {
      let digit: UInt8
      switch character {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = character - UInt8(ascii: "A")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = character - UInt8(ascii: "a") + 26
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0") + 52
      case UInt8(ascii: "+"): digit = 62
      case UInt8(ascii: "/"): digit = 63
      default: return nil
      }
      bits = bits << 6 | UInt32(digit)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return bytes
  }
}
