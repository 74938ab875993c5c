/// Cuts text into terms. One belongs to one thread at a time.
///
/// - Words are folded (case, accents, width) and stemmed. Nothing is dropped for being common: such words weigh little.
/// - Identifiers, paths, versions and addresses are cut at connectors, humps and digits, *and* kept whole, at each level
///   that somebody may type: `src/UserStore.swift` gives `src`, `user`, `store`, `swift`, `userstore`,
///   `userstore.swift` and the whole path. Hyphens and underscores vanish from a whole, so that `user_id`, `user-id` and
///   `userId` are one.
/// - Scripts without spaces give characters, and pairs of neighbours.
/// - An emoji is a word.
final class Tokenizer {
  let language: Language
  let stemming: Stemming
  private let table = CharacterTable.shared
  let folding = Folding.shared

  /// The compound word under way: a unit for each character, folded.
  var compound = Compound()

  init(language: Language) {
    self.language = language
    stemming = Stemming(language)
  }

  /// Appends the tokens of `text` to `out`.
  func tokenize(_ text: String, into out: inout TokenBuffer) {
    var text = text
    text.withUTF8 { scan($0, into: &out) }
  }

  private func scan(_ text: UnsafeBufferPointer<UInt8>, into out: inout TokenBuffer) {
    var place = 0
    while place < text.count {
      if let end = plainWord(text, at: place, into: &out) {
        place = end
        continue
      }
      let (scalar, next) = Self.decode(text, at: place)
      switch table.kind(of: scalar) {
      case .letter, .capital, .digit: place = compoundWord(text, at: place, into: &out)
      case .unspaced: place = unspacedRun(text, at: place, into: &out)
      case .symbol:
        let start = out.bytes.count
        out.bytes.appendUTF8(scalar)
        let surface = out.bytes.withUnsafeBufferPointer {
          TermHash.surface(UnsafeBufferPointer(rebasing: $0[start...]))
        }
        out.close(from: start, kind: .word, surface: surface)
        place = next
      case .separator, .mark, .accent: place = next
      }
    }
  }

  /// The common case: ASCII letters, no humps, no connector behind. Returns where it ends, nil if it is not that case.
  private func plainWord(_ text: UnsafeBufferPointer<UInt8>, at start: Int, into out: inout TokenBuffer)
    -> Int?
  {
    var end = start
    let first = text[start]
    guard (first | 0x20) &- 0x61 < 26 else { return nil }
    end += 1
    while end < text.count, text[end] &- 0x61 < 26 { end += 1 }
    if end < text.count {
      let next = text[end]
      if next >= 0x80 || (next | 0x20) &- 0x61 < 26 || next &- 0x30 < 10 || next == 0x27 { return nil }
      if next == 0x2B || next == 0x23 { return nil }
      if Self.isConnector(next), end + 1 < text.count {
        let after = text[end + 1]
        if after >= 0x80 || (after | 0x20) &- 0x61 < 26 || after &- 0x30 < 10 || Self.isConnector(after) {
          return nil
        }
      }
    }
    guard end - start <= TokenBuffer.longestTerm else { return nil }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: end - start) { word in
      for place in start..<end { word.initializeElement(at: place - start, to: text[place] | 0x20) }
      emit(UnsafeBufferPointer(rebasing: word[..<(end - start)]), lowered: nil, stemmed: true, into: &out)
    }
    return end
  }

  /// Emits a word: its stem as the term, itself as the surface.
  func emit(
    _ word: UnsafeBufferPointer<UInt8>, lowered: [UInt8]?, stemmed: Bool, into out: inout TokenBuffer
  ) {
    let start = out.bytes.count
    if stemmed {
      stemming.append(stemOf: word, lowered: lowered, to: &out.bytes)
    } else {
      out.bytes.append(contentsOf: word)
    }
    if out.keepsWords { out.words[out.tokens.count] = Array(word) }
    out.close(from: start, kind: .word, surface: TermHash.surface(word))
  }

  /// The terms of words that a slip of the finger near its end turns into `word`. A slip there often spoils the stem, so
  /// that the stems are more than a letter apart.
  func stemsNear(_ word: [UInt8]) -> [TermKey] {
    guard word.count >= 5, word.allSatisfy({ $0 &- 0x61 < 26 }) else { return [] }
    var stems: Set<TermKey> = []
    func add(_ word: [UInt8]) {
      var stem: [UInt8] = []
      word.withUnsafeBufferPointer { stemming.append(stemOf: $0, lowered: nil, to: &stem) }
      stems.insert(TermKey(stem))
    }
    for place in word.count - 4..<word.count {
      var other = word
      other.remove(at: place)
      add(other)
      other = word
      other.swapAt(place, place - 1)
      add(other)
      for letter in UInt8(0x61)...0x7A {
        other = word
        other[place] = letter
        add(other)
        other = word
        other.insert(letter, at: place + 1)
        add(other)
      }
    }
    return stems.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }

  /// Characters of a script without spaces, and their pairs.
  private func unspacedRun(_ text: UnsafeBufferPointer<UInt8>, at start: Int, into out: inout TokenBuffer)
    -> Int
  {
    var place = start
    var previous = 0..<0
    var first = -1
    while place < text.count {
      let (scalar, next) = Self.decode(text, at: place)
      guard table.kind(of: scalar) == .unspaced else { break }
      let offset = out.bytes.count
      folding.append(scalar, to: &out.bytes)
      place = next
      while place < text.count {
        let (mark, next) = Self.decode(text, at: place)
        let kind = table.kind(of: mark)
        guard kind == .mark || kind == .accent else { break }
        if kind == .mark { Self.append(mark: mark, to: &out.bytes) }
        place = next
      }
      let surface = out.bytes.withUnsafeBufferPointer {
        TermHash.surface(UnsafeBufferPointer(rebasing: $0[offset...]))
      }
      if first < 0 { first = out.tokens.count }
      let here = offset..<out.bytes.count
      out.close(from: offset, kind: .character, surface: surface)
      if !previous.isEmpty {
        let pair = out.bytes.count
        for place in previous { out.bytes.append(out.bytes[place]) }
        for place in here { out.bytes.append(out.bytes[place]) }
        out.close(from: pair, kind: .pair, surface: 0)
      }
      previous = here
    }
    if first >= 0, out.tokens.count == first + 1 { out.tokens[first].isAlone = true }
    return place
  }

  /// A voicing mark melts into its kana, as Unicode composes them; any other mark stays behind its letter.
  private static func append(mark: UInt32, to bytes: inout [UInt8]) {
    let voiced = mark == 0x3099 || mark == 0xFF9E
    guard voiced || mark == 0x309A || mark == 0xFF9F else {
      bytes.appendUTF8(mark)
      return
    }
    guard bytes.count >= 3, bytes[bytes.count - 3] == 0xE3 else { return }
    let kana = 0x3000 | UInt32(bytes[bytes.count - 2] & 63) << 6 | UInt32(bytes[bytes.count - 1] & 63)
    let hiragana = kana >= 0x30A0 ? kana - 0x60 : kana
    let composed: UInt32? =
      switch (hiragana, voiced) {
      case (0x3046, true): kana + 0x4E  // う → ゔ
      case (0x304B...0x3062, true) where hiragana % 2 == 1: kana + 1  // か…ぢ
      case (0x3064...0x3069, true) where hiragana % 2 == 0: kana + 1  // つ…ど
      case (0x306F...0x307D, true) where hiragana % 3 == 0: kana + 1  // は…ぼ
      case (0x306F...0x307D, false) where hiragana % 3 == 0: kana + 2  // は…ぽ
      default: nil
      }
    guard let composed else { return }
    bytes.removeLast(3)
    bytes.appendUTF8(composed)
  }

  /// The scalar at `place` and where the next begins. The text is valid: it comes from a `String`.
  @inline(__always)
  static func decode(_ text: UnsafeBufferPointer<UInt8>, at place: Int) -> (scalar: UInt32, next: Int) {
    let first = UInt32(text[place])
    if first < 0x80 { return (first, place + 1) }
    let second = UInt32(text[place + 1] & 63)
    if first < 0xE0 { return ((first & 31) << 6 | second, place + 2) }
    let third = UInt32(text[place + 2] & 63)
    if first < 0xF0 { return ((first & 15) << 12 | second << 6 | third, place + 3) }
    return ((first & 7) << 18 | second << 12 | third << 6 | UInt32(text[place + 3] & 63), place + 4)
  }

  /// Characters that join words into a compound when a word follows: `_ - . / \ : @ #`.
  @inline(__always)
  static func isConnector(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x5F, 0x2D, 0x2E, 0x2F, 0x5C, 0x3A, 0x40, 0x23: true
    default: false
    }
  }

  func kind(of scalar: UInt32) -> CharacterKind { table.kind(of: scalar) }
}
