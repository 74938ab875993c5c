public import Model

/// What can be told of a question by looking at it.
public struct QueryTraits: Sendable, Hashable {
  /// Most of its words are identifiers: names in code, paths, versions, error codes.
  public var isIdentifierLike = false
  /// It has words between quotation marks.
  public var isQuoted = false
  /// It has one word or two.
  public var isVeryShort = false
  /// The identifiers in it, in lower case, each once.
  public var identifiers: [String] = []
  /// The time that it names, if it does.
  public var period: TimePeriod?

  public init() {}

  public init(of query: String, askedAt now: Timestamp) {
    let words = Self.words(of: query)
    var seen: Set<String> = []
    identifiers = words.filter(Self.isIdentifier).map { $0.lowercased() }.filter { seen.insert($0).inserted }
    isIdentifierLike = !words.isEmpty && identifiers.count * 2 >= words.count
    isQuoted = Self.hasQuotation(query)
    // Scripts without spaces write many words as one.
    isVeryShort = words.count <= 2 && query.utf8.count <= 24
    period = TimeExpressions(now: now).first(in: query)
  }

  /// What stands between spaces, without punctuation around it.
  static func words(of text: String) -> [Substring] {
    text.split(whereSeparator: \.isWhitespace).compactMap { piece in
      var word = piece
      while let last = word.last, ".,;:!?)]}»”\"'’`".contains(last) { word.removeLast() }
      while let first = word.first, "([{«“„\"'‘`".contains(first) { word.removeFirst() }
      return word.isEmpty ? nil : word
    }
  }

  /// Whether a word is written as no ordinary word is: `getUserById`, `user_id`, `src/main.c`, `v1.4.2`, `E4012`,
  /// `--flag`, `0x7f`.
  static func isIdentifier(_ word: Substring) -> Bool {
    guard word.utf8.count >= 2, word.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return false }
    let bytes = Array(word.utf8)
    func isLower(_ byte: UInt8) -> Bool { byte >= 97 && byte <= 122 }
    func isUpper(_ byte: UInt8) -> Bool { byte >= 65 && byte <= 90 }
    func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    let letters = bytes.filter { isLower($0) || isUpper($0) }.count
    if letters > 0, bytes.contains(where: { "_/\\@#".utf8.contains($0) }) { return true }
    if bytes.starts(with: "--".utf8) { return letters > 0 }
    for (left, right) in zip(bytes, bytes.dropFirst()) where isLower(left) && isUpper(right) { return true }
    let digits = bytes.filter(isDigit).count
    // A letter beside a digit, but for ordinals and the like: `8th`, `2nd`, `5pm`.
    if letters > 0, digits > 0 {
      let isOrdinal = isDigit(bytes[0]) && letters <= 2 && bytes.suffix(letters).allSatisfy(isLower)
      return !isOrdinal || bytes.contains(UInt8(ascii: "."))
    }
    // `main.swift`, `a::b`, `1.4.2`
    let inner = bytes.dropFirst().dropLast()
    if letters == bytes.count - 1, letters >= 4, inner.contains(UInt8(ascii: ".")) { return true }
    if inner.filter({ $0 == UInt8(ascii: ".") }).count >= 2, digits >= 3 {
      return word.split(separator: ".").allSatisfy { $0.count <= 3 }
    }
    return word.contains("::")
  }

  private static func hasQuotation(_ text: String) -> Bool {
    for (open, close) in [("\"", "\""), ("“", "”"), ("„", "“"), ("«", "»"), ("「", "」")] {
      guard let start = text.firstRange(of: open)?.upperBound else { continue }
      guard let end = text[start...].firstRange(of: close)?.lowerBound else { continue }
      if text[start..<end].contains(where: { $0.isLetter || $0.isNumber }) { return true }
    }
    return false
  }
}
