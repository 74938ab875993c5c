internal import Engine
internal import JSON
internal import LuaRuntime
internal import Model

/// Memories as scripts see them.
enum MemoryValue {
  static func full(_ memory: Memory) -> JSONValue {
    var value: JSONObject = [
      "id": .string(memory.id.description), "context": .string(memory.context.description),
      "summary": .string(memory.summary), "content": .string(memory.content), "type": .string(memory.type),
      "tags": .array(memory.tags.map { .string($0) }), "importance": .double(memory.importance),
      "details": .object(memory.details), "created_at": .string(memory.createdAt.iso8601),
      "updated_at": .string(memory.updatedAt.iso8601), "revision": .integer(memory.revision),
    ]
    value["context_summary"] = memory.contextSummary.map { .string($0) }
    value["source_uri"] = memory.sourceURI.map { .string($0) }
    value["source_type"] = memory.sourceType.map { .string($0) }
    value["external_id"] = memory.externalID.map { .string($0) }
    value["client"] = memory.provenance.client.map { .string($0) }
    return .object(value)
  }

  static func found(_ item: Recollection.Item) -> JSONValue {
    var value: JSONObject = [
      "id": .string(item.memory.id.description), "summary": .string(item.memory.summary),
      "type": .string(item.memory.type), "tags": .array(item.memory.tags.map { .string($0) }),
      "score": .double(item.score),
    ]
    value["context_summary"] = item.memory.contextSummary.map { .string($0) }
    return .object(value)
  }

  static func draft(_ draft: MemoryDraft) -> JSONValue {
    var value: JSONObject = [
      "summary": .string(draft.summary), "content": .string(draft.content), "type": .string(draft.type),
      "tags": .array(draft.tags.map { .string($0) }), "importance": .double(draft.importance),
      "details": .object(draft.details),
    ]
    value["context_summary"] = draft.contextSummary.map { .string($0) }
    value["source_uri"] = draft.sourceURI.map { .string($0) }
    value["source_type"] = draft.sourceType.map { .string($0) }
    return .object(value)
  }

  /// The fields that scripts may set, under the limits that hold for everybody.
  struct Changes: Sendable {
    var refuse: String?
    var summary: String?
    var content: String?
    var type: String?
    var contextSummary: String?
    var tags: [String]?
    var importance: Double?
    var details: JSONObject?
    var sourceURI: String?
    var sourceType: String?

    static let fields: [Field<Changes>] = [
      Field("summary", \.summary, .string(length: Limits.summaryLength, pattern: .notBlank), "Summary."),
      Field("content", \.content, .string(length: Limits.contentLength), "Content."),
      Field("type", \.type, .string(length: Limits.typeLength, pattern: .notBlank), "Type."),
      Field(
        "context_summary", \.contextSummary, .string(length: Limits.contextSummaryLength), "Why it matters."),
      Field(
        "tags", \.tags,
        .array(
          of: .string(length: Limits.tagLength, pattern: .notBlank, trims: true), count: Limits.tagCount),
        "Tags."),
      Field("importance", \.importance, .number(0...1), "Importance."),
      Field("details", \.details, .jsonObject, "Structured data."),
    ]

    static let ofDraft = Schema.record(
      Changes(), fields: [Field("refuse", \.refuse, .string(length: 1...500), "Why not.")] + fields)
    static let ofMemory = Schema.record(Changes(), fields: fields)
    static let ofNew = Schema.record(
      Changes(),
      fields: fields + [
        Field("source_uri", \.sourceURI, .string(length: Limits.sourceURILength), "Where it is from."),
        Field("source_type", \.sourceType, .string(length: Limits.typeLength), "What kind of source."),
      ])

    static func read(_ value: JSONValue, _ schema: Schema<Changes>) throws(HostError) -> Changes {
      let changes: Changes
      do throws(SchemaFaults) { changes = try schema.decode(value.withObjects(at: ["details"])) } catch {
        throw HostError(error.faults.map(\.description).joined(separator: "; "))
      }
      if let details = changes.details, JSONValue.object(details).bytes.count > Limits.detailsBytes {
        throw HostError("details take more than \(Limits.detailsBytes) bytes")
      }
      return changes
    }
  }

  static func newDraft(_ value: JSONValue) throws(HostError) -> MemoryDraft {
    guard case .object(var members) = value.asObject else { throw HostError("a memory is a table") }
    members["key"] = nil
    members["context"] = nil
    let given = try Changes.read(.object(members), Changes.ofNew)
    guard let summary = given.summary else { throw HostError("summary is missing: 10 to 500 characters") }
    var draft = MemoryDraft(summary: summary, content: given.content ?? summary, type: given.type ?? "note")
    draft.contextSummary = given.contextSummary
    draft.tags = given.tags ?? []
    draft.importance = given.importance ?? draft.importance
    draft.details = given.details ?? [:]
    draft.sourceURI = given.sourceURI
    draft.sourceType = given.sourceType
    return draft
  }

  static func revision(_ value: JSONValue) throws(HostError) -> MemoryRevision {
    let given = try Changes.read(value, Changes.ofMemory)
    var revision = MemoryRevision()
    revision.summary = given.summary
    revision.content = given.content
    revision.type = given.type
    revision.contextSummary = given.contextSummary
    revision.tags = given.tags
    revision.importance = given.importance
    revision.details = given.details
    return revision
  }
}

extension HostAPI {
  static let memoryTable = HostTable(
    name: "Memory", about: "A memory in all its layers.",
    fields: [
      .init("id", "string", "Its id."), .init("context", "string", "The id of its context."),
      .init("summary", "string", "What searches match."), .init("content", "string", "All of it."),
      .init("type", "string", "note, decision, bug-fix, …"), .init("tags", "string[]", "Its tags."),
      .init("importance", "number", "0 to 1."), .init("details", "table<string, any>", "Structured data."),
      .init("created_at", "string", "When it was written."),
      .init("updated_at", "string", "When it was changed."),
      .init("revision", "integer", "How often it was written."),
      .init("context_summary", "string?", "Why it matters."),
      .init("source_uri", "string?", "Where it is from."),
      .init("source_type", "string?", "What kind of source."),
      .init("external_id", "string?", "Its writer's own name for it."),
      .init("client", "string?", "The program that wrote it; plugin/NAME for a plugin."),
    ])

  static let memoryChanges = HostTable(
    name: "MemoryChanges", about: "What changes in a memory; the rest stays.",
    fields: [
      .init("summary", "string?", "10 to 500 characters."), .init("content", "string?", "All of it."),
      .init("type", "string?", "At most 50 characters."),
      .init("context_summary", "string?", "Why it matters."),
      .init("tags", "string[]?", "All its tags, at most 64."), .init("importance", "number?", "0 to 1."),
      .init("details", "table<string, any>?", "All its structured data."),
    ])

  static let newMemory = HostTable(
    name: "NewMemory", about: "A memory to store.",
    fields: [
      .init("summary", "string", "10 to 500 characters."),
      .init("content", "string?", "The summary without it."),
      .init("type", "string?", "note without it."), .init("context_summary", "string?", "Why it matters."),
      .init("tags", "string[]?", "At most 64."), .init("importance", "number?", "0 to 1; 0.5 without it."),
      .init("details", "table<string, any>?", "Structured data."),
      .init("source_uri", "string?", "Where it is from."),
      .init("source_type", "string?", "What kind of source."),
      .init("key", "string?", "Names it within the run, so that another attempt does not repeat it."),
      .init("context", "string?", "Where; the hook's own context without it."),
    ])
}
