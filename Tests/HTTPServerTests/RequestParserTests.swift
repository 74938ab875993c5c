import Testing

@testable import HTTPServer

@Suite struct RequestParserTests {
  private func verdict(_ transcript: Transcript) -> Row.Verdict {
    if let rejection = transcript.rejection { return .refused(rejection.status) }
    return transcript.isUnfinished ? .unfinished : .accepted(transcript.messages.map(\.body))
  }

  @Test(arguments: Conformance.rows)
  func `the parser judges as the table says`(_ row: Row) {
    #expect(verdict(Transcript.of(row.bytes)) == row.verdict)
  }

  @Test(arguments: Conformance.rows)
  func `wherever the bytes are split, the verdict is the same`(_ row: Row) {
    let whole = Transcript.of(row.bytes)
    // A few rows are long runs of one letter; their splits are sampled.
    let step = max(1, row.bytes.count / 600)
    for split in stride(from: 0, through: row.bytes.count, by: step) {
      #expect(Transcript.of(row.bytes, splits: [split]) == whole, "split at \(split)")
    }
    #expect(Transcript.of(row.bytes, splits: Array(0..<row.bytes.count)) == whole, "byte by byte")
  }

  @Test func `bytes in random pieces give the same requests`() {
    var random = SeededRandom(seed: 1)
    for round in 0..<400 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes += Conformance.rows.filter { $0.bytes.count < 1000 }.randomElement(using: &random)?.bytes ?? []
      }
      // Some get a byte of noise, so that what is refused is refused at the same place.
      if Bool.random(using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let whole = Transcript.of(bytes)
      for _ in 0..<20 {
        let splits = (0..<Int.random(in: 1...12, using: &random)).map { _ in
          Int.random(in: 0...bytes.count, using: &random)
        }
        #expect(
          Transcript.of(bytes, splits: splits.sorted()) == whole,
          "round \(round), split at \(splits.sorted())")
      }
    }
  }

  @Test func `a request is read with its target, headers and body`() throws {
    let transcript = Transcript.of(
      "POST /a%20b?c=d HTTP/1.1\r\nHost: example.org\r\nX-One: 1 \r\nx-one:2\r\nContent-Length: 2\r\n\r\nhi")
    let message = try #require(transcript.messages.first)
    #expect(message.method == "POST")
    #expect(message.target == "/a%20b?c=d")
    #expect(message.path == "/a%20b")
    #expect(message.query == "c=d")
    #expect(message.fields == ["Host: example.org", "X-One: 1", "x-one: 2", "Content-Length: 2"])
    #expect(message.body == "hi")
    #expect(message.keepsAlive)
  }

  @Test func `a target in absolute form overrides Host`() throws {
    var parser = RequestParser()
    var position = 0
    let bytes = Array("GET HTTP://real.example:81?q HTTP/1.1\r\nHost: other\r\n\r\n".utf8)
    #expect(parser.advance(bytes.span, &position) == .head)
    #expect(parser.admitBody(limit: 0) == nil)
    let (head, body) = parser.takeRequest()
    let request = Request(head: head, body: body, peer: Request.Peer(address: "unix"), serial: 1)
    #expect(request.host == "real.example:81")
    #expect(request.path == "/")
    #expect(request.query == "q")
  }

  @Test(arguments: [
    ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close", false),
    ("HTTP/1.1", "Connection: keep-alive", true),
    ("HTTP/1.0", "", false), ("HTTP/1.0", "Connection: Keep-Alive", true),
    ("HTTP/1.0", "Connection: close", false),
    ("HTTP/1.1", "Connection: upgrade, close", false), ("HTTP/1.1", "Connection: close, keep-alive", false),
    ("HTTP/1.0", "Connection: close\r\nConnection: keep-alive", false),
    ("HTTP/1.1", "Connection: CLOSE", false),
    ("HTTP/1.1", "Connection: closed", true),
  ])
  func `the connection lives on when both sides want it`(
    _ version: String, _ field: String, _ keepsAlive: Bool
  ) throws {
    let fields = field.isEmpty ? "" : field + "\r\n"
    let transcript = Transcript.of("GET / \(version)\r\nHost: a\r\n\(fields)\r\n")
    #expect(try #require(transcript.messages.first).keepsAlive == keepsAlive)
  }

  @Test func `what is refused stays refused`() {
    var parser = RequestParser()
    var position = 0
    let bad = Array("GET / HTTP/1.1\nHost".utf8)
    guard case .rejected(let first) = parser.advance(bad.span, &position) else {
      Issue.record("a bare LF was accepted")
      return
    }
    position = 0
    let good = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    #expect(parser.advance(good.span, &position) == .rejected(first))
    #expect(position == 0)
  }

  @Test func `a length is a claim, and takes no memory`() {
    var parser = RequestParser()
    var position = 0
    let bytes = Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n".utf8)
    #expect(parser.advance(bytes.span, &position) == .head)
    #expect(parser.admitBody(limit: 1 << 30) == nil)
    #expect(parser.body.capacity <= 128 << 10)
  }

  @Test func `the classes of bytes are those of the grammar`() {
    let tokens = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    for byte in UInt8.min...UInt8.max {
      #expect(Byte.isToken(byte) == tokens.contains(byte), "\(byte)")
      #expect(Byte.isFieldText(byte) == (byte == 9 || byte >= 32 && byte != 127), "\(byte)")
      #expect(
        Byte.hexValue(byte)
          == (byte < 128 ? Character(UnicodeScalar(byte)).hexDigitValue.map(UInt8.init) : nil))
    }
  }
}
