import Glibc
import Testing

@testable import Keywords

@Suite struct SearchTests {
  private func index(_ texts: [String], _ configuration: KeywordConfiguration = .init()) -> KeywordIndex {
    let index = KeywordIndex(configuration)
    index.apply(
      texts.enumerated().map { .upsert(UInt32($0), fields: [$1]) }, sequence: UInt64(texts.count))
    return index
  }

  private func found(_ index: KeywordIndex, _ query: String) -> [UInt32] {
    index.search(query, limit: 10).map(\.number)
  }

  @Test func `an empty index and an empty query find nothing`() {
    #expect(KeywordIndex().search("word", limit: 10).isEmpty)
    let index = index(["some words"])
    for query in ["", "   ", "…?!", "\"\"", "\"", "\u{301}", "unheardof"] {
      #expect(found(index, query).isEmpty)
    }
    #expect(index.search("words", limit: 0).isEmpty)
  }

  @Test func `a rare word weighs more than a common one, which still counts`() {
    let index = index(["the deploy of the api", "the cat", "the dog", "a bird of prey", "deploy"])
    #expect(found(index, "the deploy").first == 0)
    #expect(found(index, "the").sorted() == [0, 1, 2])
  }

  @Test func `a word in the summary counts more than one in the body`() {
    let index = KeywordIndex()
    index.apply(
      [
        .upsert(1, fields: ["something else entirely", "", "the cache was flushed"]),
        .upsert(2, fields: ["the cache was flushed", "", "something else entirely"]),
      ], sequence: 2)
    #expect(found(index, "cache") == [2, 1])
  }

  @Test func `an update replaces and a delete removes`() throws {
    let index = index(["alpha beta", "gamma delta"])
    index.apply([.upsert(0, fields: ["epsilon"]), .delete(1), .delete(77)], sequence: 5)
    for _ in 0..<2 {
      #expect(found(index, "alpha beta gamma delta").isEmpty)
      #expect(found(index, "epsilon") == [0])
      #expect(index.snapshot().documentCount == 1)
      #expect(index.snapshot().sequence == 5)
      try index.compact()
    }
    index.apply([.delete(0)], sequence: 6)
    #expect(found(index, "epsilon").isEmpty)
    try index.compact()
    #expect(index.snapshot().documentCount == 0)
    index.apply([.upsert(1, fields: ["gamma"])], sequence: 7)
    #expect(found(index, "gamma") == [1])
  }

  @Test func `a snapshot does not see later writes`() {
    let index = index(["alpha", "beta"])
    let before = index.snapshot()
    index.apply([.delete(0), .upsert(1, fields: ["gamma"]), .upsert(2, fields: ["alpha"])], sequence: 9)
    #expect(before.search("alpha", limit: 5).map(\.number) == [0])
    #expect(before.search("beta", limit: 5).map(\.number) == [1])
    #expect(before.search("gamma", limit: 5).isEmpty)
    #expect(found(index, "alpha") == [2])
  }

  @Test(arguments: [
    ("getUserById", 0), ("user_id", 1), ("userId", 1), ("/etc/nginx/nginx.conf", 2), ("nginx.conf", 2),
    ("v1.2.3", 3),
    ("1.2.3", 3), ("E0277", 4), ("e0277", 4), ("ERR_CONNECTION_REFUSED", 5), ("ann@example.com", 6),
    ("10.0.0.7", 7),
    ("C++", 8), ("UserStore.swift", 9),
  ])
  func `an identifier finds where it stands before where its parts stand`(query: String, expected: Int) {
    let texts = [
      "call getUserById first", "the user_id column", "see /etc/nginx/nginx.conf there",
      "released v1.2.3 today",
      "rustc says E0277 again", "Chrome: ERR_CONNECTION_REFUSED", "mail ann@example.com",
      "host 10.0.0.7 is down",
      "written in C++ then", "open Sources/UserStore.swift now",
    ]
    let decoys = [
      "get the user by his id", "user user id id", "etc nginx conf", "version 1 2 3", "error 0277",
      "connection refused err", "ann example com", "10 0 7", "the c letter", "user store in swift",
    ]
    #expect(found(index(texts + decoys), query).first == UInt32(expected))
  }

  @Test(arguments: [
    ("猫", [0, 2]), ("黒猫", [0]), ("東京", [1]), ("京都", [3]), ("北京", [4]), ("データ", [5]), ("ﾃﾞｰﾀ", [5]),
  ])
  func `Japanese and Chinese are found without spaces`(query: String, expected: [UInt32]) {
    let index = index([
      "私の黒猫が寝ている", "東京に住んでいます", "猫は好きですか", "京都の寺", "我爱北京天安门", "データベースを更新した",
    ])
    let hits = found(index, query)
    #expect(Set(hits.prefix(expected.count)) == Set(expected))
  }

  @Test func `German is found in its forms`() {
    var configuration = KeywordConfiguration()
    configuration.languages = [.german]
    let index = index(["Die Häuser sind verkauft", "Verbindung abgelehnt", "Straße gesperrt"], configuration)
    #expect(found(index, "haus") == [0])
    #expect(found(index, "Verbindungen") == [1])
    #expect(found(index, "strasse") == [2])
  }

  @Test func `of several languages each document is read as its own`() {
    var configuration = KeywordConfiguration()
    configuration.languages = [.english, .german]
    let index = index(
      [
        "Die Häuser sind nicht mit dem Garten verkauft und auch nicht vermietet",
        "the houses are sold to the bank",
      ],
      configuration)
    #expect(found(index, "haus") == [0])
    #expect(found(index, "house") == [1])
    #expect(found(index, "\"die Häuser\"") == [0])
  }

  @Test func `quoted words are looked for as they are written, in their order`() throws {
    let index = index([
      "running a query to plan", "to plan a query run", "the query plan was slow", "plan the slow query",
      "plans queries",
    ])
    for _ in 0..<2 {
      #expect(found(index, "\"query plan\"").first == 2)
      #expect(Set(found(index, "“to plan”").prefix(2)) == [0, 1])
      #expect(found(index, "\"plans\"").first == 4)
      #expect(found(index, "\"slow query\"").first == 3)
      #expect(found(index, "\"query plan\"").count == 5, "the others follow")
      try index.compact()
    }
  }

  @Test func `a phrase does not reach over the end of a field`() {
    let index = KeywordIndex()
    index.apply(
      [
        .upsert(1, fields: ["about red", "wine is here", ""]),
        .upsert(2, fields: ["nothing", "", "a red wine it is"]),
      ], sequence: 2)
    let hits = index.search("\"red wine\"", limit: 5)
    let plain = index.search("red wine", limit: 5)
    #expect(plain.map(\.number) == [1, 2])
    #expect(hits.map(\.number) == [2, 1])
  }

  @Test(arguments: [
    "kubernets", "kubernetess", "kubrenetes", "kuberxetes", "ubernetes", "kubernetis", "cluter", "clusetr",
  ])
  func `a slip of the finger is forgiven`(query: String) throws {
    let index = index(["the kubernetes cluster", "a cubist painting", "version 1234 of it"])
    #expect(found(index, query) == [0])
    try index.compact()
    #expect(found(index, query) == [0])
  }

  @Test func `a number is not taken for another, nor a short word`() {
    let index = index(["ticket 12345", "the cat sat", "cart"])
    #expect(found(index, "12346").isEmpty)
    #expect(found(index, "bat").isEmpty)
    #expect(found(index, "cat") == [1])
  }

  @Test func `synonyms find each other, and the word itself comes first`() {
    var configuration = KeywordConfiguration()
    configuration.synonyms = [["k8s", "kubernetes"], ["ml", "machine learning"]]
    let index = index(
      ["the kubernetes cluster", "the k8s cluster", "a machine learning course", "an ML course"],
      configuration)
    #expect(found(index, "k8s") == [1, 0])
    #expect(found(index, "kubernetes") == [0, 1])
    #expect(found(index, "ml") == [3, 2])
    #expect(found(index, "machine learning") == [2, 3])
  }

  @Test func `a filter admits by number`() {
    let index = index(["alpha", "alpha beta", "alpha gamma"])
    #expect(
      index.search("alpha", limit: 5, filter: .among(NumberSet([1, 2]))).map(\.number).sorted() == [1, 2])
    #expect(index.search("alpha", limit: 5, filter: .where { $0 == 0 }).map(\.number) == [0])
    #expect(index.search("alpha", limit: 5, filter: .among(NumberSet())).isEmpty)
  }

  @Test func `a very long text and a very long word are taken in`() {
    let long = String(repeating: "x", count: 100_000)
    let index = index([
      long, String(repeating: "word ", count: 50_000), String(repeating: "a_b.", count: 10_000),
    ])
    #expect(found(index, long) == [0])
    #expect(found(index, "word") == [1])
    #expect(found(index, String(repeating: "many different words ", count: 5000)).isEmpty == false)
  }

  @Test func `overlap with exact BM25 is nearly complete`() throws {
    var texts = RandomTexts(seed: 77, vocabulary: 20_000)
    let documents = (0..<8000).map { _ in texts.text(words: 5...60) }
    var configuration = KeywordConfiguration()
    configuration.fieldWeights = [1]
    let index = index(documents, configuration)
    while try index.upkeep() {}
    let bm25 = ExactBM25(documents)
    var shared = 0
    let queries = (0..<50).map { _ in texts.text(words: 4...10) }
    for query in queries {
      let exact = Set(bm25.best(50, for: query.split(separator: " ").map(String.init)))
      shared += Set(index.search(query, limit: 50).map(\.number)).intersection(exact).count
    }
    #expect(Double(shared) / Double(50 * queries.count) > 0.97)
  }
}

/// BM25 in double precision, from its formula.
private struct ExactBM25 {
  private let counts: [[String: Int]]
  private let lengths: [Int]
  private var documentCounts: [String: Int] = [:]

  init(_ documents: [String]) {
    let words = documents.map { $0.split(separator: " ").map(String.init) }
    counts = words.map { words in words.reduce(into: [:]) { $0[$1, default: 0] += 1 } }
    lengths = words.map(\.count)
    for document in counts { for word in document.keys { documentCounts[word, default: 0] += 1 } }
  }

  func best(_ limit: Int, for query: [String]) -> [UInt32] {
    let average = Double(lengths.reduce(0, +)) / Double(lengths.count)
    var scores: [(Double, Int)] = []
    for (place, words) in counts.enumerated() {
      var score = 0.0
      for (word, times) in query.reduce(into: [String: Int](), { $0[$1, default: 0] += 1 }) {
        guard let count = words[word], let all = documentCounts[word] else { continue }
        let rarity = log(1 + (Double(counts.count - all) + 0.5) / (Double(all) + 0.5))
        let boost = times == 1 ? 1 : min(2, 1 + 0.5 * Double(times - 1))
        let norm = 1.2 * (0.25 + 0.75 * Double(lengths[place]) / average)
        score += boost * rarity * Double(count) / (Double(count) + norm)
      }
      if score > 0 { scores.append((score, place)) }
    }
    return scores.sorted { $0.0 != $1.0 ? $0.0 > $1.0 : $0.1 < $1.1 }.prefix(limit).map { UInt32($0.1) }
  }
}
