internal import Foundation
public import Model
public import Storage

extension ReferenceStore {
  public func search(_ query: KeywordQuery, in scope: Scope) async throws(StorageError) -> [KeywordHit] {
    let wanted = Set(words(of: query.text))
    let hits = world.living(in: scope).filter(query.filter.admits)
      .compactMap { memory -> KeywordHit? in
        let summaries = words(of: memory.summary) + words(of: memory.contextSummary ?? "")
        let content = words(of: memory.content)
        let score = 2 * summaries.count(where: wanted.contains) + content.count(where: wanted.contains)
        return score > 0 ? KeywordHit(memory: memory.id, score: Double(score)) : nil
      }
      .sorted { ($1.score, $0.memory) < ($0.score, $1.memory) }
    return Array(hits.prefix(max(0, query.limit)))
  }
}

/// The words of a text in order, without case and accents: runs of letters, digits, and marks on them.
private func words(of text: String) -> [String] {
  let plain = text.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars
  return plain.split { scalar in
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .nonspacingMark, .privateUse:
      false
    default: true
    }
  }
  .map { word in
    String(String.UnicodeScalarView(word.filter { $0.properties.generalCategory != .nonspacingMark }))
  }
  .filter { !$0.isEmpty }
}
