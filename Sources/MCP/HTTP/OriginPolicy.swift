/// Which web pages, and under which names, may reach the endpoint.
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

  /// A policy for a server that people reach under `publicURL`.
  public init(publicURL: String?, origins: Set<String>) {
    self.init(origins: origins)
    if let url = publicURL, let authority = Self.authority(of: url), let host = Self.host(of: authority) {
      self.origins.insert(Self.origin(of: url))
      hosts.insert(host)
    }
  }

  /// Whether a request with that `Origin` may come in. One without comes from no page.
  func admits(origin: String?) -> Bool {
    guard let origin else { return true }
    if origins.contains(origin) || origins.contains("*") { return true }
    guard let authority = Self.authority(of: origin), let host = Self.host(of: authority) else {
      return false
    }
    return origin.hasPrefix("http") && Self.isThisMachine(host)
  }

  /// Whether a request from this machine may ask for that `Host`. An address cannot be rebound, a name can.
  func admits(host: String) -> Bool {
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
