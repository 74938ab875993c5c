internal import JSON
internal import Model
internal import Storage
internal import TestSupport

/// Random memories and random questions about them, from small vocabularies so that they meet.
enum MemoryMaker {
  static let types = ["note", "decision", "bug-fix", "caf\u{E9}", "cafe\u{301}", ""]
  static let tags = ["tea", "Tea", "te", "caf\u{E9}", "cafe\u{301}", "%", "a'b", "🫖", "\u{0}", "zebra"]
  static let words = [
    "tea", "TEA", "Té", "green", "łódź", "house", "naïve", "x", "42", "don't", "AND", "NOT", "NEAR", "日本",
    "straße",
  ]
  static let sources = ["web", "file", "mail"]
  static let uris = ["https://a.example/1", "https://a.example/2", "https://b.example/%", "file:///x"]

  static func text(_ random: inout SeededRandom, atMost limit: Int = 6) -> String {
    (0..<Int.random(in: 1...limit, using: &random)).map { _ in random.pick(words) }
      .joined(separator: random.pick([" ", ", ", "-", "\u{0}", "\"", "*"]))
  }

  /// Fills the fields that filters ask for.
  static func decorate(_ memory: inout Memory, _ number: Int, _ random: inout SeededRandom) {
    memory.type = random.pick(types)
    memory.tags = random.some(of: tags + tags, atMost: 4)
    memory.importance = Double(Int.random(in: 0...4, using: &random)) / 4
    memory.persistence = random.pick(Persistence.allCases)
    memory.delivery = random.pick(Delivery.allCases)
    memory.provenance.trust = random.pick(TrustTier.allCases)
    memory.sourceType = random.oneIn(3) ? nil : random.pick(sources)
    memory.sourceURI = random.oneIn(3) ? nil : random.pick(uris)
    memory.externalID = random.oneIn(3) ? "external-\(number)" : nil
    memory.contextSummary = random.oneIn(2) ? text(&random) : nil
    memory.content = text(&random, atMost: 12)
    memory.details = random.oneIn(2) ? ["n": .integer(Int64(number)), "t": .string(text(&random))] : [:]
  }

  /// A filter with a few conditions, and perhaps filters inside.
  static func filter(_ random: inout SeededRandom, around instant: Timestamp, depth: Int = 3) -> MemoryFilter
  {
    func when() -> Timestamp { instant - .seconds(Int.random(in: 0...120, using: &random)) }
    var filter = MemoryFilter()
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      switch Int.random(in: 0..<13, using: &random) {
      case 0: filter.types = random.some(of: types, atMost: 3)
      case 1, 2:
        filter.tags = (0..<Int.random(in: 0...2, using: &random)).map { _ in random.some(of: tags, atMost: 3)
        }
      case 3:
        let bounds = [Double.random(in: 0...1, using: &random), Double.random(in: 0...1, using: &random)]
          .sorted()
        filter.importance = bounds[0]...bounds[1]
      case 4: filter.persistence = random.pick(Persistence.allCases)
      case 5: filter.createdAfter = when()
      case 6: filter.createdBefore = when()
      case 7: filter.updatedAfter = when()
      case 8: filter.updatedBefore = when()
      case 9:
        filter.sourceURIPrefix = String(random.pick(uris).prefix(Int.random(in: 0...20, using: &random)))
      case 10: filter.sourceType = random.pick(sources)
      case 11: filter.trust = random.pick(TrustTier.allCases)
      default:
        if random.oneIn(2) {
          filter.externalIDs = (0..<Int.random(in: 0...20, using: &random)).map { "external-\($0)" }
        } else {
          filter.delivery = random.pick(Delivery.allCases)
        }
      }
    }
    if depth > 1, random.oneIn(3) {
      func some() -> [MemoryFilter] {
        (0..<Int.random(in: 0...2, using: &random)).map { _ in
          Self.filter(&random, around: instant, depth: depth - 1)
        }
      }
      (filter.all, filter.any, filter.none) = (some(), some(), some())
    }
    return filter
  }
}
