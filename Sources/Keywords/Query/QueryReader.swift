/// Reads queries as the documents were read. One belongs to one thread at a time.
final class QueryReader {
  private let tokenizers: [Tokenizer]
  private let synonyms: SynonymTable
  private var tokens = TokenBuffer()

  init(_ configuration: KeywordConfiguration, synonyms: SynonymTable) {
    tokenizers = configuration.languages.map(Tokenizer.init)
    self.synonyms = synonyms
  }

  func read(_ text: String) -> ParsedQuery {
    var query = ParsedQuery()
    let (quoted, _) = Self.quotations(in: text)
    var words: [[TermKey]] = []
    for tokenizer in tokenizers {
      tokens.removeAll()
      tokenizer.tokenize(text, into: &tokens)
      var keys: [TermKey] = []
      for token in tokens.tokens {
        let key = TermKey(Array(tokens.term(token)))
        switch token.kind {
        case .word:
          keys.append(key)
          addOnce(key, isFirst: tokenizer === tokenizers[0], boost: 1, isCorrectable: true, to: &query)
        case .whole:
          addOnce(
            key, isFirst: tokenizer === tokenizers[0], boost: ParsedQuery.Boost.whole, isCorrectable: true,
            to: &query)
        case .pair:
          keys.append(key)
          addOnce(key, isFirst: tokenizer === tokenizers[0], boost: 1, isCorrectable: false, to: &query)
        case .character where token.isAlone:
          addOnce(key, isFirst: tokenizer === tokenizers[0], boost: 1, isCorrectable: false, to: &query)
        case .character: break
        }
      }
      words.append(keys)
    }
    for phrase in quoted { addPhrase(phrase, to: &query) }
    for keys in words {
      for synonym in synonyms.synonyms(in: keys) where !query.contains(synonym.key) {
        query.add(synonym.key, boost: synonym.boost, isCorrectable: false)
      }
    }
    return query
  }

  /// The terms of another language count once, however often they occur and whether or not the first has them.
  private func addOnce(
    _ key: TermKey, isFirst: Bool, boost: Float, isCorrectable: Bool, to query: inout ParsedQuery
  ) {
    if isFirst || !query.contains(key) { query.add(key, boost: boost, isCorrectable: isCorrectable) }
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

  /// What stands between quotation marks, and whether a mark was left open.
  static func quotations(in text: String) -> (quoted: [String], isOpen: Bool) {
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
    return (quoted, current != nil)
  }
}
