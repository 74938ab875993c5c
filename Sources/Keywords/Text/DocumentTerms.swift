/// The terms of one document, counted and weighted: what an index takes in.
struct DocumentTerms {
  struct Term {
    var hash: UInt64
    var offset: UInt32
    var length: UInt16
    /// How often it occurs, each time counted with its field's weight; 255 at most.
    var frequency: UInt8
  }

  private(set) var bytes: [UInt8] = []
  private(set) var terms: [Term] = []
  /// The number of places in the text, each counted with its field's weight.
  private(set) var length: UInt32 = 0
  /// The surfaces of the words, in order, 0 between fields.
  private(set) var surfaces: [UInt16] = []

  /// Longer documents lose their phrases beyond this many words, never their terms.
  static let longestSurfaces = 1 << 16
}

/// Counts the terms of documents. One belongs to one thread at a time.
final class DocumentReader {
  private let tokenizers: [Tokenizer]
  private let telltales: [Set<String>]
  private let weights: [Int]
  private var tokens = TokenBuffer()
  /// An open hash table of places in `terms`, plus one; cleared by walking the terms.
  private var slots = [UInt32](repeating: 0, count: 256)

  init(_ configuration: KeywordConfiguration) {
    tokenizers = configuration.languages.map(Tokenizer.init)
    telltales = configuration.languages.map(\.telltales)
    weights = configuration.fieldWeights
  }

  /// The terms of a document whose fields are `fields`, in the order of the configured weights.
  func read(_ fields: [String]) -> DocumentTerms {
    var document = DocumentTerms()
    let tokenizer = tokenizers.count == 1 ? tokenizers[0] : tokenizers[language(of: fields)]
    for (place, field) in fields.enumerated() {
      tokens.removeAll()
      tokenizer.tokenize(field, into: &tokens)
      if place > 0 { document.endField() }
      for token in tokens.tokens {
        document.add(
          token, of: tokens, weight: place < weights.count ? weights[place] : 1, slots: &slots)
      }
    }
    document.clear(&slots)
    return document
  }

  /// The place of the language that most of the small words are of; the first if none is.
  private func language(of fields: [String]) -> Int {
    var counts = [Int](repeating: 0, count: tokenizers.count)
    for field in fields {
      for word in field.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }) where word.count <= 8 {
        let folded = String(decoding: Folding.shared.fold(word), as: UTF8.self)
        for place in telltales.indices where telltales[place].contains(folded) { counts[place] += 1 }
      }
    }
    var best = 0
    for place in counts.indices where counts[place] > counts[best] { best = place }
    return best
  }
}

extension DocumentTerms {
  fileprivate mutating func endField() {
    if surfaces.last ?? 0 != 0 { surfaces.append(0) }
  }

  fileprivate mutating func add(
    _ token: TokenBuffer.Token, of tokens: TokenBuffer, weight: Int, slots: inout [UInt32]
  ) {
    if token.surface != 0 {
      length &+= UInt32(weight)
      if surfaces.count < Self.longestSurfaces { surfaces.append(token.surface) }
    }
    if terms.count * 2 >= slots.count { grow(&slots) }
    var slot = Int(truncatingIfNeeded: token.hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if terms[place].hash == token.hash, isSame(place, token, of: tokens) {
        terms[place].frequency = UInt8(min(255, Int(terms[place].frequency) + weight))
        return
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    terms.append(
      Term(
        hash: token.hash, offset: UInt32(bytes.count), length: token.length,
        frequency: UInt8(min(255, weight))))
    bytes.append(contentsOf: tokens.term(token))
    slots[slot] = UInt32(terms.count)
  }

  private func isSame(_ place: Int, _ token: TokenBuffer.Token, of tokens: TokenBuffer) -> Bool {
    let term = terms[place]
    guard term.length == token.length else { return false }
    let (mine, theirs) = (Int(term.offset), Int(token.offset))
    for byte in 0..<Int(term.length) where bytes[mine + byte] != tokens.bytes[theirs + byte] { return false }
    return true
  }

  private func grow(_ slots: inout [UInt32]) {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for (place, term) in terms.enumerated() {
      var slot = Int(truncatingIfNeeded: term.hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(place + 1)
    }
  }

  fileprivate func clear(_ slots: inout [UInt32]) {
    if slots.count > 4096 {
      slots = [UInt32](repeating: 0, count: 256)
    } else {
      for place in slots.indices { slots[place] = 0 }
    }
  }
}
