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
    switch scalar.properties.generalCategory {
    case .control, .format, .privateUse, .surrogate: return .dropped
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: return .space
    default: return scalar.value == 0xfffd ? .dropped : .other
    }
  }

  /// Calls `body` with what remains of a character: decomposed, without accents, small.
  static func forEachFolded(_ scalar: Unicode.Scalar, _ body: (Unicode.Scalar) -> Void) {
    for part in String(scalar)._nfd where part.properties.generalCategory != .nonspacingMark {
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
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return true
    default: return false
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
