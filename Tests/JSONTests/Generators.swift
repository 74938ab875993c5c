import JSON

/// SplitMix64: the same numbers for the same seed, everywhere.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

extension JSONValue {
  /// Some value, nested at most `depth` deep.
  static func random(depth: Int, using random: inout Seeded) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2:
      return .integer(Int64(truncatingIfNeeded: random.next()) >> Int64.random(in: 0..<64, using: &random))
    case 3: return .double(.finite(using: &random))
    case 4: return .double((Double.random(in: -100...100, using: &random) * 1000).rounded() / 1000)
    case 5: return .string(.random(using: &random))
    case 6:
      return .array(
        (0..<Int.random(in: 0...5, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
    default:
      // Now and then an object that is large enough to have an index.
      let count = Int.random(in: 0...20, using: &random) == 0 ? 40 : Int.random(in: 0...6, using: &random)
      var object = JSONObject()
      for _ in 0..<count { object[.random(using: &random)] = .random(depth: depth - 1, using: &random) }
      return .object(object)
    }
  }
}

extension Double {
  /// Any double but infinities and not-a-numbers, each bit pattern as likely as the next.
  static func finite(using random: inout Seeded) -> Double {
    while true {
      let double = Double(bitPattern: random.next())
      if double.isFinite { return double }
    }
  }
}

extension String {
  /// Some text: mostly short and plain, with what needs escapes and what needs several bytes strewn in.
  static func random(using random: inout Seeded) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...24, using: &random) {
      let scalar: UInt32 =
        switch Int.random(in: 0..<16, using: &random) {
        case 0: .random(in: 0...0x1F, using: &random)
        case 1: [0x22, 0x5C, 0x2F, 0x7F].randomElement(using: &random) ?? 0x22
        case 2: .random(in: 0x80...0x7FF, using: &random)
        case 3: .random(in: 0x800...0xFFFF, using: &random)
        case 4: .random(in: 0x10000...0x10FFFF, using: &random)
        default: .random(in: 0x20...0x7E, using: &random)
        }
      text.unicodeScalars.append(Unicode.Scalar(scalar) ?? "?")
    }
    return text
  }
}
