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
  var all: [FilterInput] = []
  var any: [FilterInput] = []
  var none: [FilterInput] = []

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
    Field(
      "and", \.all, .array(of: .nestedFilter, count: 0...8), "Filters that must all hold.", required: false)
    Field("or", \.any, .array(of: .nestedFilter, count: 0...8), "Filters of which one must.", required: false)
    Field(
      "not", \.none, .oneOrMany(of: .nestedFilter, count: 0...8), "Filters that must not.", required: false)
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
    filter.all = all.map(\.filter)
    filter.any = any.map(\.filter)
    filter.none = none.map(\.filter)
    return filter
  }

  /// Whether tags are compared loosely, here or in a filter inside.
  var comparesTagsLoosely: Bool {
    normalizesTags || (all + any + none).contains(where: \.comparesTagsLoosely)
  }

  /// How deep filters may stand in each other.
  static let depthLimit = 4
}

extension Schema where Value == FilterInput {
  /// A filter whose form is published elsewhere: inside another, since a form that holds itself would have no end, and
  /// in operations beside recall, since an agent that lists all tools pays for every byte.
  static var nestedFilter: Schema {
    Schema<JSONObject>.jsonObject.map(
      allowed: "filters with the same keys, at most \(FilterInput.depthLimit) deep",
      to: { object throws(SchemaMismatch) in
        // A hostile nesting ends here, before it is walked.
        guard JSONValue.object(object).filterDepth < FilterInput.depthLimit else {
          throw SchemaMismatch("is nested too deep")
        }
        do throws(SchemaFaults) { return try FilterInput.schema.decode(.object(object)) } catch {
          throw SchemaMismatch(error.faults.map(\.description).joined(separator: "; "))
        }
      }, from: { FilterInput.schema.encode($0).objectValue ?? [:] })
  }
}

extension JSONValue {
  /// How many filters stand in each other here, at most one more than is allowed.
  fileprivate var filterDepth: Int {
    var level = [self]
    for depth in 1...FilterInput.depthLimit {
      level = level.flatMap { filter in
        ["and", "or", "not"].flatMap { key in filter[key].map { $0.arrayValue ?? [$0] } ?? [] }
      }
      if level.isEmpty { return depth }
    }
    return FilterInput.depthLimit + 1
  }
}
