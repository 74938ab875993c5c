import Engine
import JSON
import Model

/// What recall answers.
public struct RecollectionView: Sendable {
  var results: [Item] = []
  var count = 0
  var relatedTags: [TagCount] = []
  var confidence = ConfidenceView()
  var isDegraded: Bool?
  var degradedReason: String?
  var policyError: String?
  var exploreHints: [Hint] = []

  struct Item: Sendable {
    var memory = MemoryID(high: 0, low: 0)
    var context: ContextID?
    var contextName: String?
    var summary = ""
    var contextSummary: String?
    var type = ""
    var importance = 0.5
    var tags: [String] = []
    var score = 0.0
    var createdAt = Timestamp(microseconds: 0)
    var updatedAt: Timestamp?
    var supersededBy: MemoryID?
    var contradicts: [MemoryID] = []
    var explanation: Explanation?

    static let schema = Schema.record(Item()) {
      Field("memory_id", \.memory, .identifier(), "")
      Field("context_id", \.context, .identifier(), "Where it is from, when several contexts were searched.")
      Field("context_name", \.contextName, .string(), "")
      Field("summary", \.summary, .string(), "")
      Field("context_summary", \.contextSummary, .string(), "")
      Field("type", \.type, .string(), "")
      Field("importance", \.importance, .number(), "")
      Field("tags", \.tags, .array(of: .string()), "", omitsEmpty: true)
      Field("score", \.score, .number(), "0 to 1.")
      Field("created_at", \.createdAt, .timestamp, "")
      Field("updated_at", \.updatedAt, .timestamp, "There when it was changed after it was written.")
      Field("superseded_by", \.supersededBy, .identifier(), "The memory that replaces it.")
      Field(
        "contradicts", \.contradicts, .array(of: .identifier()), "Memories that say otherwise.",
        omitsEmpty: true)
      Field("explanation", \.explanation, Explanation.schema, "How the score came about.")
    }
  }

  struct Explanation: Sendable {
    var signals: [String: Double] = [:]

    static let schema = Schema.record(Explanation()) {
      Field("signals", \.signals, .map(of: .number()), "Each 0 to 1.")
    }
  }

  struct TagCount: Sendable {
    var tag = ""
    var count = 0

    static let schema = Schema.record(TagCount()) {
      Field("tag", \.tag, .string(), "")
      Field("count", \.count, .integer(), "")
    }
  }

  struct Hint: Sendable {
    var memory = MemoryID(high: 0, low: 0)
    var summary = ""

    static let schema = Schema.record(Hint()) {
      Field("memory_id", \.memory, .identifier(), "")
      Field("summary", \.summary, .string(), "")
    }
  }

  struct ConfidenceView: Sendable {
    var level = Confidence.Level.none
    var topScore = 0.0
    var prominence = 0.0
    var resultCount = 0

    static let schema = Schema.record(ConfidenceView()) {
      Field("level", \.level, .enumeration(), "none: nothing was found.")
      Field("top_score", \.topScore, .number(), "")
      Field("prominence", \.prominence, .number(), "How far the first stands out.")
      Field("result_count", \.resultCount, .integer(), "")
    }
  }

  init() {}

  init(_ found: Recollection, spansContexts: Bool) {
    results = found.items.map { Item($0, namesContext: spansContexts) }
    count = results.count
    relatedTags = Self.relatedTags(of: found)
    confidence.level = found.confidence.level
    confidence.topScore = rounded(found.confidence.topScore)
    confidence.prominence = rounded(found.confidence.prominence)
    confidence.resultCount = results.count
    isDegraded = found.degradedReason == nil ? nil : true
    degradedReason = found.degradedReason
    policyError = found.policyError
  }

  private static func relatedTags(of found: Recollection) -> [TagCount] {
    var counts: [String: Int] = [:]
    for tag in found.items.flatMap(\.memory.tags) { counts[tag, default: 0] += 1 }
    return counts.map { TagCount(tag: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.tag) < ($0.count, $1.tag) }.prefix(10).map { $0 }
  }

  static let schema = Schema.record(RecollectionView()) {
    Field("results", \.results, .array(of: Item.schema), "Best first.")
    Field("count", \.count, .integer(), "")
    Field(
      "related_tags", \.relatedTags, .array(of: TagCount.schema), "Tags of the results, the commonest first.")
    Field("confidence", \.confidence, ConfidenceView.schema, "How sure one can be that the answer is here.")
    Field("degraded", \.isDegraded, .bool, "There when the answer is less than it could be.")
    Field("degraded_reason", \.degradedReason, .string(), "Why.")
    Field("policy_error", \.policyError, .string(), "What failed in a script; built-in judgement answered.")
    Field(
      "explore_hints", \.exploreHints, .array(of: Hint.schema), "Memories worth exploring from.",
      omitsEmpty: true)
  }
}

extension RecollectionView.Item {
  init(_ item: Recollection.Item, namesContext: Bool) {
    memory = item.memory.id
    context = namesContext ? item.context.id : nil
    contextName = namesContext ? item.context.name : nil
    summary = item.memory.summary
    contextSummary = item.memory.contextSummary
    type = item.memory.type
    importance = item.memory.importance
    tags = item.memory.tags
    score = rounded(item.score)
    createdAt = item.memory.createdAt
    updatedAt = item.memory.updatedAt > item.memory.createdAt ? item.memory.updatedAt : nil
    supersededBy = item.supersededBy
    contradicts = item.contradicts
    if !item.signals.isEmpty {
      let signals = item.signals.map { ($0.name, rounded($0.value)) }
      explanation = .init(signals: Dictionary(signals, uniquingKeysWith: { first, _ in first }))
    }
  }
}

/// Four decimals are what a score is worth.
func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
