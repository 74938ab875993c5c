internal import HTTPServer
internal import JSON

/// What a program is told when it asked for something that it cannot have (RFC 6749, 7591, 8707).
struct OAuthError: Error, Sendable, Hashable {
  enum Code: String, Sendable, Hashable {
    case invalidRequest = "invalid_request"
    case invalidClient = "invalid_client"
    case invalidGrant = "invalid_grant"
    case unsupportedGrantType = "unsupported_grant_type"
    case unsupportedResponseType = "unsupported_response_type"
    case invalidScope = "invalid_scope"
    case invalidTarget = "invalid_target"
    case accessDenied = "access_denied"
    case serverError = "server_error"
    case temporarilyUnavailable = "temporarily_unavailable"
    case invalidRedirectURI = "invalid_redirect_uri"
    case invalidClientMetadata = "invalid_client_metadata"
    case slowDown = "slow_down"
  }

  let code: Code
  /// For whoever writes the program: ASCII without quotes and backslashes, as the standard wants it.
  let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = String(
      String.UnicodeScalarView(
        description.unicodeScalars.map { scalar in
          scalar.isASCII && scalar.value >= 0x20 && scalar != "\"" && scalar != "\\" && scalar.value < 0x7F
            ? scalar : "?"
        }))
  }

  var status: Int {
    switch code {
    case .invalidClient: 401
    case .slowDown: 429
    case .serverError: 500
    case .temporarilyUnavailable: 503
    default: 400
    }
  }

  func response() -> Response {
    .json(["error": .string(code.rawValue), "error_description": .string(description)], status: status)
  }
}

extension Response {
  /// A document that nobody may keep, for programs of any origin: what counts is the secret that they send, and they send
  /// it themselves.
  static func json(_ object: JSONObject, status: Int = 200, cache: String = "no-store") -> Response {
    Response(
      status,
      headers: [
        "Content-Type": "application/json", "Cache-Control": cache, "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
      ],
      body: .bytes(JSONValue.object(object).bytes))
  }
}
