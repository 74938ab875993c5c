internal import CCurl
internal import Glibc

/// The owner of a curl handle that carries out one exchange. Used on the thread of its loop only.
final class CurlExchange {
  let exchange: Exchange
  let handle: UnsafeMutableRawPointer
  private var fields: UnsafeMutablePointer<curl_slist>?
  private let explanation: UnsafeMutablePointer<CChar>

  /// Prepares `exchange`, or says why it cannot be carried out.
  init(_ exchange: Exchange, authorities: String?, reach: Reach) throws(WebError) {
    guard let handle = curl_easy_init() else { preconditionFailure("libcurl has no memory for a handle") }
    self.exchange = exchange
    self.handle = handle
    explanation = .allocate(capacity: Int(CURL_ERROR_SIZE))
    explanation.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    try setFields()
    setRules(authorities: authorities)
    if reach != .anywhere { try restrict(to: reach) }
    setBody()
    setSinks()
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(fields)
    explanation.deallocate()
  }

  private func setFields() throws(WebError) {
    let request = exchange.request
    for (name, value) in request.headers {
      guard !name.isEmpty, !(name + value).utf8.contains(where: { $0 < 32 && $0 != 9 }) else {
        throw WebError(
          .invalidRequest, "\(request.place): the header \(name.debugDescription) cannot be sent")
      }
      // A colon and nothing after it would tell curl to leave the field out.
      fields = curl_slist_append(fields, value.isEmpty ? "\(name);" : "\(name): \(value)")
    }
    // No “Expect: 100-continue”, which costs a round trip.
    fields = curl_slist_append(fields, "Expect:")
    CCurl_set_headers(handle, fields)
  }

  private func setRules(authorities: String?) {
    let request = exchange.request
    CCurl_set_text(handle, CURLOPT_URL, request.url)
    CCurl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
    CCurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    CCurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
    CCurl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 1)
    CCurl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 2)
    if let authorities {
      CCurl_set_text(handle, CURLOPT_CAINFO, authorities)
      CCurl_set_text(handle, CURLOPT_CAPATH, nil)
    }
    // What a proxy says about its tunnel is not the server's answer.
    CCurl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    CCurl_set_long(handle, CURLOPT_TIMEOUT_MS, milliseconds(request.timeout))
    CCurl_set_long(
      handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(min(request.connectTimeout, request.timeout)))
  }

  /// Lets only addresses be connected to that `reach` allows.
  private func restrict(to reach: Reach) throws(WebError) {
    let place = exchange.request.place
    guard let server = exchange.request.server else {
      throw WebError(.invalidRequest, "\(place): the URL does not say which server")
    }
    CCurl_set_text(handle, CURLOPT_PROXY, "")
    if reach.isExempt(host: server.host, port: server.port) { return }
    CCurl_set_open_socket(
      handle,
      { context, _, address in
        guard let context, let address else { return CCurl_no_socket }
        let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
        let isPublic = withUnsafePointer(to: &address.pointee.addr) {
          Reach.isPublic($0, length: Int(address.pointee.addrlen))
        }
        guard isPublic else {
          exchange.refuse()
          return CCurl_no_socket
        }
        return socket(
          address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
          address.pointee.`protocol`)
      }, Unmanaged.passUnretained(exchange).toOpaque())
  }

  private func setBody() {
    let request = exchange.request
    if let body = request.body {
      _ = body.withUnsafeBytes { CCurl_set_body(handle, $0.baseAddress, $0.count) }
    }
    if request.method == "HEAD" { CCurl_set_long(handle, CURLOPT_NOBODY, 1) }
    CCurl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method)
  }

  private func setSinks() {
    let context = Unmanaged.passUnretained(exchange).toOpaque()
    CCurl_set_sink(
      handle,
      { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
        let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return exchange.take(body: piece) ? piece.count : 0
      }, context)
    CCurl_set_header_sink(
      handle,
      { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return exchange.take(header: line) ? line.count : 0
      }, context)
    CCurl_set_error_buffer(handle, explanation)
  }

  /// Zero would mean no limit at all.
  private func milliseconds(_ duration: Duration) -> Int {
    Int(max(1, min(duration / .milliseconds(1), Double(Int32.max))))
  }

  /// What came of it, when curl ended with `code`.
  func outcome(_ code: CURLcode) -> Exchange.Outcome {
    let place = exchange.request.place
    if code == CURLE_OK {
      return .success(
        WebResponse(status: CCurl_status(handle), headers: exchange.headers, body: exchange.body))
    }
    if exchange.isTooLarge { return .failure(WebError(.tooLarge, "\(place): the answer is too large")) }
    if exchange.isRefused {
      return .failure(WebError(.forbidden, "\(place): the server has no public address"))
    }
    let words = String(cString: explanation)
    let explained = words.isEmpty ? String(cString: curl_easy_strerror(code)) : words
    return .failure(WebError(Self.reason(code), "\(place): \(explained)"))
  }

  private static func reason(_ code: CURLcode) -> WebError.Reason {
    switch code {
    case CURLE_OPERATION_TIMEDOUT: .timedOut
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidRequest
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      .untrusted
    default: .unreachable
    }
  }
}
