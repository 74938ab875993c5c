/// BERT's tokenizer for lower-cased models: text to the identifiers of its pieces, equal id for id to Hugging Face's
/// `BertNormalizer`, `BertPreTokenizer` and `WordPiece`, with one deliberate difference: what looks like a special token
/// in a text (`[SEP]`, `[MASK]`) is text here, since texts are data.
///
/// The steps, in one pass over the bytes: control characters vanish, white space separates, CJK ideographs and
/// punctuation stand alone, canonical decomposition sheds accents, letters become small; then each word is cut greedily
/// into the longest pieces that the vocabulary has, or is unknown as a whole.
///
/// A value holds the buffers of a call, so that the next call allocates nothing. It is not shared between threads.
package struct WordPiece {
  package let vocabulary: Vocabulary
  /// The word being collected, normalised, and the number of its characters.
  private var word: [UInt8] = []
  private var wordLength = 0
  private var hashes: [UInt32] = []

  /// Words of more characters are unknown, as in the original.
  private static let longestWord = 100

  package init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    word.reserveCapacity(512)
    hashes.reserveCapacity(512)
  }

  /// Appends the pieces of `text` to `tokens`, without special tokens. Stops soon after `limit` pieces; what is
  /// appended is always a beginning of the whole answer.
  package mutating func encode(_ text: String, into tokens: inout [Int32], limit: Int = .max) {
    var text = text
    text.withUTF8 { encode($0, into: &tokens, limit: limit) }
  }

  private mutating func encode(_ bytes: UnsafeBufferPointer<UInt8>, into tokens: inout [Int32], limit: Int) {
    let stop = limit == .max ? .max : tokens.count + limit
    word.removeAll(keepingCapacity: true)
    wordLength = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 0x80 {
        index += 1
        switch ASCIIKind.table[Int(byte)] {
        case .letter(let small):
          word.append(small)
          wordLength += 1
        case .space:
          endWord(&tokens)
          if tokens.count >= stop { return }
        case .mark:
          endWord(&tokens)
          word.append(byte)
          wordLength = 1
          endWord(&tokens)
        case .control:
          break
        }
      } else {
        let (scalar, length) = Self.decode(bytes, at: index)
        index += length
        take(scalar, &tokens)
      }
    }
    endWord(&tokens)
  }

  /// The scalar at `index`. Swift's strings are valid UTF-8.
  @inline(__always)
  private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (Unicode.Scalar, Int) {
    func rest(_ offset: Int) -> UInt32 { UInt32(bytes[index + offset] & 0x3f) }
    let first = UInt32(bytes[index])
    let value: UInt32
    let length: Int
    if first < 0xe0 {
      (value, length) = ((first & 0x1f) << 6 | rest(1), 2)
    } else if first < 0xf0 {
      (value, length) = ((first & 0x0f) << 12 | rest(1) << 6 | rest(2), 3)
    } else {
      (value, length) = ((first & 0x07) << 18 | rest(1) << 12 | rest(2) << 6 | rest(3), 4)
    }
    guard let scalar = Unicode.Scalar(value) else { preconditionFailure("a string holds scalars only") }
    return (scalar, length)
  }

  private mutating func take(_ scalar: Unicode.Scalar, _ tokens: inout [Int32]) {
    switch CharacterRules.kind(of: scalar) {
    case .dropped:
      break
    case .space:
      endWord(&tokens)
    case .ideograph:
      endWord(&tokens)
      takeDecomposed(scalar, &tokens)
      endWord(&tokens)
    case .other:
      takeDecomposed(scalar, &tokens)
    }
  }

  private mutating func takeDecomposed(_ scalar: Unicode.Scalar, _ tokens: inout [Int32]) {
    CharacterRules.forEachFolded(scalar) { folded in
      if CharacterRules.isPunctuation(folded) {
        endWord(&tokens)
        append(folded)
        endWord(&tokens)
      } else {
        append(folded)
      }
    }
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    word.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    wordLength += 1
  }

  /// Cuts the collected word into pieces and starts a new one.
  @inline(__always)
  private mutating func endWord(_ tokens: inout [Int32]) {
    guard wordLength > 0 else { return }
    cutWord(&tokens)
    word.removeAll(keepingCapacity: true)
    wordLength = 0
  }

  private mutating func cutWord(_ tokens: inout [Int32]) {
    guard wordLength <= Self.longestWord else {
      tokens.append(vocabulary.unknown)
      return
    }
    let before = tokens.count
    let vocabulary = vocabulary
    word.withUnsafeBufferPointer { word in
      var start = 0
      while start < word.count {
        // The hashes of all beginnings, so that each shorter candidate costs one look-up.
        let most = min(word.count - start, vocabulary.longest)
        hashes.removeAll(keepingCapacity: true)
        var hash = Vocabulary.seed(continues: start > 0)
        for offset in 0..<most {
          hash = Vocabulary.extend(hash, word[start + offset])
          hashes.append(hash)
        }
        var length = most
        var found: Int32?
        while length > 0 {
          let end = start + length
          // A piece ends between characters, never inside one.
          if end == word.count || word[end] & 0xc0 != 0x80 {
            let piece = UnsafeBufferPointer(rebasing: word[start..<end])
            found = vocabulary.identifier(hash: hashes[length - 1], bytes: piece, continues: start > 0)
            if found != nil { break }
          }
          length -= 1
        }
        guard let found else {
          tokens.removeLast(tokens.count - before)
          tokens.append(vocabulary.unknown)
          return
        }
        tokens.append(found)
        start += length
      }
    }
  }
}

/// What an ASCII byte is to the tokenizer.
private enum ASCIIKind {
  case letter(small: UInt8)
  case space
  case mark
  case control

  static let table: [ASCIIKind] = (0..<128 as Range<UInt8>).map { byte in
    switch byte {
    case 0x09, 0x0a, 0x0d, 0x20: .space
    case 0x00..<0x20, 0x7f: .control
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): .letter(small: byte | 0x20)
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): .letter(small: byte)
    default: .mark
    }
  }
}
