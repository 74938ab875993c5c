internal import CCurl
internal import Glibc

/// Which servers a client talks to.
public enum Reach: Sendable, Hashable {
  case anywhere
  /// Servers with a public address. It is the address that counts to which a connection is about to be made, after the name
  /// was looked up, so that no name of a stranger's leads into the own network. Hosts in `besides` (`name` or `name:port`,
  /// as in the URL, in lower case) may have any address. Proxies are not used: a proxy would look the name up itself.
  case publicInternet(besides: Set<String> = [])

  /// Whether `host` at `port` may have any address.
  func isExempt(host: String, port: Int) -> Bool {
    switch self {
    case .anywhere: true
    case .publicInternet(let hosts): hosts.contains(host) || hosts.contains("\(host):\(port)")
    }
  }
}

extension Reach {
  /// Whether the address belongs to a server that the whole internet may ask: neither this machine, nor a private network,
  /// nor a range that is reserved (IANA's special-purpose registries, RFC 6890).
  static func isPublic(_ address: UnsafePointer<sockaddr>, length: Int) -> Bool {
    let bytes = UnsafeRawBufferPointer(start: address, count: length)
    // The family stands first. Read as bytes, since several modules declare the members of this type.
    switch length < 2 ? AF_UNSPEC : Int32(bytes.load(as: sa_family_t.self)) {
    case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
      return isPublic(v4: Array(bytes[4..<8]))
    case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
      return isPublic(v6: Array(bytes[8..<24]))
    default: return false
    }
  }

  static func isPublic(v4 bytes: [UInt8]) -> Bool {
    let word = bytes.prefix(4).reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
    return !reserved.contains { word >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }
  }

  static func isPublic(v6 bytes: [UInt8]) -> Bool {
    let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    // A translator (NAT64) reaches the IPv4 address at the end.
    let isTranslated = bytes[..<12] == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
    if isMapped || isTranslated { return isPublic(v4: Array(bytes[12...])) }
    // Only 2000::/3 is given out as global unicast; of that, tunnels and documentation are left out.
    guard bytes[0] & 0xE0 == 0x20 else { return false }
    let first = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    let second = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
    let isProtocolRange = first == 0x2001 && second < 0x0200
    let isDocumentation = first == 0x2001 && second == 0x0DB8 || first == 0x3FFF && second < 0x1000
    return !isProtocolRange && !isDocumentation && first != 0x2002
  }

  private static let reserved: [(prefix: UInt32, length: UInt32)] = [
    (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16),
    (0xAC10_0000, 12), (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16),
    (0xC612_0000, 15), (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
  ]
}
