import Glibc

/// A socket, in the clear or under TLS.
final class Transport {
  enum Progress {
    case bytes(Int)
    case wouldBlock
    /// The other side sends nothing more.
    case closed
    case failed
  }

  enum HandshakeProgress { case done, wouldBlock, failed }

  private let descriptor: Int32
  private let session: TLSSession?

  /// Takes over `descriptor`. Nil if TLS refuses it, and then it is the caller's still.
  init?(_ descriptor: Int32, _ tls: TLSContext?) {
    self.descriptor = descriptor
    guard let tls else {
      session = nil
      return
    }
    guard let session = tls.makeSession(descriptor) else { return nil }
    self.session = session
  }

  var needsHandshake: Bool { session != nil }
  /// Whether there may be something to read when the socket is empty.
  var buffersInput: Bool { session != nil }

  func handshake() -> HandshakeProgress { session?.handshake() ?? .done }

  func read(_ buffer: UnsafeMutableRawBufferPointer) -> Progress {
    if let session { return session.read(buffer) }
    while true {
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count > 0 { return .bytes(count) }
      if count == 0 { return .closed }
      if errno == EAGAIN { return .wouldBlock }
      if errno != EINTR { return .failed }
    }
  }

  /// Writes what there is of `first` and then of `second`.
  func write(_ first: [UInt8], _ firstStart: Int, _ second: [UInt8], _ secondStart: Int) -> Progress {
    first.withUnsafeBytes { first in
      second.withUnsafeBytes { second in
        let first = UnsafeRawBufferPointer(rebasing: first[firstStart...])
        let second = UnsafeRawBufferPointer(rebasing: second[secondStart...])
        if let session { return session.write(first.isEmpty ? second : first) }
        while true {
          let count = second.isEmpty ? Self.send(descriptor, first) : Self.send(descriptor, first, second)
          if count >= 0 { return .bytes(count) }
          if errno == EAGAIN { return .wouldBlock }
          if errno != EINTR { return .failed }
        }
      }
    }
  }

  private static func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
  }

  private static func send(
    _ descriptor: Int32, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
  ) -> Int {
    let vectors = [
      iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count),
      iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count),
    ]
    // SIGPIPE is blocked on the loop's thread.
    return writev(descriptor, vectors, 2)
  }

  /// Says that nothing more will be sent.
  func endOutput() {
    session?.close()
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Makes the close that follows look like what it is: a reset, without the goodbye that TLS has for a good end.
  func breakOnClose() {
    session?.abandon()
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  func close() {
    session?.close()
    Glibc.close(descriptor)
  }
}
