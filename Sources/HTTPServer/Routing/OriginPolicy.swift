/// Which web pages, and under which names, may reach a server.
///
/// A page of a stranger can make its name point to this machine and so talk to a server that listens here (DNS
/// rebinding). Its browser then tells the stranger's name in `Origin` and in `Host`, and that gives it away.
public struct OriginPolicy: Sendable, Hashable {
  /// Origins of pages, as browsers send them: `https://app.example.org`. Pages of this machine are always allowed.
  public var origins: Set<String>
  /// Names of this server, without a port, such as `memory.example.org`. This machine's own are always allowed.
  public var hosts: Set<String>

  public init(origins: Set<String> = [], hosts: Set<String> = []) {
    self.origins = origins
    self.hosts = hosts
  }

  /// A policy for a server that people reach under `publicURL`, and under other names that it has.
  public init(publicURL: String?, origins: Set<String>, hosts: Set<String> = []) {
    self.init(origins: origins, hosts: Set(hosts.map { $0.lowercased() }))
    if let url = publicURL, let authority = Self.authority(of: url), let host = Self.host(of: authority) {
      // Browsers write it in lower case.
      self.origins.formUnion([Self.origin(of: url), Self.origin(of: url).lowercased()])
      self.hosts.insert(host)
    }
  }

  /// Why a request may not come in; nil when it may.
  ///
  /// A server whose names are known is asked under these. One that was never told any is asked under whatever name
  /// others have for it, but not by programs of its own machine: there, a stranger's name betrays a browser.
  public func refusal(of request: Request) -> (status: Int, reason: String)? {
    guard admits(origin: request.headers["Origin"]) else {
      return (403, "Pages of this origin may not use this server; see allowed_origins.")
    }
    return refusalOfHost(of: request)
  }

  /// The same, for pages that browsers open from elsewhere.
  public func refusalOfHost(of request: Request) -> (status: Int, reason: String)? {
    if request.remoteAddress == "unix" || hosts.isEmpty && !request.isPeerLocal || admits(host: request.host)
    {
      return nil
    }
    return (421, "This server is not known by this name; see public_url and allowed_hosts.")
  }

  /// Whether a request with that `Origin` may come in. One without comes from no page.
  public func admits(origin: String?) -> Bool {
    guard let origin else { return true }
    if origins.contains(origin) || origins.contains("*") { return true }
    guard let authority = Self.authority(of: origin), let host = Self.host(of: authority) else {
      return false
    }
    return origin.hasPrefix("http") && Self.isThisMachine(host)
  }

  /// Whether a request may ask for that `Host`. An address cannot be rebound, a name can.
  public func admits(host: String) -> Bool {
    guard let name = Self.host(of: host) else { return false }
    return name.isEmpty || Self.isThisMachine(name) || Self.isAddress(name) || hosts.contains(name)
  }

  private static func isThisMachine(_ host: String) -> Bool {
    host == "localhost" || host == "[::1]" || host.hasPrefix("127.") && isAddress(host)
  }

  private static func isAddress(_ host: String) -> Bool {
    if host.hasPrefix("[") { return host.hasSuffix("]") }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }

  /// `host:port` in `scheme://host:port/path`.
  private static func authority(of url: String) -> String? {
    guard let range = url.firstRange(of: "://") else { return nil }
    let authority = url[range.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    return authority.isEmpty ? nil : String(authority)
  }

  private static func origin(of url: String) -> String {
    guard let range = url.firstRange(of: "://"), let authority = authority(of: url) else { return url }
    return String(url[..<range.upperBound]) + authority
  }

  /// The host in `host:port`, in lower case; nil when it has another form.
  private static func host(of authority: String) -> String? {
    let host =
      authority.hasPrefix("[")
      ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
    guard authority.hasPrefix(host) else { return nil }
    let port = authority.dropFirst(host.count)
    guard port.isEmpty || port.first == ":" && UInt16(port.dropFirst()) != nil else { return nil }
    return host.lowercased()
  }
}
