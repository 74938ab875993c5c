@_spi(_Unicode) import Swift

/// What BERT's tokenizer does with the characters beyond ASCII.
enum CharacterRules {
  enum Kind {
    case dropped
    case space
    case ideograph
    case other
  }

  /// The first sight of a character, before it is decomposed.
  static func kind(of scalar: Unicode.Scalar) -> Kind {
    if isIdeograph(scalar.value) { return .ideograph }
    switch category(of: scalar) {
    case .control, .format, .privateUse, .surrogate: return .dropped
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: return .space
    default: return scalar.value == 0xfffd ? .dropped : .other
    }
  }

  /// Calls `body` with what remains of a character: decomposed, without accents, small.
  static func forEachFolded(_ scalar: Unicode.Scalar, _ body: (Unicode.Scalar) -> Void) {
    for part in String(scalar)._nfd where category(of: part) != .nonspacingMark {
      for small in part.properties.lowercaseMapping.unicodeScalars { body(small) }
    }
  }

  static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      switch scalar.value {
      case 0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e: return true
      default: return false
      }
    }
    switch category(of: scalar) {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }

  /// The general category as of Unicode 8, which is what the reference tokenizer knows: to it, marks and punctuation
  /// that came later are letters.
  private static func category(of scalar: Unicode.Scalar) -> Unicode.GeneralCategory {
    switch scalar.value {
    case 0x166d, 0x111c9: return .otherPunctuation  // A symbol and a mark since.
    case 0x1734, 0x1171e: return .nonspacingMark  // Spacing marks since.
    case 0x1885, 0x1886, 0xa9bd: return .otherLetter  // Marks since.
    default: break
    }
    let properties = scalar.properties
    let category = properties.generalCategory
    switch category {
    case .nonspacingMark, .format, .connectorPunctuation, .dashPunctuation, .openPunctuation,
      .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      guard let age = properties.age, age <= (8, 0) else { return .otherLetter }
      return category
    default: return category
    }
  }

  /// The blocks that BERT's authors call Chinese: ideographs, not kana or hangul.
  private static func isIdeograph(_ value: UInt32) -> Bool {
    switch value {
    case 0x4e00...0x9fff, 0x3400...0x4dbf, 0x20000...0x2a6df, 0x2a700...0x2b73f, 0x2b740...0x2b81f,
      0x2b920...0x2ceaf, 0xf900...0xfaff, 0x2f800...0x2fa1f:
      return true
    default: return false
    }
  }
}
