/// Writes status lines and headers.
enum ResponseHead {
  enum Framing {
    case whole
    case stream(BodyStream.Framing)
  }

  /// Appends the head of `response`. Framing is the server's business: what a handler's headers say about it is left out.
  static func append(
    _ response: Response, to output: inout [UInt8], framing: Framing, closes: Bool, isVersion10: Bool = false,
    loop: EventLoop
  ) {
    appendStatusLine(response.status, to: &output)
    output.append(contentsOf: loop.standardFields)
    var keepsLength = false
    switch framing {
    case .stream(.chunked): append("Transfer-Encoding: chunked\r\n", to: &output)
    case .stream(.fixed(let length)): appendLength(length, to: &output)
    case .stream(.untilClose): break
    case .whole:
      switch response.body {
      case .bytes(let body) where response.allowsBody: appendLength(body.count, to: &output)
      // What the answer to HEAD would be is known to the handler, if to anyone.
      case .stream: keepsLength = response.allowsBody
      default:
        if response.allowsBody { appendLength(0, to: &output) } else { keepsLength = response.status == 304 }
      }
    }
    let headers = response.headers
    headers.forEachField { field in
      if isServersOwn(headers, field), !(keepsLength && headers.isCalled("content-length", field)) { return }
      output.append(contentsOf: headers.block[field.name])
      output.append(Byte.colon)
      output.append(Byte.space)
      output.append(contentsOf: headers.block[field.value])
      append("\r\n", to: &output)
    }
    if closes {
      append("Connection: close\r\n", to: &output)
    } else if isVersion10 {
      append("Connection: keep-alive\r\n", to: &output)
    }
    append("\r\n", to: &output)
  }

  /// Whether the handler wants the connection to end.
  static func asksToClose(_ headers: Headers) -> Bool {
    var asks = false
    headers.forEachField { field in
      if headers.isCalled("connection", field), headers.value(field).lowercased() == "close" { asks = true }
    }
    return asks
  }

  private static func isServersOwn(_ headers: Headers, _ field: Headers.Field) -> Bool {
    switch field.name.count {
    case 4: headers.isCalled("date", field)
    case 6: headers.isCalled("server", field)
    case 10: headers.isCalled("connection", field) || headers.isCalled("keep-alive", field)
    case 14: headers.isCalled("content-length", field)
    case 17: headers.isCalled("transfer-encoding", field)
    default: false
    }
  }

  private static func appendStatusLine(_ status: Int, to output: inout [UInt8]) {
    if status == 200 { return append("HTTP/1.1 200 OK\r\n", to: &output) }
    append("HTTP/1.1 ", to: &output)
    appendDecimal(status, to: &output)
    output.append(Byte.space)
    append(Response.phrase(status), to: &output)
    append("\r\n", to: &output)
  }

  private static func appendLength(_ length: Int, to output: inout [UInt8]) {
    append("Content-Length: ", to: &output)
    appendDecimal(length, to: &output)
    append("\r\n", to: &output)
  }

  private static func appendDecimal(_ number: Int, to output: inout [UInt8]) {
    var divisor = 1
    while number / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      output.append(0x30 + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }

  @inline(__always)
  private static func append(_ text: StaticString, to output: inout [UInt8]) {
    text.withUTF8Buffer { output.append(contentsOf: $0) }
  }
}

extension Headers {
  /// Whether the field's name is `name`, which is written in lower case.
  func isCalled(_ name: StaticString, _ field: Field) -> Bool { name.withUTF8Buffer { matches(field, $0) } }
}

extension Response {
  /// Whether a response of this status has a body at all (RFC 9110, 6.4.1).
  var allowsBody: Bool { status != 204 && status != 304 }

  /// What RFC 9110 calls a status.
  static func phrase(_ status: Int) -> StaticString {
    switch status {
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 203: "Non-Authoritative Information"
    case 204: "No Content"
    case 205: "Reset Content"
    case 206: "Partial Content"
    case 207: "Multi-Status"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 303: "See Other"
    case 304: "Not Modified"
    case 307: "Temporary Redirect"
    case 308: "Permanent Redirect"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 402: "Payment Required"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 410: "Gone"
    case 411: "Length Required"
    case 412: "Precondition Failed"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 416: "Range Not Satisfiable"
    case 417: "Expectation Failed"
    case 421: "Misdirected Request"
    case 422: "Unprocessable Content"
    case 425: "Too Early"
    case 426: "Upgrade Required"
    case 428: "Precondition Required"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    case 507: "Insufficient Storage"
    default: "Status"
    }
  }
}
