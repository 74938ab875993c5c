public import Model
public import Storage

// Keyword search by SQLite's own full-text index. All there is of it outside this file is the table `memory_words` and
// its triggers in the schema.

extension SQLiteStore {
  public func search(_ query: KeywordQuery, in scope: Scope) async throws(StorageError) -> [KeywordHit] {
    let words = SearchWords(query.text)
    if words.isEmpty || query.limit <= 0 { return [] }
    return try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [] }
      let conditions = FilterConditions(query.filter, in: context)
      // Weights by column: the context's own word counts for nothing, a summary twice as much as the content. The
      // function is best when it is least, and never 0.
      return try session.rows(
        """
        SELECT memory.id, -bm25(memory_words, 0.0, 2.0, 2.0, 1.0) AS score
        FROM memory_words JOIN memory ON memory.row = memory_words.rowid
        WHERE memory_words MATCH ? AND memory.context = ? AND memory.deleted_at IS NULL\(conditions.sql)
        ORDER BY score DESC, memory.id LIMIT ?
        """,
        [.text(words.expression(in: context)), context.value] + conditions.values + [.count(query.limit)]
      ) { (row) throws(StorageError) in KeywordHit(memory: try row.id(), score: row.real()) }
    }
  }
}

/// The different words of a question, at most 1,024 of them.
///
/// A word is a run of letters and digits, with the marks on them. The full-text index looks at each again, by its own
/// rules for case and accents.
struct SearchWords {
  private(set) var words: [String] = []

  var isEmpty: Bool { words.isEmpty }

  init(_ text: String) {
    var seen: Set<String> = []
    var word = String.UnicodeScalarView()
    func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
        .decimalNumber,
        .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .enclosingMark, .privateUse:
        true
      default: false
      }
    }
    func finish() {
      if word.isEmpty { return }
      let text = String(word)
      if seen.insert(text.lowercased()).inserted { words.append(text) }
      word = String.UnicodeScalarView()
    }
    for scalar in text.unicodeScalars {
      if isWordScalar(scalar) {
        word.append(scalar)
        continue
      }
      finish()
      if words.count >= 1_024 { return }
    }
    finish()
  }

  /// The question in the language of the full-text index. Each word stands in quotes, and none contains one, so
  /// nothing in it is read as syntax.
  func expression(in context: OpenContext) -> String {
    let alternatives = words.map { "\"\($0)\"" }.joined(separator: " OR ")
    return "scope : \"c\(context.row)\" AND {summary context_summary content} : (\(alternatives))"
  }
}
