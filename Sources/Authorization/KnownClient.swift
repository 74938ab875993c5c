internal import Model

/// A program that asks for access, however the server came to know it.
struct KnownClient: Sendable, Hashable {
  let id: String
  let name: String
  let redirectURIs: [RedirectURI]
  /// The digest of its secret, if it has one.
  let secretDigest: [UInt8]?
  /// The host of the document that describes it; nil when it registered itself, and nobody vouches for its name.
  let vouchedBy: String?

  init(_ client: OAuthClient) {
    id = client.id
    name = client.name
    redirectURIs = client.redirectURIs.compactMap { try? RedirectURI($0) }
    secretDigest = client.secretDigest
    vouchedBy = nil
  }

  init(id: String, name: String, redirectURIs: [RedirectURI], vouchedBy host: String) {
    self.id = id
    self.name = name
    self.redirectURIs = redirectURIs
    secretDigest = nil
    vouchedBy = host
  }

  /// Whether users may be sent to `address`.
  func admits(_ address: RedirectURI) -> Bool { redirectURIs.contains { $0.admits(address) } }

  /// Whether all that it has runs on the user's own machine, where any program can pretend to be it.
  var isLocal: Bool { redirectURIs.allSatisfy(\.isLoopback) }
}
