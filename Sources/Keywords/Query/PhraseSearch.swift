/// Finds the documents that have words in a given order, as they are written.
///
/// The documents of the rarest word are read, word by word; words are compared by their surfaces of 16 bits, so that
/// about one in 65,000 words passes for another. That is good enough for what only lifts a document in the ranking.
struct PhraseSearch {
  private let phrase: ParsedQuery.Phrase
  private let snapshot: KeywordSnapshot
  private let rarest: [TermKey]

  /// Nil when no document can have the phrase, or when it is a single word that so many have that it says nothing.
  init?(_ phrase: ParsedQuery.Phrase, in snapshot: KeywordSnapshot) {
    var rarest: (keys: [TermKey], count: Int)?
    for keys in phrase.words {
      let count = keys.reduce(0) { $0 + ResolvedQuery.count($1, in: snapshot) }
      if count == 0 { return nil }
      if count < rarest?.count ?? .max { rarest = (keys, count) }
    }
    guard let rarest else { return nil }
    if phrase.surfaces.count == 1, rarest.count * 8 > snapshot.weighedCount, rarest.count > 64 { return nil }
    self.phrase = phrase
    self.snapshot = snapshot
    self.rarest = rarest.keys
  }

  /// The postings of each part and tail. Nil when there are none.
  func run() -> (parts: [[UInt32]], tails: [[UInt32]])? {
    var isEmpty = true
    var parts: [[UInt32]] = []
    for part in snapshot.parts {
      var documents: [UInt32] = []
      for key in rarest {
        guard let record = part.segment.find(key) else { continue }
        part.segment.forEachPosting(record) { document, _ in
          if has(part.segment.surfaces(of: document)) { documents.append(UInt32(document)) }
        }
      }
      parts.append(postings(of: documents))
      isEmpty = isEmpty && documents.isEmpty
    }
    var tails: [[UInt32]] = []
    for part in snapshot.tails {
      var documents: [UInt32] = []
      part.tail.reading { table, surfaces in
        for key in rarest {
          guard let place = table.find(key) else { continue }
          table.withPostings(of: place, below: part.count) { entries in
            for entry in entries where has(surfaces[Int(entry >> 8)]) { documents.append(entry >> 8) }
          }
        }
      }
      tails.append(postings(of: documents))
      isEmpty = isEmpty && documents.isEmpty
    }
    return isEmpty ? nil : (parts, tails)
  }

  /// In order, each once: a document may have come under the terms of two languages.
  private func postings(of documents: [UInt32]) -> [UInt32] {
    var sorted = rarest.count > 1 ? documents.sorted() : documents
    if rarest.count > 1 {
      var last: UInt32?
      sorted.removeAll { document in
        defer { last = document }
        return document == last
      }
    }
    return sorted.map { $0 << 8 | 255 }
  }

  private func has(_ text: UnsafeBufferPointer<UInt16>) -> Bool {
    phrase.surfaces.withUnsafeBufferPointer { words in
      guard text.count >= words.count else { return false }
      let last = text.count - words.count
      let first = words[0]
      var place = 0
      while place <= last {
        if text[place] == first {
          var next = 1
          while next < words.count, text[place + next] == words[next] { next += 1 }
          if next == words.count { return true }
        }
        place += 1
      }
      return false
    }
  }
}
