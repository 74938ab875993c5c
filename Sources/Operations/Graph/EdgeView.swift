import Engine
import JSON
import Model

/// An edge as clients see it.
struct EdgeView: Sendable {
  var id = EdgeID(high: 0, low: 0)
  var source = MemoryID(high: 0, low: 0)
  var target = MemoryID(high: 0, low: 0)
  var type = ""
  var weight = 0.0
  var confidence = 0.0
  var origin = Edge.Origin.declared
  var evidence = 1
  var createdAt = Timestamp(microseconds: 0)
  var lastUsedAt = Timestamp(microseconds: 0)

  init() {}

  init(_ edge: Edge) {
    id = edge.id
    source = edge.source
    target = edge.target
    type = edge.type
    weight = rounded(edge.weight)
    confidence = rounded(edge.confidence)
    origin = edge.origin
    evidence = Int(edge.evidence)
    createdAt = edge.createdAt
    lastUsedAt = edge.lastUsedAt
  }

  static let schema = Schema.record(EdgeView()) {
    Field("id", \.id, .identifier(), "")
    Field("source_id", \.source, .identifier(), "")
    Field("target_id", \.target, .identifier(), "")
    Field("edge_type", \.type, .string(), "")
    Field("weight", \.weight, .number(0...3), "As it has faded by now.")
    Field("confidence", \.confidence, .number(0...1), "")
    Field("origin", \.origin, .enumeration(), "Only hebbian edges, which were learned, fade.")
    Field("evidence", \.evidence, .integer(), "How often something spoke for it.")
    Field("created_at", \.createdAt, .timestamp, "")
    Field("last_updated", \.lastUsedAt, .timestamp, "When it last grew or was changed.")
  }
}

extension Schema where Value == String {
  /// The type of an edge: an open vocabulary.
  static var edgeType: Schema { .string(length: Limits.typeLength, pattern: .slug) }
}

extension Words {
  static let edgeType = """
    related_to, depends_on, learned_from, continues_from, references_file, supersedes, contradicts, or a word of your \
    own.
    """
  static let weight = "How strong the link is, 0 to 3."
  static let confidence = "How sure it is, 0 to 1."
}
