internal import CKernels
import Glibc

/// A query for one snapshot: where its terms are, and what each weighs.
struct ResolvedQuery {
  struct Term {
    let key: TermKey
    let boost: Float
    /// Its record in each part.
    var records: [TermRecord?]
    /// Its place in each tail.
    var tailPlaces: [Int?]
    /// How many documents have it, deleted ones included.
    var count: Int
    /// What an impact is multiplied by, below 2^15; 0 if no document has it.
    var weight: UInt16 = 0
  }

  struct Phrase {
    /// The documents of each part, and of each tail, that have it: document << 8 | 255.
    var postings: [[UInt32]]
    var tailPostings: [[UInt32]]
    var weight: UInt32
  }

  private(set) var terms: [Term] = []
  private(set) var phrases: [Phrase] = []
  /// What a score of 1 is in units of weight times impact.
  private(set) var scale: Float = 1

  init(_ query: ParsedQuery, in snapshot: KeywordSnapshot, scratch: Scratch) {
    for term in query.terms { terms.append(Self.locate(term.key, boost: term.boost, in: snapshot)) }
    let corrector = Corrector(snapshot: snapshot, kernels: scratch.kernels, reader: scratch.reader)
    for (place, term) in query.terms.enumerated() {
      guard let word = term.word else { continue }
      for correction in corrector.corrections(of: term.key, word: word, count: terms[place].count)
      where !query.contains(correction.key) && !terms.contains(where: { $0.key == correction.key }) {
        terms.append(Self.locate(correction.key, boost: term.boost * correction.boost, in: snapshot))
      }
    }
    weigh(query.phrases, in: snapshot)
  }

  /// How many documents have a term.
  static func count(_ key: TermKey, in snapshot: KeywordSnapshot) -> Int {
    locate(key, boost: 1, in: snapshot).count
  }

  private static func locate(_ key: TermKey, boost: Float, in snapshot: KeywordSnapshot) -> Term {
    var term = Term(key: key, boost: boost, records: [], tailPlaces: [], count: 0)
    for part in snapshot.parts {
      let record = part.segment.find(key)
      term.records.append(record)
      term.count += Int(record?.count ?? 0)
    }
    for part in snapshot.tails {
      let (place, count) = part.tail.reading { table, _ -> (Int?, Int) in
        guard let place = table.find(key) else { return (nil, 0) }
        return (place, table.withPostings(of: place, below: part.count, \.count))
      }
      term.tailPlaces.append(place)
      term.count += count
    }
    return term
  }

  /// BM25's weight of a term that `count` of all documents have.
  static func rarity(_ count: Int, of all: Int) -> Float {
    let rest = Double(max(0, all - count))
    return Float(log(1 + (rest + 0.5) / (Double(count) + 0.5)))
  }

  private mutating func weigh(_ wanted: [ParsedQuery.Phrase], in snapshot: KeywordSnapshot) {
    let all = snapshot.weighedCount
    let weights = terms.map { $0.count == 0 ? 0 : $0.boost * Self.rarity($0.count, of: all) }
    scale = min(2000, 32767 / max(weights.max() ?? 0, 1e-6))
    for place in terms.indices where weights[place] > 0 {
      terms[place].weight = UInt16(min(32767, max(1, (weights[place] * scale).rounded())))
    }
    for phrase in wanted {
      guard let found = PhraseSearch(phrase, in: snapshot)?.run() else { continue }
      let weight = phrase.words.reduce(Float(0)) { sum, keys in
        sum + (keys.map { rarity(of: $0, in: snapshot) }.max() ?? 0)
      }
      let scaled = min(131_068, max(1, weight * ParsedQuery.Boost.phrase * scale))
      phrases.append(Phrase(postings: found.parts, tailPostings: found.tails, weight: UInt32(scaled)))
    }
  }

  /// The characters of a script without spaces are no terms of the query where they have neighbours.
  private func rarity(of key: TermKey, in snapshot: KeywordSnapshot) -> Float {
    let known = terms.first { $0.key == key } ?? Self.locate(key, boost: 1, in: snapshot)
    return known.count == 0 ? 0 : Self.rarity(known.count, of: snapshot.weighedCount)
  }
}
