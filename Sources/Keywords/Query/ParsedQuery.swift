/// A query as terms and phrases, before it is known how common they are.
struct ParsedQuery {
  struct Term {
    var key: TermKey
    /// What it counts, 1 for a word.
    var boost: Float
    /// The word as it was typed, folded, if another spelling of it may be meant.
    var word: [UInt8]?
  }

  struct Phrase {
    /// The words before stemming.
    var surfaces: [UInt16]
    /// For each word the terms that it is indexed under, one per language.
    var words: [[TermKey]]
  }

  private(set) var terms: [Term] = []
  private(set) var phrases: [Phrase] = []
  private var places: [TermKey: Int] = [:]

  /// More terms than these are not looked for: a query is a question, not a book.
  static let termLimit = 192
  static let phraseLimit = 16

  /// What counts how much beside a word's 1.
  enum Boost {
    /// An identifier, path or version that was typed as it is written.
    static let whole: Float = 1.5
    static let synonym: Float = 0.6
    /// A word with one letter changed, for a word that nobody uses.
    static let correction: Float = 0.6
    /// The same for a word that hardly anybody uses.
    static let doubt: Float = 0.3
    /// A phrase, times what its words count.
    static let phrase: Float = 0.6
  }

  /// Adds a term; one that is there already counts more, up to twice.
  mutating func add(_ key: TermKey, boost: Float, word: [UInt8]?) {
    if let place = places[key] {
      terms[place].boost = min(max(2, terms[place].boost), terms[place].boost + boost / 2)
    } else if terms.count < Self.termLimit {
      places[key] = terms.count
      terms.append(Term(key: key, boost: boost, word: word))
    }
  }

  mutating func add(_ phrase: Phrase) {
    if phrases.count < Self.phraseLimit, !phrase.surfaces.isEmpty { phrases.append(phrase) }
  }

  func contains(_ key: TermKey) -> Bool { places[key] != nil }
}
