/// Reads queries as the documents were read. One belongs to one thread at a time.
final class QueryReader {
  private let tokenizers: [Tokenizer]
  private let synonyms: SynonymTable
  private var tokens = TokenBuffer()

  init(_ configuration: KeywordConfiguration, synonyms: SynonymTable) {
    tokenizers = configuration.languages.map(Tokenizer.init)
    self.synonyms = synonyms
    tokens.keepsWords = true
  }

  /// The terms that a slip of the finger near its end may have spoilt, in any of the languages.
  func stemsNear(_ word: [UInt8]) -> [TermKey] {
    var stems: [TermKey] = []
    for tokenizer in tokenizers { stems += tokenizer.stemsNear(word) }
    return stems
  }

  func read(_ text: String) -> ParsedQuery {
    var query = ParsedQuery()
    let quoted = Self.quotations(in: text)
    var words: [[TermKey]] = []
    for tokenizer in tokenizers {
      tokens.removeAll()
      tokenizer.tokenize(text, into: &tokens)
      let isFirst = tokenizer === tokenizers[0]
      var keys: [TermKey] = []
      for (place, token) in tokens.tokens.enumerated() {
        let key = TermKey(Array(tokens.term(token)))
        switch token.kind {
        case .word:
          keys.append(key)
          addOnce(key, isFirst: isFirst, boost: 1, word: tokens.words[place], to: &query)
        case .whole:
          let whole = Array(tokens.term(token))
          addOnce(key, isFirst: isFirst, boost: ParsedQuery.Boost.whole, word: whole, to: &query)
        case .pair:
          keys.append(key)
          addOnce(key, isFirst: isFirst, boost: 1, word: nil, to: &query)
        case .character where token.isAlone:
          addOnce(key, isFirst: isFirst, boost: 1, word: nil, to: &query)
        case .character: break
        }
      }
      words.append(keys)
    }
    for phrase in quoted { addPhrase(phrase, to: &query) }
    for keys in words {
      for synonym in synonyms.synonyms(in: keys) where !query.contains(synonym.key) {
        query.add(synonym.key, boost: synonym.boost, word: nil)
      }
    }
    return query
  }

  /// The terms of another language count once, however often they occur and whether or not the first has them.
  private func addOnce(
    _ key: TermKey, isFirst: Bool, boost: Float, word: [UInt8]?, to query: inout ParsedQuery
  ) {
    if isFirst || !query.contains(key) { query.add(key, boost: boost, word: word) }
  }

  private func addPhrase(_ text: String, to query: inout ParsedQuery) {
    var phrase = ParsedQuery.Phrase(surfaces: [], words: [])
    for tokenizer in tokenizers {
      tokens.removeAll()
      tokenizer.tokenize(text, into: &tokens)
      let words = tokens.tokens.filter { $0.surface != 0 }
      if phrase.surfaces.isEmpty {
        phrase.surfaces = words.map(\.surface)
        phrase.words = words.map { _ in [] }
      }
      // Surfaces do not depend on the language, so that each finds the same words.
      for (place, word) in words.enumerated() where place < phrase.words.count {
        let key = TermKey(Array(tokens.term(word)))
        if !phrase.words[place].contains(key) { phrase.words[place].append(key) }
      }
    }
    query.add(phrase)
  }

  /// What stands between quotation marks. A mark that is left open quotes nothing.
  static func quotations(in text: String) -> [String] {
    var quoted: [String] = []
    var current: String.UnicodeScalarView?
    var closing: Unicode.Scalar = "\""
    for scalar in text.unicodeScalars {
      if var inside = current {
        if scalar == closing || (closing == "”" && scalar == "“") {
          quoted.append(String(inside))
          current = nil
        } else {
          inside.append(scalar)
          current = inside
        }
        continue
      }
      switch scalar {
      case "\"": closing = "\""
      case "“", "„": closing = "”"
      case "«": closing = "»"
      case "「": closing = "」"
      case "『": closing = "』"
      default: continue
      }
      current = String.UnicodeScalarView()
    }
    return quoted
  }
}
