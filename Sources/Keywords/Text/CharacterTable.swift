/// What role a character plays in a word.
enum CharacterKind: UInt8 {
  /// Between words.
  case separator
  /// A letter without case, or a small one.
  case letter
  case capital
  case digit
  /// A mark that belongs to its word, such as an Indic vowel.
  case mark
  /// A mark that is dropped: an accent, a Hebrew point, an Arabic vowel.
  case accent
  /// A character of a script that writes no spaces between words.
  case unspaced
  /// An emoji: a word by itself.
  case symbol

  /// Whether a word may begin with it or go on after a connector.
  var isWord: Bool { self == .letter || self == .capital || self == .digit }
}

/// The kinds of all characters.
struct CharacterTable: Sendable {
  static let shared = CharacterTable()

  /// The kinds of the basic plane.
  private let kinds: [UInt8]

  private init() {
    kinds = (UInt32(0)..<0x10000).map { Self.classify($0).rawValue }
  }

  @inline(__always)
  func kind(of scalar: UInt32) -> CharacterKind {
    let raw = scalar < 0x10000 ? kinds[Int(scalar)] : Self.classify(scalar).rawValue
    return CharacterKind(rawValue: raw) ?? .separator
  }

  private static func classify(_ value: UInt32) -> CharacterKind {
    guard let scalar = Unicode.Scalar(value) else { return .separator }
    switch value {
    case 0x300...0x36F, 0x64B...0x65F, 0x640, 0x670, 0x591...0x5BD, 0x5BF, 0x5C1...0x5C2, 0x5C4...0x5C5,
      0x5C7,
      0xFE00...0xFE0F, 0x200D, 0x20E3, 0x00AD:
      return .accent
    case 0x3099...0x309A, 0xFF9E...0xFF9F:
      return .mark
    default: break
    }
    switch scalar.properties.generalCategory {
    case .decimalNumber: return .digit
    case .uppercaseLetter, .titlecaseLetter: return .capital
    case .lowercaseLetter: return .letter
    case .otherLetter, .modifierLetter, .letterNumber: return isUnspaced(value) ? .unspaced : .letter
    case .otherNumber: return .digit
    case .nonspacingMark, .spacingMark, .enclosingMark: return .mark
    case .otherSymbol: return scalar.properties.isEmoji ? .symbol : .separator
    default: return .separator
    }
  }

  /// Thai, Lao, Burmese, Khmer; Jamo, kana, Bopomofo; ideographs, Hangul.
  private static func isUnspaced(_ value: UInt32) -> Bool {
    switch value {
    case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF,
      0x1100...0x11FF, 0x3005...0x3007, 0x3040...0x318F, 0x31A0...0x31BF, 0x31F0...0x31FF,
      0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA960...0xA97F, 0xAC00...0xD7FF, 0xF900...0xFAFF, 0xFF66...0xFFDC,
      0x1B000...0x1B16F, 0x20000...0x3FFFF:
      true
    default: false
    }
  }
}
