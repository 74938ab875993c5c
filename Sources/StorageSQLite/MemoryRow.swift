internal import JSON
internal import Model
internal import Storage

/// How a memory lies in its tables: `memory` has the fields, `memory_use` the counts, `memory_tag` the tags.
enum MemoryRow {
  /// The columns that an insertion and an update write, in the order of `values(of:)`.
  static let fields = [
    "type", "importance", "persistence", "delivery", "trust", "author", "door", "client", "source_type",
    "source_uri",
    "external_id", "updated_at", "deleted_at", "revision", "summary", "context_summary", "details",
    "metadata",
    "content",
  ]

  /// The beginning of every question for whole memories, up to the WHERE. Read by `memory(_:_:)`.
  static let select = """
    SELECT memory.row, memory.id, context.id, memory.created_at, memory_use.access_count, memory_use.last_used_at,
      \(fields.map { "memory.\($0)" }.joined(separator: ", "))
    FROM memory
    JOIN context ON context.row = memory.context
    LEFT JOIN memory_use ON memory_use.memory = memory.row
    """

  static func values(of memory: Memory) -> [SQLiteValue] {
    [
      .text(memory.type), .real(memory.importance), .name(memory.persistence), .name(memory.delivery),
      .name(memory.provenance.trust), .id(memory.provenance.author), .text(memory.provenance.door),
      .text(memory.provenance.client), .text(memory.sourceType), .text(memory.sourceURI),
      .text(memory.externalID),
      .time(memory.updatedAt), .time(memory.deletedAt), .integer(memory.revision), .text(memory.summary),
      .text(memory.contextSummary), .text(JSONValue.object(memory.details).text),
      .text(JSONValue.object(memory.metadata).text), .text(memory.content),
    ]
  }

  /// A memory and its row number. Its tags are a question of their own.
  static func read(
    _ row: inout SQLiteRow, _ session: SQLiteSession
  ) throws(StorageError) -> (row: Int64, memory: Memory) {
    let number = row.integer()
    let id = try row.id(Memory.self)
    let context = try row.id(Context.self)
    let createdAt = row.time()
    let accessCount = row.integer()
    let lastUsedAt = row.optionalTime()
    let type = row.text()
    let importance = row.real()
    let persistence = try row.name(Persistence.self)
    let delivery = try row.name(Delivery.self)
    let trust = try row.name(TrustTier.self)
    let provenance = Provenance(
      author: try row.id(), door: row.text(), client: row.optionalText(), trust: trust)
    let sourceType = row.optionalText()
    let sourceURI = row.optionalText()
    let externalID = row.optionalText()
    let updatedAt = row.time()
    let deletedAt = row.optionalTime()
    let revision = row.integer()
    let summary = row.text()
    let contextSummary = row.optionalText()
    let details = try row.object()
    let metadata = try row.object()
    var memory = Memory(
      id: id, context: context, summary: summary, content: row.text(), type: type, provenance: provenance,
      createdAt: createdAt)
    memory.accessCount = accessCount
    memory.lastUsedAt = lastUsedAt
    memory.importance = importance
    memory.persistence = persistence
    memory.delivery = delivery
    memory.sourceType = sourceType
    memory.sourceURI = sourceURI
    memory.externalID = externalID
    memory.updatedAt = updatedAt
    memory.deletedAt = deletedAt
    memory.revision = revision
    memory.contextSummary = contextSummary
    memory.details = details
    memory.metadata = metadata
    memory.tags = try session.rows(
      "SELECT tag FROM memory_tag WHERE memory = ? ORDER BY position", [.integer(number)]
    ) { $0.text() }
    return (number, memory)
  }
}
