internal import CStemmer

/// Snowball's stemmer of one language. Not for use by two threads at once.
final class Stemmer {
  private let stemmer: OpaquePointer

  /// The stemmer by Snowball's name for the language; nil if the library has none.
  init?(_ name: String) {
    guard let stemmer = sb_stemmer_new(name, "UTF_8") else { return nil }
    self.stemmer = stemmer
  }

  deinit { sb_stemmer_delete(stemmer) }

  /// Calls `body` with the stem of a word in lower case, in memory that the next call overwrites.
  func withStem<Result>(of word: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result)
    -> Result
  {
    // Null means that memory ran out: the word itself is a fair stem.
    guard let stem = sb_stemmer_stem(stemmer, word.baseAddress, Int32(word.count)) else { return body(word) }
    let length = Int(sb_stemmer_length(stemmer))
    return length == 0 ? body(word) : body(UnsafeBufferPointer(start: stem, count: length))
  }
}

/// The stemmers that a text needs, made when first met, and what they answered lately.
final class Stemming {
  private let configured: Language
  private var stemmers: [String: Stemmer?] = [:]
  private var memory = [Remembered](repeating: Remembered(), count: 2048)

  /// A word of at most 15 bytes and its stem, each with its length in the last byte.
  private struct Remembered {
    var word: (UInt64, UInt64) = (0, 0)
    var stem: (UInt64, UInt64) = (0, 0)
  }

  init(_ language: Language) { configured = language }

  /// Appends the stem of `word` to `bytes`, folded. `lowered` is the word with its accents, if it had any.
  func append(stemOf word: UnsafeBufferPointer<UInt8>, lowered: [UInt8]?, to bytes: inout [UInt8]) {
    guard word.count >= 4, let name = stemmerName(for: word) else {
      bytes.append(contentsOf: word)
      return
    }
    if lowered == nil, word.count <= 15 {
      let key = Self.pack(word)
      let place = Int(
        truncatingIfNeeded: (key.0 &* 0x9E37_79B9_7F4A_7C15 ^ key.1 &* 0xC2B2_AE3D_27D4_EB4F) >> 53)
      if memory[place].word == key {
        Self.unpack(memory[place].stem, to: &bytes)
        return
      }
      let start = bytes.count
      stem(word, name: name, to: &bytes)
      let length = bytes.count - start
      if length <= 15 {
        let stem = bytes.withUnsafeBufferPointer { Self.pack(UnsafeBufferPointer(rebasing: $0[start...])) }
        memory[place] = Remembered(word: key, stem: stem)
      }
    } else if let lowered, configured.stemsBeforeFolding, name == configured.rawValue {
      var stem: [UInt8] = []
      lowered.withUnsafeBufferPointer { self.stem($0, name: name, to: &stem) }
      bytes.append(contentsOf: Folding.shared.fold(stem))
    } else {
      stem(word, name: name, to: &bytes)
    }
  }

  private func stem(_ word: UnsafeBufferPointer<UInt8>, name: String, to bytes: inout [UInt8]) {
    let stemmer: Stemmer?
    if let known = stemmers[name] {
      stemmer = known
    } else {
      stemmer = Stemmer(name)
      stemmers[name] = .some(stemmer)
    }
    guard let stemmer else {
      bytes.append(contentsOf: word)
      return
    }
    stemmer.withStem(of: word) { bytes.append(contentsOf: $0) }
  }

  /// By the first letter's script.
  private func stemmerName(for word: UnsafeBufferPointer<UInt8>) -> String? {
    switch (word[0], word[1]) {
    case (0..<0x80, _), (0xC3...0xC9, _): configured == .none ? nil : configured.rawValue
    case (0xCD...0xCF, _): "greek"
    case (0xD0...0xD3, _): "russian"
    case (0xD4...0xD6, _) where word[0] < 0xD6 || word[1] < 0x90: "armenian"
    case (0xD8...0xDB, _): "arabic"
    case (0xE0, 0xA4...0xA5): "hindi"
    case (0xE0, 0xAE...0xAF): "tamil"
    case (0xE1, 0xB8...0xBB): configured == .none ? nil : configured.rawValue
    default: nil
    }
  }

  private static func pack(_ word: UnsafeBufferPointer<UInt8>) -> (UInt64, UInt64) {
    var low: UInt64 = 0
    var high = UInt64(word.count) << 56
    for place in 0..<word.count {
      if place < 8 {
        low |= UInt64(word[place]) << UInt64(8 * place)
      } else {
        high |= UInt64(word[place]) << UInt64(8 * (place - 8))
      }
    }
    return (low, high)
  }

  private static func unpack(_ packed: (UInt64, UInt64), to bytes: inout [UInt8]) {
    let count = Int(packed.1 >> 56)
    for place in 0..<count {
      let word = place < 8 ? packed.0 : packed.1
      bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * (place & 7))))
    }
  }
}
