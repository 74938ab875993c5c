public import Engine
public import HTTPServer
internal import Model
internal import Threads

/// Under which address a server is asked: what tokens are for, what its documents say, and who signs its answers.
///
/// It is the configured one. Without one it is what the client asked for, if that is this machine or an address, which
/// nobody can pretend to be; under any other name the server has only the address at which it listens.
public final class PublicAddress: Sendable {
  private let configured: String?
  private let origins: OriginPolicy
  private let listening = Lock("http://127.0.0.1")

  public init(publicURL: String?, origins: OriginPolicy) {
    configured = publicURL.map { url in String(url.reversed().drop { $0 == "/" }.reversed()) }
    self.origins = origins
  }

  /// Tells where the server listens, once it does.
  public func listens(at url: String) { listening.withLock { $0 = url } }

  /// The address, without a slash at its end: the issuer of tokens.
  public func base(for request: Request) -> String {
    if let configured { return configured }
    let host = request.host
    guard !host.isEmpty, origins.admits(host: host) else { return listening.withLock { $0 } }
    return (request.isSecure ? "https://" : "http://") + host
  }

  /// What a token must be for to be accepted with `request`. A token for `/mcp` opens the rest as well, within its
  /// workspace; one for `/mcp/w/{workspace}` opens that address only.
  public func protectedResource(for request: Request) -> ProtectedResource {
    let base = base(for: request)
    var audience: Set<String> = [base, base + "/mcp"]
    var place = "/mcp"
    if let workspace = request.parameters["workspace"].flatMap({ WorkspaceID($0) }) {
      place += "/w/\(workspace)"
      audience.insert(base + place)
    }
    return ProtectedResource(
      audience: audience, metadata: base + "/.well-known/oauth-protected-resource" + place)
  }
}

/// A resource of this server that a token can be for.
struct TokenTarget: Sendable, Hashable {
  /// As it is written into tokens.
  let resource: String
  /// The workspace that it names, if it names one.
  let workspace: WorkspaceID?

  /// The target that clients mean by `text` (RFC 8707), at a server with the address `base`; nil when it is none of its.
  /// The query of an endpoint chooses tools, and is not part of what it is.
  init?(_ text: String, at base: String) {
    let address = text.prefix { $0 != "?" && $0 != "#" }
    guard !text.contains("#"), address.lowercased().hasPrefix(base.lowercased()) else { return nil }
    var path = address.dropFirst(base.count)
    if path.hasSuffix("/") { path = path.dropLast() }
    switch path {
    case "", "/mcp":
      resource = base + path
      workspace = nil
    default:
      guard path.hasPrefix("/mcp/w/"), let id = WorkspaceID(path.dropFirst(7)) else { return nil }
      resource = "\(base)/mcp/w/\(id)"
      workspace = id
    }
  }

  /// What a client means that names none, as those of 2025-03-26 do.
  init(at base: String) {
    resource = base + "/mcp"
    workspace = nil
  }
}
