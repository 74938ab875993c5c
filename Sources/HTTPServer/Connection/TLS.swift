internal import COpenSSL
import Glibc
import Threads

/// The certificate that new connections are greeted with. It can be replaced while others go on.
final class TLSContext: Sendable {
  /// Owns an `SSL_CTX`.
  private final class Certificate: @unchecked Sendable {
    // Sendable: an SSL_CTX counts its references atomically, and is not changed after `init`.
    let pointer: OpaquePointer

    init(_ configuration: TLSConfiguration) throws(ServerError) {
      ERR_clear_error()
      guard let pointer = SSL_CTX_new(TLS_server_method()) else {
        throw ServerError(.badCertificate, "OpenSSL cannot start: \(TLSContext.reason())")
      }
      self.pointer = pointer
      let version = configuration.minimumVersion == .tls13 ? TLS1_3_VERSION : TLS1_2_VERSION
      _ = COpenSSL_set_min_version(pointer, version)
      COpenSSL_set_server_options(pointer)
      // Partial writes suit an event loop; buffers are given back by connections at rest.
      let modes =
        SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS
      _ = COpenSSL_set_mode(pointer, Int(modes))
      // TLS 1.2 with forward secrecy and authenticated encryption only; TLS 1.3 has nothing else.
      SSL_CTX_set_cipher_list(pointer, "ECDHE+AESGCM:ECDHE+CHACHA20")
      SSL_CTX_set_alpn_select_cb(pointer, selectProtocol, nil)
      guard SSL_CTX_use_certificate_chain_file(pointer, configuration.certificateFile) == 1 else {
        throw ServerError(
          .badCertificate,
          "The certificate \(configuration.certificateFile) cannot be used: \(TLSContext.reason())."
            + " It must be a PEM file that this process may read.")
      }
      guard SSL_CTX_use_PrivateKey_file(pointer, configuration.privateKeyFile, SSL_FILETYPE_PEM) == 1 else {
        throw ServerError(
          .badCertificate,
          "The private key \(configuration.privateKeyFile) cannot be used: \(TLSContext.reason())."
            + " It must be a PEM file, without a password, that belongs to \(configuration.certificateFile).")
      }
    }

    deinit { SSL_CTX_free(pointer) }
  }

  private let configuration: TLSConfiguration
  private let certificate: Lock<Certificate>

  init(_ configuration: TLSConfiguration) throws(ServerError) {
    self.configuration = configuration
    certificate = Lock(try Certificate(configuration))
  }

  /// Reads the files again. If they cannot be used, the old certificate stays.
  func reload() throws(ServerError) {
    let fresh = try Certificate(configuration)
    certificate.withLock { $0 = fresh }
  }

  func makeSession(_ descriptor: Int32) -> TLSSession? {
    let certificate = certificate.withLock { $0 }
    guard let pointer = SSL_new(certificate.pointer) else { return nil }
    guard SSL_set_fd(pointer, descriptor) == 1 else {
      SSL_free(pointer)
      return nil
    }
    SSL_set_accept_state(pointer)
    return TLSSession(pointer)
  }

  /// What OpenSSL says about its last failure.
  static func reason() -> String {
    let code = ERR_peek_last_error()
    ERR_clear_error()
    return code == 0 ? "unknown reason" : String(cString: ERR_reason_error_string(code))
  }
}

/// Chooses HTTP/1.1 among the protocols that a client offers. Clients that offer others only get no answer to this, and
/// decide for themselves.
private func selectProtocol(
  _ ssl: OpaquePointer?, _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
  _ length: UnsafeMutablePointer<UInt8>?,
  _ offered: UnsafePointer<UInt8>?, _ offeredLength: UInt32, _ context: UnsafeMutableRawPointer?
) -> Int32 {
  guard let offered, let chosen, let length else { return SSL_TLSEXT_ERR_NOACK }
  var offset = 0
  while offset < Int(offeredLength) {
    let size = Int(offered[offset])
    guard offset + 1 + size <= Int(offeredLength) else { break }
    let name = UnsafeBufferPointer(start: offered + offset + 1, count: size)
    if name.elementsEqual("http/1.1".utf8) {
      chosen.pointee = offered + offset + 1
      length.pointee = UInt8(size)
      return SSL_TLSEXT_ERR_OK
    }
    offset += 1 + size
  }
  return SSL_TLSEXT_ERR_NOACK
}

/// One connection's TLS. Owns an `SSL`, and stays on the thread of its loop.
final class TLSSession {
  private let pointer: OpaquePointer
  private var isBroken = false
  private var isClosed = false

  init(_ pointer: OpaquePointer) { self.pointer = pointer }

  deinit { SSL_free(pointer) }

  func handshake() -> Transport.HandshakeProgress {
    ERR_clear_error()
    let result = SSL_do_handshake(pointer)
    if result == 1 { return .done }
    if case .wouldBlock = progress(result) { return .wouldBlock }
    return .failed
  }

  func read(_ buffer: UnsafeMutableRawBufferPointer) -> Transport.Progress {
    ERR_clear_error()
    var count = 0
    let result = SSL_read_ex(pointer, buffer.baseAddress, buffer.count, &count)
    return result == 1 ? .bytes(count) : progress(result)
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> Transport.Progress {
    ERR_clear_error()
    var count = 0
    let result = SSL_write_ex(pointer, bytes.baseAddress, bytes.count, &count)
    return result == 1 ? .bytes(count) : progress(result)
  }

  private func progress(_ result: Int32) -> Transport.Progress {
    switch SSL_get_error(pointer, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wouldBlock
    case SSL_ERROR_ZERO_RETURN: return .closed
    default:
      // After a fatal error nothing may be sent, not even a goodbye.
      isBroken = true
      ERR_clear_error()
      return .failed
    }
  }

  /// Lets the connection end without a word.
  func abandon() { isClosed = true }

  /// Tells the client that the end is meant, and not an attacker's cut.
  func close() {
    guard !isBroken, !isClosed, SSL_in_init(pointer) == 0 else { return }
    isClosed = true
    ERR_clear_error()
    SSL_shutdown(pointer)
    ERR_clear_error()
  }
}
