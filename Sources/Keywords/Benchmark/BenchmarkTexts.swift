import Glibc

/// Made-up documents and questions, the same for every engine and every run: 200,000 words as unevenly common as those
/// of a language (Zipf, exponent 1), 40 words a document on average; a question has 2 to 5 words of one document and 3
/// to 7 of the sixty most common.
package struct BenchmarkTexts {
  private var state: UInt64
  private let cumulative: [Double]
  private static let vocabulary = 200_000

  package init(seed: UInt64) {
    state = seed
    var sums: [Double] = []
    sums.reserveCapacity(Self.vocabulary)
    var sum = 0.0
    for rank in 1...Self.vocabulary {
      sum += 1 / Double(rank)
      sums.append(sum)
    }
    cumulative = sums
  }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private mutating func fraction() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(fraction() * Double(range.count))
  }

  private mutating func rank() -> Int {
    let target = fraction() * (cumulative.last ?? 1)
    var (low, high) = (0, cumulative.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] < target { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// A word for each rank, of letters only, so that every tokenizer agrees about it.
  private static func word(_ rank: Int) -> String {
    var rest = rank
    var letters: [UInt8] = []
    repeat {
      letters.append(contentsOf: [
        [0x62, 0x64, 0x66, 0x67, 0x6B, 0x6C, 0x6D, 0x6E][rest % 8], [0x61, 0x6F, 0x75][rest / 8 % 3],
      ])
      rest /= 24
    } while rest > 0
    return String(decoding: letters + [0x78], as: UTF8.self)
  }

  package mutating func documents(_ count: Int) -> [String] {
    let words = (0..<Self.vocabulary).map(Self.word)
    return (0..<count).map { _ in
      (0..<number(10...69)).map { _ in words[rank()] }.joined(separator: " ")
    }
  }

  package mutating func questions(_ count: Int, about documents: [String]) -> [String] {
    (0..<count).map { _ in
      let words = documents[number(0...documents.count - 1)].split(separator: " ").map(String.init)
      var question = (0..<number(2...5)).map { _ in words[number(0...words.count - 1)] }
      for _ in 0..<number(3...7) { question.append(Self.word(number(0...59))) }
      return question.joined(separator: " ")
    }
  }
}
