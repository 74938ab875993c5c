import Engine
import JSON
import Model

/// `filters` as clients write them.
struct FilterInput: Sendable {
  var types: [String]?
  var tags: [String] = []
  var tagsMatch = TagsMatch.any
  var normalizesTags = false
  var importance: Range?
  var persistence: Persistence?
  var createdAfter: Timestamp?
  var createdBefore: Timestamp?
  var updatedAfter: Timestamp?
  var updatedBefore: Timestamp?
  var sourceURIPrefix: String?
  var sourceType: String?
  var trust: TrustTier?
  var externalIDs: [String]?

  enum TagsMatch: String, Sendable, CaseIterable {
    case any, all
  }

  struct Range: Sendable {
    var atLeast: Double?
    var atMost: Double?

    static let schema = Schema.record(Range()) {
      Field("gte", \.atLeast, .number(0...1), "At least.")
      Field("lte", \.atMost, .number(0...1), "At most.")
    }
  }

  static let schema = Schema.record(FilterInput()) {
    Field(
      "type", \.types, .oneOrMany(of: .string(length: Limits.typeLength), count: 1...20),
      "One type, or several.")
    Field(
      "tags", \.tags, .oneOrMany(of: .tag, count: 0...64), "Tags that a memory must carry.", required: false)
    Field("tags_match", \.tagsMatch, .enumeration(), "Whether one tag is enough.", required: false)
    Field(
      "tags_normalize", \.normalizesTags, .bool, "Compare tags in lower case with “-” for spaces and “_”.",
      required: false)
    Field("importance", \.importance, Range.schema, "Bounds of importance.")
    Field("scope", \.persistence, .enumeration(), "working or persistent.")
    Field("created_after", \.createdAfter, .timestamp, "Written after this instant.")
    Field("created_before", \.createdBefore, .timestamp, "Written before this instant.")
    Field("updated_after", \.updatedAfter, .timestamp, "Changed after this instant.")
    Field("updated_before", \.updatedBefore, .timestamp, "Changed before this instant.")
    Field(
      "source_uri_prefix", \.sourceURIPrefix, .string(length: Limits.sourceURILength),
      "How source_uri begins.")
    Field("source_type", \.sourceType, .string(length: Limits.typeLength), "The source_type.")
    Field("trust_tier", \.trust, .enumeration(), "How far the source is trusted.")
    Field(
      "external_ids", \.externalIDs, .oneOrMany(of: .string(length: 1...512), count: 1...100),
      "Values of details.resource_id.")
  }.checked { filter in
    guard let low = filter.importance?.atLeast, let high = filter.importance?.atMost, low > high else {
      return []
    }
    return [SchemaFault(path: "importance", "gte is above lte", allowed: "a range that is not empty")]
  }

  /// The typed filter.
  var filter: MemoryFilter {
    var filter = MemoryFilter()
    filter.types = types
    filter.tags = tagsMatch == .all ? tags.map { [$0] } : tags.isEmpty ? [] : [tags]
    if let importance { filter.importance = (importance.atLeast ?? 0)...(importance.atMost ?? 1) }
    filter.persistence = persistence
    filter.createdAfter = createdAfter
    filter.createdBefore = createdBefore
    filter.updatedAfter = updatedAfter
    filter.updatedBefore = updatedBefore
    filter.sourceURIPrefix = sourceURIPrefix
    filter.sourceType = sourceType
    filter.trust = trust
    filter.externalIDs = externalIDs
    return filter
  }
}
