import CKernels
import Testing

@testable import Keywords

@Suite struct ExactnessTests {
  /// A life: inserts, updates and deletes in batches, with upkeep now and then.
  private func index(
    seed: UInt64, documents: Int, upkeep: Bool, kernelSet: CKernels_KeywordSet? = nil
  ) throws -> (KeywordIndex, RandomTexts) {
    var texts = RandomTexts(seed: seed)
    let tools = SearchTools(KeywordConfiguration(), kernelSet: kernelSet)
    let index = KeywordIndex(tools: tools, parts: [], sequence: 0, reference: nil)
    var written: UInt32 = 0
    var sequence: UInt64 = 0
    while written < documents {
      var changes: [KeywordChange] = []
      for _ in 0..<Int.random(in: 1...700, using: &texts.random) {
        switch Int.random(in: 0..<20, using: &texts.random) {
        case 0 where written > 0: changes.append(.delete(.random(in: 0..<written, using: &texts.random)))
        case 1 where written > 0:
          changes.append(.upsert(.random(in: 0..<written, using: &texts.random), fields: fields(&texts)))
        default:
          changes.append(.upsert(written, fields: fields(&texts)))
          written += 1
        }
      }
      sequence += UInt64(changes.count)
      if index.apply(changes, sequence: sequence), upkeep, Bool.random(using: &texts.random) {
        while try index.upkeep() {}
      }
    }
    return (index, texts)
  }

  private func fields(_ texts: inout RandomTexts) -> [String] {
    [texts.text(words: 1...9), "", texts.text(words: 0...30)]
  }

  private func compare(_ index: KeywordIndex, _ texts: inout RandomTexts, queries: Int) {
    let snapshot = index.snapshot()
    for _ in 0..<queries {
      var query = texts.text(words: 1...10)
      if Int.random(in: 0..<4, using: &texts.random) == 0 { query += " \"\(texts.text(words: 1...2))\"" }
      if Int.random(in: 0..<6, using: &texts.random) == 0 { query += " \(texts.word())x" }
      let limit = [1, 10, 50, 100, 300].randomElement(using: &texts.random) ?? 10
      #expect(
        snapshot.search(query, limit: limit) == Exhaustive.search(query, in: snapshot, limit: limit),
        "\(query)")
      let step = UInt32([2, 10, 100].randomElement(using: &texts.random) ?? 2)
      let admitted = NumberSet((0..<30_000).filter { $0 % step == 1 })
      let exact = Exhaustive.search(query, in: snapshot, limit: limit) { $0 % step == 1 }
      #expect(snapshot.search(query, limit: limit, filter: .among(admitted)) == exact, "\(query)")
      #expect(snapshot.search(query, limit: limit, filter: .where { $0 % step == 1 }) == exact, "\(query)")
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `the best are those of an exhaustive search, in a tail`(seed: UInt64) throws {
    var (index, texts) = try index(seed: seed, documents: 900, upkeep: false)
    compare(index, &texts, queries: 60)
  }

  @Test(arguments: [4, 5] as [UInt64])
  func `the best are those of an exhaustive search, in segments and tails`(seed: UInt64) throws {
    var (index, texts) = try index(seed: seed, documents: 20_000, upkeep: true)
    compare(index, &texts, queries: 40)
    try index.compact()
    #expect(index.snapshot().parts.count == 1)
    compare(index, &texts, queries: 40)
  }

  @Test(arguments: CKernels_KeywordSet.allSupported)
  func `every instruction set finds the same`(set: CKernels_KeywordSet) throws {
    var (one, texts) = try index(seed: 8, documents: 6000, upkeep: true, kernelSet: set)
    let (other, _) = try index(seed: 8, documents: 6000, upkeep: true, kernelSet: .keywordPortable)
    compare(one, &texts, queries: 10)
    for _ in 0..<50 {
      let query = texts.text(words: 1...10)
      #expect(one.search(query, limit: 50) == other.search(query, limit: 50))
    }
  }

  @Test func `upkeep changes no answer while nothing is deleted`() throws {
    var texts = RandomTexts(seed: 11)
    let index = KeywordIndex()
    for number in 0..<UInt32(9000) {
      index.apply([.upsert(number, fields: [texts.text(words: 1...20)])], sequence: UInt64(number))
    }
    let queries = (0..<60).map { _ in texts.text(words: 1...8) }
    let before = queries.map { index.search($0, limit: 40) }
    while try index.upkeep() {}
    #expect(queries.map { index.search($0, limit: 40) } == before)
    try index.compact()
    #expect(queries.map { index.search($0, limit: 40) } == before)
  }

  @Test func `two lives that are alike give alike answers`() throws {
    var (one, texts) = try index(seed: 21, documents: 5000, upkeep: true)
    let (other, _) = try index(seed: 21, documents: 5000, upkeep: true)
    for _ in 0..<50 {
      let query = texts.text(words: 1...10)
      #expect(one.search(query, limit: 50) == other.search(query, limit: 50))
    }
  }

  @Test func `a posting's impact is that of BM25`() throws {
    let index = KeywordIndex()
    let texts = ["kabba kabba kokba", "kabba kumba kixba kapba kogba", "kurba"]
    index.apply(texts.enumerated().map { .upsert(UInt32($0), fields: ["", $1]) }, sequence: 1)
    let average = (3.0 + 5 + 1) / 3
    let hits = index.search("kabba", limit: 10)
    #expect(hits.map(\.number) == [0, 1])
    func expected(_ frequency: Double, _ length: Double) -> Double {
      // ln(1 + (3 - 2 + 0.5) / (2 + 0.5)) is the weight of a word that two of three documents have.
      0.470003629 * 2.2 * frequency / (frequency + 1.2 * (0.25 + 0.75 * length / average))
    }
    #expect(abs(Double(hits[0].score) - expected(2, 3)) < 0.005)
    #expect(abs(Double(hits[1].score) - expected(1, 5)) < 0.005)
    try index.compact()
    #expect(index.search("kabba", limit: 10) == hits)
  }
}

extension CKernels_KeywordSet {
  static var allSupported: [Self] {
    [.keywordPortable, .keywordNEON, .keywordAVX2, .keywordAVX512]
      .filter { CKernels_keywords($0) != nil }
  }
}
