internal import Model

/// A program's request for access, as far as it can be judged without asking the user.
struct AuthorizationRequest: Sendable {
  let client: KnownClient
  let redirectURI: RedirectURI
  let state: String?
  let scopes: Set<Permission>
  let challenge: String
  let target: TokenTarget

  /// Why a request is not put before the user.
  enum Refusal: Error, Sendable, Hashable {
    /// It is not known where the user may be sent, so they are told here.
    case page(String)
    /// The program is told.
    case redirect(OAuthError, to: RedirectURI, state: String?)
  }

  /// Who asks, of all that came with the request; the rest is judged when that is known.
  static func clientID(_ parameters: FormParameters) throws(Refusal) -> String {
    do throws(OAuthError) { return try parameters.required("client_id") } catch {
      throw .page("\(error.description).")
    }
  }

  /// Judges a request of `client` at a server with the address `base`.
  init(_ parameters: FormParameters, of client: KnownClient, at base: String) throws(Refusal) {
    self.client = client
    let address = try Self.redirectURI(parameters, of: client)
    redirectURI = address
    let states = parameters.values("state")
    state = states.count == 1 ? states[0] : nil
    do throws(OAuthError) {
      if states.count > 1 { throw OAuthError(.invalidRequest, "state was sent more than once") }
      guard try parameters.required("response_type") == "code" else {
        throw OAuthError(.unsupportedResponseType, "response_type is code")
      }
      if let mode = try parameters.value("response_mode"), mode != "query" {
        throw OAuthError(.invalidRequest, "response_mode is query")
      }
      challenge = try Self.challenge(parameters)
      scopes = try Self.scopes(parameters.value("scope"))
      target = try Self.target(parameters.values("resource"), at: base)
    } catch { throw .redirect(error, to: address, state: state) }
  }

  private static func redirectURI(
    _ parameters: FormParameters, of client: KnownClient
  ) throws(Refusal) -> RedirectURI {
    let given = parameters.values("redirect_uri")
    guard given.count <= 1 else { throw .page("redirect_uri was sent more than once.") }
    guard let text = given.first else {
      guard client.redirectURIs.count == 1 else { throw .page("redirect_uri is missing.") }
      return client.redirectURIs[0]
    }
    guard let address = try? RedirectURI(text), client.admits(address) else {
      throw .page("The program wants to send you to an address that it did not register.")
    }
    return address
  }

  private static func challenge(_ parameters: FormParameters) throws(OAuthError) -> String {
    guard let challenge = try parameters.value("code_challenge") else {
      throw OAuthError(.invalidRequest, "code_challenge is missing: PKCE is required")
    }
    guard try parameters.value("code_challenge_method") == "S256" else {
      throw OAuthError(.invalidRequest, "code_challenge_method is S256")
    }
    guard ProofKey.isChallenge(challenge) else {
      throw OAuthError(.invalidRequest, "code_challenge is no SHA-256 in base64")
    }
    return challenge
  }

  /// What is asked for; reading and writing when nothing is. Scopes of other servers are not granted, and no reason to
  /// refuse: clients ask for `offline_access` and the like everywhere.
  static func scopes(_ text: String?) throws(OAuthError) -> Set<Permission> {
    guard let text else { return [.read, .write] }
    let known = Set<Permission>(text: text)
    guard !known.isEmpty else {
      throw OAuthError(.invalidScope, "scope is some of \(Set(Permission.allCases).text)")
    }
    return known
  }

  private static func target(_ resources: [String], at base: String) throws(OAuthError) -> TokenTarget {
    guard let first = resources.first else { return TokenTarget(at: base) }
    let targets = Set(resources.map { TokenTarget($0, at: base) })
    guard targets.count == 1, let target = TokenTarget(first, at: base) else {
      throw OAuthError(.invalidTarget, "resource is \(base)/mcp, and one only")
    }
    return target
  }
}
