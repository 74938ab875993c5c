internal import CPlatform
import Glibc

/// Sockets that listen: one for each loop, so that the kernel spreads the clients.
struct ListenerSocket {
  let address: BoundAddress
  /// As many as there are loops. Whoever takes them closes them.
  let descriptors: [Int32]

  /// Opens what `listener` asks for. A name that stands for several addresses is listened to at each of them.
  static func open(_ listener: Listener, loops: Int) throws(ServerError) -> [ListenerSocket] {
    switch listener {
    case .tcp(let host, let port): try openTCP(host, port, loops: loops)
    case .unix(let path): [try openUnix(path, loops: loops)]
    }
  }

  static func closeAll(_ sockets: [ListenerSocket]) {
    for socket in sockets {
      for descriptor in socket.descriptors { close(descriptor) }
      if case .unix(let path) = socket.address { unlink(path) }
    }
  }

  // MARK: - TCP

  private static func openTCP(_ host: String, _ port: Int, loops: Int) throws(ServerError) -> [ListenerSocket]
  {
    guard (0...65_535).contains(port) else {
      throw ServerError(.addressUnavailable, "\(port) is no port; ports are numbers from 0 to 65535.")
    }
    var sockets: [ListenerSocket] = []
    var port = port
    do throws(ServerError) {
      for address in try resolve(host) {
        do throws(ServerError) {
          let socket = try openTCP(address, host, port, loops)
          sockets.append(socket)
          port = socket.address.port ?? port
        } catch {
          // `localhost` names an IPv6 address on machines that have none.
          guard error.code == .addressUnavailable, !sockets.isEmpty else { throw error }
        }
      }
    } catch {
      closeAll(sockets)
      throw error
    }
    return sockets
  }

  private static func resolve(_ host: String) throws(ServerError) -> [sockaddr_storage] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, nil, &hints, &list)
    guard status == 0 else {
      throw ServerError(
        .addressUnavailable,
        "The address '\(host)' is unknown (\(String(cString: gai_strerror(status)))). Use 127.0.0.1 to serve this machine"
          + " only, or :: to serve everyone.")
    }
    defer { freeaddrinfo(list) }
    var addresses: [sockaddr_storage] = []
    var next = list
    while let entry = next {
      var address = sockaddr_storage()
      memcpy(&address, entry.pointee.ai_addr, Int(entry.pointee.ai_addrlen))
      addresses.append(address)
      next = entry.pointee.ai_next
    }
    // IPv4 first: should one port be chosen for both, it is the one that people will type.
    return addresses.sorted { $0.ss_family < $1.ss_family }
  }

  private static func openTCP(
    _ address: sockaddr_storage, _ host: String, _ port: Int, _ loops: Int
  ) throws(ServerError) -> ListenerSocket {
    // With SO_REUSEPORT, a second server of the same user would silently share the port. So its absence is tried first.
    if port != 0 { close(try bindTCP(address, host, port, shares: false)) }
    var descriptors: [Int32] = []
    var port = port
    do throws(ServerError) {
      for _ in 0..<loops {
        let descriptor = try bindTCP(address, host, port, shares: true)
        descriptors.append(descriptor)
        if port == 0 { port = localPort(descriptor) }
        guard listen(descriptor, 1024) == 0 else { throw failure(errno, "\(host):\(port)", port: port) }
      }
    } catch {
      for descriptor in descriptors { close(descriptor) }
      throw error
    }
    let shown = SocketAddress.numeric(address)?.host ?? host
    return ListenerSocket(address: .tcp(host: shown, port: port), descriptors: descriptors)
  }

  private static func bindTCP(
    _ address: sockaddr_storage, _ host: String, _ port: Int, shares: Bool
  ) throws(ServerError) -> Int32 {
    let family = Int32(address.ss_family)
    let descriptor = CPlatform_stream_socket(family)
    guard descriptor >= 0 else { throw failure(errno, host, port: port) }
    set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
    if shares { set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
    // Accepted sockets inherit these. Vanished clients are noticed even where nothing is sent to them.
    set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
    set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPIDLE, 60)
    set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPINTVL, 20)
    set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
    var address = address
    let bigEndianPort = UInt16(port).bigEndian
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      if family == AF_INET6 {
        pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { $0.pointee.sin6_port = bigEndianPort }
        // `::` alone takes IPv4 as well; beside an IPv4 address it must not.
        set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, host == "::" ? 0 : 1)
      } else {
        pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_port = bigEndianPort }
      }
      let size = family == AF_INET6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
      return pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(size))
      }
    }
    guard result == 0 else {
      let error = errno
      close(descriptor)
      throw failure(error, host, port: port)
    }
    return descriptor
  }

  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func localPort(_ descriptor: Int32) -> Int {
    var address = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &size) }
    }
    return SocketAddress.numeric(address)?.port ?? 0
  }

  // MARK: - Unix

  private static func openUnix(_ path: String, loops: Int) throws(ServerError) -> ListenerSocket {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0)
    else {
      throw ServerError(
        .addressUnavailable, "'\(path)' is no path for a socket; it may have up to 107 bytes.")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    func withAddress(_ body: (UnsafePointer<sockaddr>) -> Int32) -> Int32 {
      withUnsafePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body) }
    }
    let descriptor = CPlatform_stream_socket(AF_UNIX)
    guard descriptor >= 0 else { throw failure(errno, path, port: nil) }
    var result = withAddress { bind(descriptor, $0, size) }
    if result != 0, errno == EADDRINUSE {
      // A server that crashed leaves its file behind. If nobody answers at it, it is ours.
      let probe = CPlatform_stream_socket(AF_UNIX)
      let isDead = withAddress { connect(probe, $0, size) } != 0 && errno == ECONNREFUSED
      close(probe)
      errno = EADDRINUSE
      if isDead, isSocket(path), unlink(path) == 0 { result = withAddress { bind(descriptor, $0, size) } }
    }
    guard result == 0, chmod(path, 0o660) == 0, listen(descriptor, 1024) == 0 else {
      let error = errno
      close(descriptor)
      throw failure(error, path, port: nil)
    }
    // One socket under several descriptors: a path can be bound once.
    let others = (1..<max(loops, 1)).map { _ in fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }
    return ListenerSocket(address: .unix(path: path), descriptors: [descriptor] + others)
  }

  private static func isSocket(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
  }

  // MARK: - What went wrong

  private static func failure(_ error: Int32, _ place: String, port: Int?) -> ServerError {
    let reason = String(cString: strerror(error))
    switch error {
    case EADDRINUSE:
      let remedy =
        if let port {
          "The port \(port) of \(place) is taken by another program. `ss -ltnp 'sport = :\(port)'` names it;"
            + " stop it, or choose another port."
        } else {
          "Another program listens on the socket \(place). `ss -lxp src \(place)` names it; stop it, or choose"
            + " another path."
        }
      return ServerError(.addressInUse, remedy)
    case EACCES, EPERM:
      let remedy =
        if let port {
          "The port \(port) of \(place) may not be used by this user (\(reason)). Ports below 1024 need root, or"
            + " CAP_NET_BIND_SERVICE; choose a higher one and let a proxy forward to it."
        } else {
          "The socket \(place) may not be made by this user (\(reason)). Choose a folder that it may write to."
        }
      return ServerError(.notPermitted, remedy)
    case EADDRNOTAVAIL, EAFNOSUPPORT:
      return ServerError(
        .addressUnavailable,
        "\(place) is no address of this machine (\(reason)). `ip address` lists those that are.")
    case ENOENT, ENOTDIR:
      return ServerError(.addressUnavailable, "The folder of the socket \(place) does not exist.")
    default:
      return ServerError(.other, "Listening on \(place) failed: \(reason).")
    }
  }
}
