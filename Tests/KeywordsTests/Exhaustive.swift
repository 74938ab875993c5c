@testable import Keywords

/// Scores every document by looking at every posting: what the index must agree with to the last bit.
enum Exhaustive {
  static func search(
    _ text: String, in snapshot: KeywordSnapshot, limit: Int, admits: (UInt32) -> Bool = { _ in true }
  ) -> [KeywordHit] {
    let query = snapshot.tools.withScratch { ResolvedQuery($0.reader.read(text), in: snapshot, scratch: $0) }
    var scores: [(number: UInt32, score: UInt32)] = []
    for (place, part) in snapshot.parts.enumerated() {
      var sums = [UInt32](repeating: 0, count: part.segment.documentCount)
      for term in query.terms {
        guard let record = term.records[place] else { continue }
        part.segment.forEachPosting(record) { sums[$0] += UInt32($1) * UInt32(term.weight) }
      }
      for phrase in query.phrases {
        for posting in phrase.postings[place] { sums[Int(posting >> 8)] += 255 * phrase.weight }
      }
      for (document, sum) in sums.enumerated() where sum > 0 && !part.deleted.contains(document) {
        scores.append((part.segment.numbers[document], sum))
      }
    }
    let norm = LengthNorm(snapshot.tools.configuration, averageLength: snapshot.averageLength)
    for (place, part) in snapshot.tails.enumerated() {
      var sums = [UInt32](repeating: 0, count: part.count)
      part.tail.reading { table, _ in
        for term in query.terms {
          guard let tailPlace = term.tailPlaces[place] else { continue }
          table.withPostings(of: tailPlace, below: part.count) { postings in
            for posting in postings {
              let document = Int(posting >> 8)
              sums[document] += impact(posting & 255, part.tail.lengths[document], norm) * UInt32(term.weight)
            }
          }
        }
      }
      for phrase in query.phrases {
        for posting in phrase.tailPostings[place] { sums[Int(posting >> 8)] += 255 * phrase.weight }
      }
      for (document, sum) in sums.enumerated() where sum > 0 && !part.deleted.contains(document) {
        scores.append((part.tail.numbers[document], sum))
      }
    }
    // A stable order: enumeration is by age, and the sort compares ages among equals.
    let ranked = scores.enumerated().filter { admits($0.element.number) }
      .sorted {
        $0.element.score != $1.element.score ? $0.element.score > $1.element.score : $0.offset < $1.offset
      }
    let unit = (Float(snapshot.tools.configuration.saturation) + 1) / (255 * query.scale)
    return ranked.prefix(limit).map {
      KeywordHit(number: $0.element.number, score: Float($0.element.score) * unit)
    }
  }

  static func impact(_ frequency: UInt32, _ length: UInt32, _ norm: LengthNorm) -> UInt32 {
    let times = Float(frequency)
    let value = 255 * times / (times + (norm.base + norm.slope * Float(length))) + 0.5
    return UInt32(min(255, max(1, value)))
  }
}

/// Repeatable randomness.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Texts whose words are as unevenly common as those of a language.
struct RandomTexts {
  var random: SeededRandom
  let vocabulary: Int

  init(seed: UInt64, vocabulary: Int = 3000) {
    random = SeededRandom(seed)
    self.vocabulary = vocabulary
  }

  mutating func word() -> String {
    let rank = Int(Double(vocabulary).power(Double.random(in: 0..<1, using: &random)))
    return Self.word(rank)
  }

  /// No English suffixes: each rank has a stem of its own.
  static func word(_ rank: Int) -> String {
    var word = "k"
    var rest = rank
    repeat {
      word.append(["ab", "ok", "um", "ix", "ap", "og", "ur", "im"][rest % 8])
      rest /= 8
    } while rest > 0
    return word + "ba"
  }

  mutating func text(words: ClosedRange<Int>) -> String {
    (0..<Int.random(in: words, using: &random)).map { _ in word() }.joined(separator: " ")
  }
}

extension Double {
  fileprivate func power(_ exponent: Double) -> Double {
    // exp(exponent * log(self)) by squaring the fraction's bits: enough for choosing ranks, and without Glibc.
    var result = 1.0
    var root = self
    var rest = exponent
    for _ in 0..<24 {
      root = root.squareRoot()
      rest *= 2
      if rest >= 1 {
        result *= root
        rest -= 1
      }
    }
    return result
  }
}
