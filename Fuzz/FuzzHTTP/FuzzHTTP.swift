import HTTPServer

/// What libFuzzer calls with every input it thinks of. It traps where a promise of the parser is broken.
///
/// The input is what a client sends on one connection. It is parsed whole, byte by byte, and in random pieces, and each
/// time the same requests must come out. Whatever is accepted must be harmless to write into a log or another message.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let whole = Outcome(bytes, splits: [])
  precondition(Outcome(bytes, splits: Array(0..<count)) == whole, "byte by byte, other requests come out")
  var state = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  for _ in 0..<4 {
    var splits: [Int] = []
    for _ in 0..<(state >> 33 & 7) {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      splits.append(Int(state >> 33) % (count + 1))
    }
    state = state &* 6_364_136_223_846_793_005 &+ 1
    precondition(Outcome(bytes, splits: splits.sorted()) == whole, "in pieces, other requests come out")
  }
  return 0
}

/// All that comes out of some bytes, as one text and an ending.
private struct Outcome: Equatable {
  static let bodyLimit = 4096

  var requests: [String] = []
  var rejection: Rejection?
  var isIdle = false

  init(_ bytes: [UInt8], splits: [Int]) {
    var limits = RequestParser.Limits()
    // Small, so that the fuzzer reaches them.
    limits.head = 512
    limits.target = 128
    limits.fields = 8
    limits.trailers = 64
    limits.chunkExtensions = 32
    var parser = RequestParser(limits: limits)
    var start = 0
    for end in splits + [bytes.count] {
      let piece = Array(bytes[start..<end])
      start = end
      guard read(piece, &parser) else { return }
    }
    isIdle = parser.isIdle
  }

  private mutating func read(_ piece: [UInt8], _ parser: inout RequestParser) -> Bool {
    var position = 0
    while true {
      let before = position
      let step = parser.advance(piece.span, &position)
      precondition(before <= position && position <= piece.count, "the parser left its input")
      precondition(parser.body.count <= Self.bodyLimit, "a body grew beyond its limit")
      switch step {
      case .needsInput:
        precondition(position == piece.count, "the parser left bytes lying")
        return true
      case .head:
        if let rejection = parser.admitBody(limit: Self.bodyLimit) {
          precondition(
            parser.advance(piece.span, &position) == .rejected(rejection), "a refusal is forgotten")
        }
      case .complete:
        let (head, body) = parser.takeRequest()
        requests.append(
          Self.describe(Request(head: head, body: body, peer: Request.Peer(address: "unix"), serial: 0)))
      case .rejected(let rejection):
        precondition((400...599).contains(rejection.status), "a refusal without a status")
        self.rejection = rejection
        return false
      }
    }
  }

  private static func describe(_ request: Request) -> String {
    precondition(
      request.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a target that is not visible ASCII")
    precondition(!request.path.isEmpty && request.target.contains(request.path) || request.path == "/")
    var text =
      "\(request.method) \(request.target) \(request.path) \(request.query ?? "-") \(request.host) \(request.id)"
    for (name, value) in request.queryItems { text += " \(name)=\(value)" }
    for (name, value) in request.headers {
      precondition(
        !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }, "a name is no token")
      precondition(
        !value.unicodeScalars.contains { $0 == "\r" || $0 == "\n" || $0 == "\0" }, "a value leaves its line")
      precondition(value.utf8.first != 0x20 && value.utf8.last != 0x20, "a value has blanks around it")
      precondition(request.headers.values(for: name).contains(value), "a header is not found again")
      text += "\n\(name): \(value)"
    }
    return text + "\n\n" + String(decoding: request.body, as: UTF8.self)
  }
}
