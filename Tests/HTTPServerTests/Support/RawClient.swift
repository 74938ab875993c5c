import COpenSSL
import Glibc
import Threads

@testable import HTTPServer

/// A client that knows sockets and little else, so that it can send what no decent client would.
///
/// Its calls block, on a thread of its own.
actor RawClient {
  struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = "\(description): \(String(cString: strerror(errno)))" }
  }

  /// A response as it came over the wire.
  struct Answer: Sendable, CustomStringConvertible {
    var version = ""
    var status = 0
    var headers = Headers()
    var body: [UInt8] = []
    var text: String { String(decoding: body, as: UTF8.self) }
    var description: String { "\(version) \(status)\n\(headers)\n\n\(text)" }
  }

  // Exit tests start processes that would inherit the sockets of all tests, and keep them open.
  private static let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)

  private let thread = ThreadExecutor(name: "raw-client")
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private let socket: Int32
  private var session: Session?
  private var tls: OpaquePointer? { session?.pointer }
  private var buffer: [UInt8] = []
  private var isClosed = false

  /// Connects. `receiveBuffer` makes the client one that can hold little.
  init(_ address: BoundAddress, receiveBuffer: Int32? = nil) async throws {
    switch address {
    case .tcp(let host, let port):
      socket = try Self.connectTCP(host, port, receiveBuffer)
    case .unix(let path):
      socket = Glibc.socket(AF_UNIX, Self.kind, 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      let status = withUnsafePointer(to: address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      guard status == 0 else { throw Failure("connect \(path)") }
    }
  }

  deinit {
    if !isClosed { Glibc.close(socket) }
  }

  private static func connectTCP(_ host: String, _ port: Int, _ receiveBuffer: Int32?) throws -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICHOST
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0, let entry = list?.pointee else {
      throw Failure("address \(host)")
    }
    defer { freeaddrinfo(list) }
    let socket = Glibc.socket(entry.ai_family, kind, 0)
    if var size = receiveBuffer {
      setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var one: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    guard connect(socket, entry.ai_addr, entry.ai_addrlen) == 0 else {
      Glibc.close(socket)
      throw Failure("connect \(host):\(port)")
    }
    return socket
  }

  // MARK: - TLS

  /// Owns an `SSL`.
  private final class Session {
    let pointer: OpaquePointer
    init(_ pointer: OpaquePointer) { self.pointer = pointer }
    deinit { SSL_free(pointer) }
  }

  enum Version: Sendable {
    case tls11, tls12, tls13

    var number: Int32 {
      switch self {
      case .tls11: TLS1_1_VERSION
      case .tls12: TLS1_2_VERSION
      case .tls13: TLS1_3_VERSION
      }
    }
  }

  /// What was agreed on in a handshake.
  struct Agreement: Sendable {
    var version = ""
    var applicationProtocol = ""
    var certificateName = ""
  }

  /// Goes over to TLS. `newest` holds the client back, as an old one would be.
  func startTLS(newest: Version = .tls13, protocols: [String] = ["h2", "http/1.1"]) throws -> Agreement {
    // OpenSSL writes without MSG_NOSIGNAL. Only this thread looks away: that the server does not is part of the test.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let context = SSL_CTX_new(TLS_client_method())
    defer { SSL_CTX_free(context) }
    _ = COpenSSL_set_max_version(context, newest.number)
    // Old versions need old signatures, which are forbidden otherwise; here the server is to refuse.
    SSL_CTX_set_security_level(context, 0)
    guard let tls = SSL_new(context) else { throw Failure("TLS") }
    session = Session(tls)
    let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    SSL_set_alpn_protos(tls, list, UInt32(list.count))
    SSL_set_fd(tls, socket)
    guard SSL_connect(tls) == 1 else { throw Failure("handshake") }
    var agreement = Agreement()
    agreement.version = String(cString: SSL_get_version(tls))
    var name: UnsafePointer<UInt8>?
    var length: UInt32 = 0
    SSL_get0_alpn_selected(tls, &name, &length)
    agreement.applicationProtocol = String(
      decoding: UnsafeBufferPointer(start: name, count: Int(length)), as: UTF8.self)
    let certificate = SSL_get1_peer_certificate(tls)
    defer { X509_free(certificate) }
    var text = [CChar](repeating: 0, count: 100)
    X509_NAME_oneline(X509_get_subject_name(certificate), &text, Int32(text.count))
    agreement.certificateName = String(
      decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return agreement
  }

  // MARK: - Sending

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { bytes in
        if let tls { return Int(SSL_write(tls, bytes.baseAddress, Int32(bytes.count))) }
        return Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure("send") }
      sent += count
    }
  }

  /// Sends, and says whether anybody took it.
  func trySend(_ bytes: [UInt8]) -> Bool { (try? send(bytes)) != nil }

  func trySend(_ text: String) -> Bool { (try? send(text)) != nil }

  /// Sends `bytes` one by one, each after a pause, until the server says something or all are sent.
  /// Returns whether the server said something.
  func drip(_ bytes: [UInt8], every milliseconds: Int32 = 5) throws -> Bool {
    for byte in bytes {
      try send([byte])
      var poll = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      if Glibc.poll(&poll, 1, milliseconds) > 0 { return true }
    }
    return false
  }

  /// Waits until the server has cut the connection, without reading.
  func waitForReset() {
    var poll = pollfd(fd: socket, events: 0, revents: 0)
    while Glibc.poll(&poll, 1, -1) <= 0 || poll.revents & Int16(POLLERR | POLLHUP) == 0 {}
  }

  func closeOutput() { shutdown(socket, Int32(SHUT_WR)) }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    Glibc.close(socket)
  }

  // MARK: - Receiving

  /// The next bytes; empty at the end. A reset is an error.
  private func receive() throws -> Bool {
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    let count: Int
    if let tls {
      count = Int(SSL_read(tls, &chunk, Int32(chunk.count)))
      // An end without TLS's goodbye may be an attacker's cut.
      guard count > 0 || SSL_get_error(tls, Int32(count)) == SSL_ERROR_ZERO_RETURN else {
        throw Failure("receive")
      }
    } else {
      count = recv(socket, &chunk, chunk.count, 0)
      guard count >= 0 else { throw Failure("receive") }
    }
    buffer += chunk[0..<count]
    return count > 0
  }

  /// Takes no more than `count` bytes, and throws them away. The end is an error here, and so is a reset.
  func takeDrop(of count: Int, pause milliseconds: Int32) throws {
    var chunk = [UInt8](repeating: 0, count: count)
    guard recv(socket, &chunk, count, 0) > 0 else { throw Failure("receive") }
    _ = poll(nil, 0, milliseconds)
  }

  /// Everything until the server closes.
  func readToEnd() throws -> [UInt8] {
    while try receive() {}
    defer { buffer = [] }
    return buffer
  }

  /// Whether the server has closed in order, without sending more.
  func isAtEnd() throws -> Bool { try buffer.isEmpty && !receive() }

  /// At least one byte more.
  func readSome() throws -> [UInt8] {
    if buffer.isEmpty { _ = try receive() }
    defer { buffer = [] }
    return buffer
  }

  /// Bytes up to and with `text`.
  func read(until text: String) throws -> String {
    let pattern = Array(text.utf8)
    while true {
      if let end = index(of: pattern) {
        defer { buffer.removeFirst(end + pattern.count) }
        return String(decoding: buffer[..<(end + pattern.count)], as: UTF8.self)
      }
      guard try receive() else {
        throw Failure("the end came before '\(text)' in '\(String(decoding: buffer, as: UTF8.self))'")
      }
    }
  }

  private func index(of pattern: [UInt8]) -> Int? {
    guard buffer.count >= pattern.count else { return nil }
    return (0...(buffer.count - pattern.count)).first {
      buffer[$0..<($0 + pattern.count)].elementsEqual(pattern)
    }
  }

  private func read(count: Int) throws -> [UInt8] {
    while buffer.count < count { guard try receive() else { throw Failure("the end came too early") } }
    defer { buffer.removeFirst(count) }
    return Array(buffer[..<count])
  }

  /// One head.
  func readHead() throws -> Answer {
    var answer = Answer()
    let lines = try read(until: "\r\n\r\n").split(separator: "\r\n")
    let parts = lines[0].split(separator: " ", maxSplits: 2)
    answer.version = String(parts[0])
    answer.status = Int(parts[1]) ?? 0
    for line in lines.dropFirst() {
      let colon = line.firstIndex(of: ":") ?? line.endIndex
      answer.headers.add(String(line[..<colon]), String(line[colon...].dropFirst(2)))
    }
    return answer
  }

  /// One response. `hasBody` is false for the answer to HEAD.
  func readAnswer(hasBody: Bool = true) throws -> Answer {
    var answer = try readHead()
    guard hasBody, answer.status >= 200, answer.status != 204, answer.status != 304 else { return answer }
    if answer.headers["Transfer-Encoding"] == "chunked" {
      while true {
        let line = try read(until: "\r\n").dropLast()
        guard let size = Int(line, radix: 16) else { throw Failure("chunk size '\(line)'") }
        answer.body += try read(count: size)
        guard try read(count: 2) == [13, 10] else { throw Failure("chunk end") }
        if size == 0 { return answer }
      }
    }
    if let length = answer.headers["Content-Length"].flatMap({ Int($0) }) {
      answer.body = try read(count: length)
    } else {
      answer.body = try readToEnd()
    }
    return answer
  }

  /// Sends a request and reads its response.
  func ask(_ text: String) throws -> Answer {
    try send(text)
    return try readAnswer()
  }
}
