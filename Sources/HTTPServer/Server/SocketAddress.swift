import Glibc

/// Addresses between C and people.
enum SocketAddress {
  /// The client behind an accepted socket.
  static func peer(_ address: sockaddr_storage, isSecure: Bool) -> Request.Peer {
    guard let (host, _) = numeric(address) else {
      return Request.Peer(address: "unix", isSecure: isSecure, isLocal: true)
    }
    return Request.Peer(address: host, isSecure: isSecure, isLocal: host.hasPrefix("127.") || host == "::1")
  }

  /// Host and port of an IP address. An IPv4 address that came over an IPv6 socket is shown as what it is.
  static func numeric(_ address: sockaddr_storage) -> (host: String, port: Int)? {
    withUnsafePointer(to: address) { pointer in
      switch Int32(address.ss_family) {
      case AF_INET:
        pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
          (dotted(address.pointee.sin_addr.s_addr), Int(UInt16(bigEndian: address.pointee.sin_port)))
        }
      case AF_INET6:
        pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
          var ip = address.pointee.sin6_addr
          let words = ip.__in6_u.__u6_addr32
          let port = Int(UInt16(bigEndian: address.pointee.sin6_port))
          if words.0 == 0, words.1 == 0, words.2 == UInt32(0xFFFF).bigEndian {
            return (dotted(words.3), port)
          }
          var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
          inet_ntop(AF_INET6, &ip, &text, socklen_t(text.count))
          return (String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self), port)
        }
      default: nil
      }
    }
  }

  private static func dotted(_ bigEndian: UInt32) -> String {
    let address = UInt32(bigEndian: bigEndian)
    return "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
  }
}
