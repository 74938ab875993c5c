import Engine
import JSON
import Model

/// A memory in all its layers.
public struct MemoryView: Sendable {
  var id = MemoryID(high: 0, low: 0)
  var context = ContextID(high: 0, low: 0)
  var summary = ""
  var contextSummary: String?
  var content = ""
  var details: JSONObject = [:]
  var type = ""
  var importance = 0.5
  var tags: [String] = []
  var metadata: JSONObject = [:]
  var persistence = Persistence.persistent
  var delivery = Delivery.onRecall
  var sourceURI: String?
  var sourceType: String?
  var externalID: String?
  var provenance = ProvenanceView()
  var createdAt = Timestamp(microseconds: 0)
  var updatedAt = Timestamp(microseconds: 0)
  var lastUsedAt: Timestamp?
  var accessCount = 0
  var supersededBy: MemoryID?
  var links: [EdgeView] = []

  struct ProvenanceView: Sendable {
    var author = UserID(high: 0, low: 0)
    var door = ""
    var client: String?
    var trust = TrustTier.member

    static let schema = Schema.record(ProvenanceView()) {
      Field("author", \.author, .identifier(), "Who wrote it.")
      Field("door", \.door, .string(), "Through what: rest, mcp, cli.")
      Field("client", \.client, .string(), "The client program.")
      Field("trust_tier", \.trust, .enumeration(), "How far the source is trusted.")
    }
  }

  init() {}

  init(_ memory: Memory) {
    id = memory.id
    context = memory.context
    summary = memory.summary
    contextSummary = memory.contextSummary
    content = memory.content
    details = memory.details
    type = memory.type
    importance = memory.importance
    tags = memory.tags
    metadata = memory.metadata
    persistence = memory.persistence
    delivery = memory.delivery
    sourceURI = memory.sourceURI
    sourceType = memory.sourceType
    externalID = memory.externalID
    provenance.author = memory.provenance.author
    provenance.door = memory.provenance.door
    provenance.client = memory.provenance.client
    provenance.trust = memory.provenance.trust
    createdAt = memory.createdAt
    updatedAt = memory.updatedAt
    lastUsedAt = memory.lastUsedAt
    accessCount = Int(memory.accessCount)
  }

  init(_ referenced: Referenced) {
    self.init(referenced.memory)
    supersededBy = referenced.supersededBy
    links = referenced.edges.map(EdgeView.init)
  }

  static let schema = Schema.record(MemoryView()) {
    Field("memory_id", \.id, .identifier(), "")
    Field("context_id", \.context, .identifier(), "")
    Field("summary", \.summary, .string(), "")
    Field("context_summary", \.contextSummary, .string(), "")
    Field("content", \.content, .string(), "")
    Field("details", \.details, .jsonObject, "", omitsEmpty: true)
    Field("type", \.type, .string(), "")
    Field("importance", \.importance, .number(), "")
    Field("tags", \.tags, .array(of: .string()), "", omitsEmpty: true)
    Field("context", \.metadata, .jsonObject, "Circumstances, as their writer gave them.", omitsEmpty: true)
    Field("scope", \.persistence, .enumeration(), "")
    Field("delivery_mode", \.delivery, .enumeration(), "")
    Field("source_uri", \.sourceURI, .string(), "")
    Field("source_type", \.sourceType, .string(), "")
    Field("external_id", \.externalID, .string(), "Its writer's own name for it.")
    Field("provenance", \.provenance, ProvenanceView.schema, "")
    Field("created_at", \.createdAt, .timestamp, "")
    Field("updated_at", \.updatedAt, .timestamp, "")
    Field("last_used_at", \.lastUsedAt, .timestamp, "")
    Field("access_count", \.accessCount, .integer(), "")
    Field("superseded_by", \.supersededBy, .identifier(), "The memory that replaces it.")
    Field("links", \.links, .array(of: EdgeView.schema), "Edges that begin or end here.", omitsEmpty: true)
  }
}
