/// The tokens of a text, in order, with their bytes back to back.
struct TokenBuffer {
  enum Kind: UInt8 {
    /// A word, or a part of an identifier: takes a place in the text.
    case word
    /// An identifier, path, version or the like as a whole, beside its parts.
    case whole
    /// A character of a script without spaces: takes a place in the text.
    case character
    /// Two such characters side by side.
    case pair
  }

  struct Token {
    /// Where the term's bytes begin.
    var offset: UInt32
    var length: UInt16
    var kind: Kind
    /// For a character: whether it has no neighbour of its kind.
    var isAlone = false
    /// A short hash of the word before stemming, never 0; what phrases are compared by. 0 if it takes no place.
    var surface: UInt16
    /// A hash of the term.
    var hash: UInt64
  }

  var bytes: [UInt8] = []
  /// Whether `words` is filled.
  var keepsWords = false
  /// The words before stemming, by the places of their tokens.
  var words: [Int: [UInt8]] = [:]
  var tokens: [Token] = []

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    tokens.removeAll(keepingCapacity: true)
    words.removeAll(keepingCapacity: true)
  }

  func term(_ token: Token) -> ArraySlice<UInt8> {
    bytes[Int(token.offset)..<Int(token.offset) + Int(token.length)]
  }

  /// Ends a token whose term was appended to `bytes` from `offset` on.
  mutating func close(from offset: Int, kind: Kind, surface: UInt16, isAlone: Bool = false) {
    // A longer term is cut. Where does not matter: query and document are cut alike.
    if bytes.count - offset > Self.longestTerm { bytes.removeLast(bytes.count - offset - Self.longestTerm) }
    let length = bytes.count - offset
    if length == 0 { return }
    let hash = bytes.withUnsafeBufferPointer { TermHash.hash(UnsafeBufferPointer(rebasing: $0[offset...])) }
    tokens.append(
      Token(
        offset: UInt32(offset), length: UInt16(length), kind: kind, isAlone: isAlone, surface: surface,
        hash: hash))
  }

  static let longestTerm = 120
}

/// The hash by which terms are found. It is written to files, so it never changes.
enum TermHash {
  static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
    var place = 0
    let raw = UnsafeRawBufferPointer(bytes)
    while place &+ 8 <= bytes.count {
      let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      hash = (hash ^ word) &* 0xC2B2_AE3D_27D4_EB4F
      hash ^= hash >> 32
      place &+= 8
    }
    var rest: UInt64 = 0
    var shift: UInt64 = 0
    while place < bytes.count {
      rest |= UInt64(bytes[place]) &<< shift
      shift &+= 8
      place &+= 1
    }
    hash = (hash ^ rest) &* 0x1656_67B1_9E37_79F9
    hash ^= hash >> 29
    hash = hash &* 0x9E37_79B1_85EB_CA87
    return hash ^ hash >> 32
  }

  /// The short hash that stands for a word in a phrase: never 0.
  static func surface(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt16 {
    let short = UInt16(truncatingIfNeeded: hash(bytes) >> 13)
    return short == 0 ? 1 : short
  }
}
