public import Model

/// A place where credentials are presented: what a token must have been issued for to open it, and where a client
/// learns how to get one.
public struct ProtectedResource: Sendable, Hashable {
  /// The resources that a token may name, as URLs. A token for anything else is as good as none.
  public var audience: Set<String>
  /// The address of the document that describes the resource (RFC 9728); nil where there are keys only.
  public var metadata: String?

  public init(audience: Set<String>, metadata: String?) {
    self.audience = audience
    self.metadata = metadata
  }

  /// A place that API keys open, and nothing else.
  public static let keysOnly = ProtectedResource(audience: [], metadata: nil)

  /// What a client should ask for when nothing tells it otherwise.
  public static let usualPermissions: [Permission] = [.read, .write]

  /// The value of `WWW-Authenticate` (RFC 6750) that goes with an error; nil for an error that another credential would
  /// not mend.
  public func challenge(for error: EngineError) -> String? {
    switch error {
    case .unauthenticated(.missing): challenge(scopes: Self.usualPermissions)
    case .unauthenticated(let reason):
      challenge("invalid_token", reason.inWords, scopes: Self.usualPermissions)
    case .permissionRequired(let needed, _):
      challenge("insufficient_scope", "This needs \(needed.rawValue)", scopes: needed.included)
    default: nil
    }
  }

  private func challenge(_ error: String? = nil, _ description: String = "", scopes: [Permission]) -> String {
    var parts = ["realm=\"mneme\""]
    if let metadata { parts.append("resource_metadata=\"\(metadata)\"") }
    if let error { parts += ["error=\"\(error)\"", "error_description=\"\(description)\""] }
    // A client that cannot ask for a token has no use for their names.
    if metadata != nil { parts.append("scope=\"\(scopes.map(\.rawValue).joined(separator: " "))\"") }
    return "Bearer " + parts.joined(separator: ", ")
  }
}

extension EngineError.Unauthenticated {
  fileprivate var inWords: String {
    switch self {
    case .missing, .unknown: "The token is not known here"
    case .expired: "The token has expired"
    case .revoked: "The token was revoked"
    }
  }
}
