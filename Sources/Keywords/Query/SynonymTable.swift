/// Words and short phrases that mean the same, as terms.
struct SynonymTable: Sendable {
  struct Synonym {
    var key: TermKey
    var boost: Float
  }

  /// The groups by the first term of each of their members.
  private var groups: [[[TermKey]]] = []
  private var byFirst: [TermKey: [(group: Int, member: Int)]] = [:]

  init(_ configuration: KeywordConfiguration) {
    for language in configuration.languages {
      let tokenizer = Tokenizer(language: language)
      for group in configuration.synonyms {
        var members: [[TermKey]] = []
        for text in group {
          var tokens = TokenBuffer()
          tokenizer.tokenize(text, into: &tokens)
          let isLone = tokens.tokens.count == 1
          let keys = tokens.tokens.filter { $0.kind == .word || $0.kind == .pair || isLone }
            .map { TermKey(Array(tokens.term($0))) }
          if !keys.isEmpty, !members.contains(keys) { members.append(keys) }
        }
        guard members.count > 1 else { continue }
        for (place, member) in members.enumerated() {
          byFirst[member[0], default: []].append((groups.count, place))
        }
        groups.append(members)
      }
    }
  }

  /// What else the words of a query may be called. The words of a longer synonym share its weight.
  func synonyms(in words: [TermKey]) -> [Synonym] {
    if groups.isEmpty { return [] }
    var found: [Synonym] = []
    for (place, word) in words.enumerated() {
      for (group, member) in byFirst[word] ?? [] where words[place...].starts(with: groups[group][member]) {
        for (other, keys) in groups[group].enumerated() where other != member {
          let boost = ParsedQuery.Boost.synonym / Float(keys.count).squareRoot()
          for key in keys { found.append(Synonym(key: key, boost: boost)) }
        }
      }
    }
    return found
  }
}
