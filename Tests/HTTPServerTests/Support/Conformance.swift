import Testing

/// A row of the behaviour table: bytes on the wire, and what a server must make of them.
struct Row: Sendable, CustomTestStringConvertible {
  enum Verdict: Sendable, Equatable {
    /// This many requests are read, with these bodies.
    case accepted([String])
    case refused(Int)
    /// The request is not at its end.
    case unfinished
  }

  let name: String
  let bytes: [UInt8]
  let verdict: Verdict
  var testDescription: String { name }

  init(_ name: String, _ text: String, _ verdict: Verdict) {
    self.init(name, Array(text.utf8), verdict)
  }

  init(_ name: String, _ bytes: [UInt8], _ verdict: Verdict) {
    self.name = name
    self.bytes = bytes
    self.verdict = verdict
  }
}

/// How requests may be framed, and all the ways in which they may not.
enum Conformance {
  private static func post(_ fields: String, _ body: String) -> String {
    "POST /echo HTTP/1.1\r\nHost: test\r\n\(fields)\r\n\r\n\(body)"
  }

  private static func fields(_ fields: String) -> String { "GET /echo HTTP/1.1\r\n\(fields)\r\n\r\n" }

  private static func line(_ line: String) -> String { "\(line)\r\nHost: test\r\n\r\n" }

  static let rows: [Row] = framing + fieldRows + requestLines + hosts + chunks

  static let framing = [
    Row("no body", fields("Host: test"), .accepted([""])),
    Row("a length", post("Content-Length: 4", "abcd"), .accepted(["abcd"])),
    Row("a length of zero", post("Content-Length: 0", ""), .accepted([""])),
    Row("a length with leading zeros", post("Content-Length: 0004", "abcd"), .accepted(["abcd"])),
    Row("a body shorter than its length", post("Content-Length: 5", "abcd"), .unfinished),
    Row(
      "a GET with a body", "GET /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", .accepted(["hi"])),
    Row(
      "length and chunks", post("Content-Length: 4\r\nTransfer-Encoding: chunked", "0\r\n\r\n"), .refused(400)
    ),
    Row(
      "chunks and length", post("Transfer-Encoding: chunked\r\nContent-Length: 4", "0\r\n\r\n"), .refused(400)
    ),
    Row("two different lengths", post("Content-Length: 4\r\nContent-Length: 5", "abcde"), .refused(400)),
    Row("two equal lengths", post("Content-Length: 4\r\nContent-Length: 4", "abcd"), .refused(400)),
    Row("a list of lengths", post("Content-Length: 4, 4", "abcd"), .refused(400)),
    Row("a signed length", post("Content-Length: +4", "abcd"), .refused(400)),
    Row("a negative length", post("Content-Length: -4", "abcd"), .refused(400)),
    Row("a hexadecimal length", post("Content-Length: 0x4", "abcd"), .refused(400)),
    Row("an empty length", post("Content-Length:", ""), .refused(400)),
    Row("a length with a space inside", post("Content-Length: 1 2", ""), .refused(400)),
    Row("a length beyond 64 bits", post("Content-Length: 99999999999999999999", ""), .refused(400)),
    Row("a length beyond the limit", post("Content-Length: 1048577", ""), .refused(413)),
    Row(
      "six pipelined requests", String(repeating: fields("Host: a"), count: 6),
      .accepted(.init(repeating: "", count: 6))),
    Row(
      "pipelined requests with bodies", post("Content-Length: 2", "ab") + post("Content-Length: 3", "cde"),
      .accepted(["ab", "cde"])),
    Row(
      "an empty line between requests", fields("Host: a") + "\r\n" + fields("Host: a"), .accepted(["", ""])),
    Row("two empty lines before a request", "\r\n\r\n" + fields("Host: a"), .refused(400)),
  ]

  static let fieldRows = [
    Row("a bare CR in a value", fields("Host: a\r\nX: a\rb"), .refused(400)),
    Row("a bare CR before a name", fields("Host: a\r\n\rX: b"), .refused(400)),
    Row("lines that end in a bare LF", "GET / HTTP/1.1\nHost: a\n\n", .refused(400)),
    Row("a header that ends in a bare LF", fields("Host: a\nX: b"), .refused(400)),
    Row("a head that ends in a bare LF", "GET / HTTP/1.1\r\nHost: a\r\n\n", .refused(400)),
    Row("a folded value", fields("Host: a\r\nX: a\r\n b"), .refused(400)),
    Row("a value folded with a tab", fields("Host: a\r\nX: a\r\n\tb"), .refused(400)),
    Row("a blank before the first header", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", .refused(400)),
    Row("a space before the colon", fields("Host : a"), .refused(400)),
    Row("a tab before the colon", fields("Host: a\r\nX\t: b"), .refused(400)),
    Row("a header without a colon", fields("Host: a\r\nX"), .refused(400)),
    Row("a header without a name", fields("Host: a\r\n: b"), .refused(400)),
    Row("a NUL in a value", fields("Host: a\r\nX: a\0b"), .refused(400)),
    Row("a NUL in a name", fields("Host: a\r\nX\0: b"), .refused(400)),
    Row("a DEL in a value", fields("Host: a\r\nX: a\u{7F}b"), .refused(400)),
    Row("a vertical tab in a value", fields("Host: a\r\nX: a\u{0B}b"), .refused(400)),
    Row("a tab in a value", fields("Host: a\r\nX: a\tb"), .accepted([""])),
    Row("text beyond ASCII in a value", fields("Host: a\r\nX: für"), .accepted([""])),
    Row("text beyond ASCII in a name", fields("Host: a\r\nfür: b"), .refused(400)),
    Row("an empty value", fields("Host: a\r\nX:"), .accepted([""])),
    Row("blanks around a value", fields("Host:\t a \t"), .accepted([""])),
    Row("an expectation", post("Expect: 100-continue\r\nContent-Length: 1", "a"), .accepted(["a"])),
    Row("an unknown expectation", fields("Host: a\r\nExpect: tea"), .refused(417)),
    Row("a request for HTTP/2", fields("Host: a\r\nConnection: Upgrade\r\nUpgrade: h2c"), .accepted([""])),
  ]

  static let requestLines = [
    Row("a path with a query", line("GET /a/b?c=d&e HTTP/1.1"), .accepted([""])),
    Row("a target in absolute form", line("GET http://example.org/a?b HTTP/1.1"), .accepted([""])),
    Row("an absolute target without a path", line("GET http://example.org HTTP/1.1"), .accepted([""])),
    Row("an absolute target without a host", line("GET http:///a HTTP/1.1"), .refused(400)),
    Row("an absolute target with a user", line("GET http://me@example.org/ HTTP/1.1"), .refused(400)),
    Row("another scheme", line("GET ftp://example.org/ HTTP/1.1"), .refused(400)),
    Row("OPTIONS of everything", line("OPTIONS * HTTP/1.1"), .accepted([""])),
    Row("GET of everything", line("GET * HTTP/1.1"), .refused(400)),
    Row("a target without a slash", line("GET health HTTP/1.1"), .refused(400)),
    Row("no target", line("GET  HTTP/1.1"), .refused(400)),
    Row("two spaces", line("GET  / HTTP/1.1"), .refused(400)),
    Row("a tab for a space", line("GET\t/ HTTP/1.1"), .refused(400)),
    Row("a space after the version", line("GET / HTTP/1.1 "), .refused(400)),
    Row("a space before the method", line(" GET / HTTP/1.1"), .refused(400)),
    Row("a fragment", line("GET /a#b HTTP/1.1"), .refused(400)),
    Row("a target beyond ASCII", line("GET /ü HTTP/1.1"), .refused(400)),
    Row("a NUL in the target", line("GET /a\0b HTTP/1.1"), .refused(400)),
    Row("a broken escape in the path", line("GET /a%2 HTTP/1.1"), .refused(400)),
    Row("an escape of no digits in the path", line("GET /a%zz HTTP/1.1"), .refused(400)),
    Row("a broken escape in the query", line("GET /a?b=100% HTTP/1.1"), .accepted([""])),
    Row("an unknown method", line("BREW / HTTP/1.1"), .accepted([""])),
    Row("a method in lower case is another method", line("get / HTTP/1.1"), .accepted([""])),
    Row("a method that is no token", line("GE(T / HTTP/1.1"), .refused(400)),
    Row("a method without end", line(String(repeating: "A", count: 33) + " / HTTP/1.1"), .refused(400)),
    Row("HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", .accepted([""])),
    Row("a later HTTP/1", line("GET / HTTP/1.2"), .accepted([""])),
    Row("HTTP/2.0", line("GET / HTTP/2.0"), .refused(505)),
    Row("HTTP/0.9 with a version", line("GET / HTTP/0.9"), .refused(505)),
    Row("HTTP/0.9 without a version", "GET /\r\n\r\n", .refused(400)),
    Row("a version in lower case", line("GET / http/1.1"), .refused(400)),
    Row("a version of two digits", line("GET / HTTP/1.10"), .refused(400)),
    Row("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .refused(400)),
    Row("a TLS hello", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC], .refused(400)),
    Row("a long target", line("GET /" + String(repeating: "a", count: 8 << 10) + " HTTP/1.1"), .refused(414)),
    Row(
      "20 KB of headers", fields("Host: a\r\nX: " + String(repeating: "a", count: 20_000)), .accepted([""])),
    Row("60 KB of headers", fields("Host: a\r\nX: " + String(repeating: "a", count: 60_000)), .refused(431)),
    Row("129 headers", fields("Host: a" + String(repeating: "\r\nX: b", count: 128)), .refused(431)),
    Row("128 headers", fields("Host: a" + String(repeating: "\r\nX: b", count: 127)), .accepted([""])),
  ]

  static let hosts = [
    Row("no Host", "GET / HTTP/1.1\r\n\r\n", .refused(400)),
    Row("no Host, with other headers", fields("X: b"), .refused(400)),
    Row("two Hosts", fields("Host: a\r\nHost: a"), .refused(400)),
    Row("two Hosts on HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", .refused(400)),
    Row("an empty Host", fields("Host:"), .refused(400)),
    Row("a Host with a port", fields("Host: example.org:8080"), .accepted([""])),
    Row("a Host in IPv6", fields("Host: [::1]:8080"), .accepted([""])),
    Row("a Host of two words", fields("Host: a b"), .refused(400)),
    Row("a Host with a path", fields("Host: a/b"), .refused(400)),
    Row("a Host with a user", fields("Host: me@a"), .refused(400)),
    Row("a Host with a port of letters", fields("Host: a:b"), .refused(400)),
    Row("a Host with open brackets", fields("Host: [::1"), .refused(400)),
  ]

  private static func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked", body) }

  static let chunks = [
    Row("chunks", chunked("4\r\nabcd\r\nA\r\n0123456789\r\n0\r\n\r\n"), .accepted(["abcd0123456789"])),
    Row("no chunk but the last", chunked("0\r\n\r\n"), .accepted([""])),
    Row("Chunked in capitals", post("transfer-encoding: CHUNKED", "1\r\na\r\n0\r\n\r\n"), .accepted(["a"])),
    Row("chunks without their end", chunked("4\r\nabcd\r\n"), .unfinished),
    Row(
      "a chunk size in both cases", chunked("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"),
      .accepted(["01234567890123456789"])),
    Row("an extension", chunked("4;a=b\r\nabcd\r\n0\r\n\r\n"), .accepted(["abcd"])),
    Row("a quoted extension", chunked("4;a=\"b;c\"\r\nabcd\r\n0;x\r\n\r\n"), .accepted(["abcd"])),
    Row("an extension after a blank", chunked("4 ;a=b\r\nabcd\r\n0\r\n\r\n"), .accepted(["abcd"])),
    Row("an extension with a bare LF", chunked("4;a\nabcd\r\n0\r\n\r\n"), .refused(400)),
    Row("an extension with a bare CR", chunked("4;a\rb\r\nabcd\r\n0\r\n\r\n"), .refused(400)),
    Row(
      "extensions without end", chunked("4;" + String(repeating: "a", count: 5000) + "\r\n"), .refused(400)),
    Row("a blank after a chunk size", chunked("4 \r\nabcd\r\n0\r\n\r\n"), .refused(400)),
    Row("a blank before a chunk size", chunked(" 4\r\nabcd\r\n0\r\n\r\n"), .refused(400)),
    Row("a chunk size in C", chunked("0x4\r\nabcd\r\n0\r\n\r\n"), .refused(400)),
    Row("a signed chunk size", chunked("+4\r\nabcd\r\n0\r\n\r\n"), .refused(400)),
    Row("an empty chunk size", chunked("\r\nabcd\r\n0\r\n\r\n"), .refused(400)),
    Row("a chunk size beyond 64 bits", chunked("FFFFFFFFFFFFFFFFF\r\n"), .refused(400)),
    Row("a chunk size beyond the limit", chunked("FFFFFFFF\r\n"), .refused(413)),
    Row("a chunk size that ends in a bare LF", chunked("4\nabcd\r\n0\r\n\r\n"), .refused(400)),
    Row("no line end after a chunk", chunked("4\r\nabcd0\r\n\r\n"), .refused(400)),
    Row("a bare LF after a chunk", chunked("4\r\nabcd\n0\r\n\r\n"), .refused(400)),
    Row("a bare LF at the end", chunked("0\r\n\n"), .refused(400)),
    Row("trailers", chunked("1\r\na\r\n0\r\nX: b\r\nContent-Length: 9\r\n\r\n"), .accepted(["a"])),
    Row("a folded trailer", chunked("0\r\nX: a\r\n b\r\n\r\n"), .refused(400)),
    Row("a trailer without a colon", chunked("0\r\nX\r\n\r\n"), .refused(400)),
    Row("a NUL in a trailer", chunked("0\r\nX: \0\r\n\r\n"), .refused(400)),
    Row("trailers without end", chunked("0\r\nX: " + String(repeating: "a", count: 9000)), .refused(431)),
    Row("xchunked", post("Transfer-Encoding: xchunked", "0\r\n\r\n"), .refused(400)),
    Row("chunked, identity", post("Transfer-Encoding: chunked, identity", "0\r\n\r\n"), .refused(400)),
    Row("identity", post("Transfer-Encoding: identity", ""), .refused(400)),
    Row("chunked twice", post("Transfer-Encoding: chunked, chunked", "0\r\n\r\n"), .refused(400)),
    Row(
      "two Transfer-Encodings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", ""),
      .refused(400)),
    Row("an empty Transfer-Encoding", post("Transfer-Encoding:", ""), .refused(400)),
    Row("a parameter of chunked", post("Transfer-Encoding: chunked;a=b", "0\r\n\r\n"), .refused(400)),
    Row(
      "a vertical tab in Transfer-Encoding", post("Transfer-Encoding: \u{0B}chunked", "0\r\n\r\n"),
      .refused(400)),
    Row("gzip under chunked", post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"), .refused(501)),
    Row("gzip alone", post("Transfer-Encoding: gzip", ""), .refused(400)),
    Row(
      "chunks on HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .refused(400)),
  ]
}
