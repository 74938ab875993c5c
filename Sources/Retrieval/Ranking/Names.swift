internal import JSON
internal import Model

/// Names in texts and in structured details, recognised by their form alone.
enum Names {
  /// Who or what a memory is about by its details and by the way in which it begins: short texts in `details`
  /// (`{"speaker": "Ana"}`), and `Ana: …` or `[date] Ana: …` at the front of the summary.
  static func participants(of memory: Memory) -> Set<String> {
    var names: Set<String> = []
    for (key, value) in memory.details where key != "resource_id" {
      for text in value.stringValue.map({ [$0] }) ?? value.arrayValue?.compactMap(\.stringValue) ?? [] {
        if let name = name(text) { names.insert(name) }
      }
    }
    if let speaker = speaker(of: memory.summary), let name = name(speaker) { names.insert(name) }
    return names
  }

  /// The names in a query, folded: those of its words that `known` contains.
  static func mentioned(in query: String, known: (String) -> Bool) -> Set<String> {
    Set(words(query).map(folded).filter(known))
  }

  /// The query without names, unless hardly anything would be left of it.
  static func removing(_ names: Set<String>, from query: String) -> String {
    guard !names.isEmpty else { return query }
    let rest = words(query).filter { !names.contains(folded($0)) }
    return rest.count < 2 ? query : rest.joined(separator: " ")
  }

  /// A word in lower case, without the ending of a possessive.
  private static func folded(_ word: String) -> String {
    let lower = word.lowercased()
    return lower.hasSuffix("'s") ? String(lower.dropLast(2)) : lower
  }

  /// The words of a text with their apostrophes.
  static func words(_ text: String) -> [String] {
    text.replacing("’", with: "'").split { !$0.isLetter && !$0.isNumber && $0 != "'" && $0 != "-" }.map(
      String.init)
  }

  /// A short text that begins with a capital letter and is nothing but words is taken for a name.
  private static func name(_ text: some StringProtocol) -> String? {
    guard text.utf8.count <= 40, let first = text.first, first.isUppercase else { return nil }
    guard text.allSatisfy({ $0.isLetter || $0 == " " || $0 == "-" || $0 == "'" || $0 == "." }) else {
      return nil
    }
    return text.lowercased()
  }

  /// `Ana` in `Ana: we ship on Friday` and in `[8 May 2023] Ana: we ship on Friday`.
  static func speaker(of summary: String) -> Substring? {
    var text = summary[...]
    if text.first == "[", let end = text.firstIndex(of: "]") {
      text = text[text.index(after: end)...].drop { $0 == " " }
    }
    guard let colon = text.prefix(41).firstIndex(of: ":") else { return nil }
    return text[..<colon]
  }
}
