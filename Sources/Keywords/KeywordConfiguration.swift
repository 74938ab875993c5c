/// How an index reads text and weighs words. Another configuration needs another index: rebuild from the rows.
public struct KeywordConfiguration: Sendable, Hashable {
  /// How soon more occurrences of a word in a document stop to count; BM25's k1. Greater than 0.
  public var saturation = 1.2
  /// How much long documents are held back, 0...1; BM25's b.
  public var lengthNormalization = 0.75
  /// What a word counts in each field, 1...8, in the order in which a document's fields are passed; 1 for further ones.
  public var fieldWeights = [2, 1, 1]
  /// The languages of the texts in Latin script. Of several, each document is read as the one that its small words
  /// tell, the first in doubt, and a query as all of them.
  public var languages: [Language] = [.english]
  /// Groups of words or short phrases that mean the same. They may change without a rebuild.
  public var synonyms: [[String]] = []

  public init() {}

  /// Equal for configurations whose indexes may read each other's files.
  var fingerprint: UInt64 {
    var text = "tokens 1;\(saturation);\(lengthNormalization);"
    for weight in fieldWeights { text += "\(weight)," }
    for language in languages { text += ";\(language.rawValue)" }
    var utf8 = text
    return utf8.withUTF8 { TermHash.hash($0) }
  }
}
