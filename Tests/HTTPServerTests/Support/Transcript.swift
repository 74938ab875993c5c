@testable import HTTPServer

/// Everything that a parser makes of some bytes.
struct Transcript: Equatable, Sendable {
  struct Message: Equatable, Sendable {
    var method: String
    var target: String
    var path: String
    var query: String?
    var fields: [String]
    var body: String
    var keepsAlive: Bool
    var expectsContinue: Bool
  }

  var messages: [Message] = []
  var rejection: Rejection?
  /// Whether the bytes end in the middle of a request.
  var isUnfinished = false

  /// Feeds `bytes` in pieces that end at `splits`.
  static func of(
    _ bytes: [UInt8], splits: [Int] = [], limits: RequestParser.Limits = .init(), bodyLimit: Int = 1 << 20
  ) -> Transcript {
    var transcript = Transcript()
    var parser = RequestParser(limits: limits)
    var start = 0
    for end in splits + [bytes.count] {
      let piece = Array(bytes[start..<end])
      start = end
      var position = 0
      reading: while true {
        let before = position
        let step = parser.advance(piece.span, &position)
        precondition(before <= position && position <= piece.count, "the parser left its input")
        switch step {
        case .needsInput:
          precondition(position == piece.count, "the parser left bytes lying")
          break reading
        case .head: _ = parser.admitBody(limit: bodyLimit)
        case .complete:
          let (head, body) = parser.takeRequest()
          transcript.messages.append(
            Message(
              method: head.method.rawValue, target: head.target,
              path: String(decoding: head.pathBytes, as: UTF8.self),
              query: head.query.map { String(decoding: head.block[$0], as: UTF8.self) },
              fields: head.headers.map { "\($0.name): \($0.value)" },
              body: String(decoding: body, as: UTF8.self),
              keepsAlive: head.keepsAlive, expectsContinue: head.expectsContinue))
        case .rejected(let rejection):
          transcript.rejection = rejection
          return transcript
        }
      }
    }
    transcript.isUnfinished = !parser.isIdle
    return transcript
  }

  static func of(_ text: String, limits: RequestParser.Limits = .init(), bodyLimit: Int = 1 << 20)
    -> Transcript
  {
    of(Array(text.utf8), limits: limits, bodyLimit: bodyLimit)
  }
}

/// A generator that gives the same numbers for the same seed.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    // SplitMix64 (Steele, Lea, Flood 2014).
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
