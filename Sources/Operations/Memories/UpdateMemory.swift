public import Engine
public import JSON
import Model

/// Changes a memory.
public enum UpdateMemory: Operation {
  public static let name = "update_memory"
  public static let title = "Change a memory"
  public static let about = """
    Changes a memory: by memory_id in place (what you leave out stays), or by external_id (your own name for it, \
    details.resource_id), which creates or replaces the whole and needs summary, content and type. History keeps what it \
    was. When a fact has changed in the world, prefer remember with `supersedes`.
    """
  public static let access = Access.destroys(.member)
  public static let route = Route.post("/api/v1/memory/update")
  public static let command = Command(
    "memory_id", example: "mneme update_memory 01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f --importance 0.9")

  public struct Input: Sendable {
    var context = ""
    var memory: String?
    var externalID: String?
    var revision = MemoryRevision()
    var dismissesCandidate = false
  }

  public static let input = Schema.record(Input()) {
    Field("context_id", \.context, .context, Words.context)
    Field("memory_id", \.memory, .memory, "The memory to change in place.")
    Field("external_id", \.externalID, .string(length: 1...512), "Your own name for the memory to write.")
    Field(
      "summary", \.revision.summary, .string(length: Limits.summaryLength, pattern: .notBlank),
      "The conclusion, in a sentence or two.")
    Field("content", \.revision.content, .string(length: Limits.contentLength), "All of it.")
    Field("type", \.revision.type, .string(length: Limits.typeLength, pattern: .notBlank), "What kind.")
    Field(
      "context_summary", \.revision.contextSummary, .string(length: Limits.contextSummaryLength),
      "Why it matters.")
    Field(
      "details", \.revision.details, .object(bytes: Limits.detailsBytes),
      "Structured data, replaced as a whole.")
    Field("importance", \.revision.importance, .number(0...1), "0 to 1.")
    Field("tags", \.revision.tags, .tags, "Replaced as a whole.")
    Field("context", \.revision.metadata, .object(bytes: Limits.detailsBytes), "Circumstances, as an object.")
    Field(
      "delivery_mode", \.revision.delivery, .enumeration(), "always: given to every session by load_pinned.")
    Field("source_uri", \.revision.sourceURI, .string(length: Limits.sourceURILength), "Where it is from.")
    Field("source_type", \.revision.sourceType, .string(length: Limits.typeLength), "What kind of source.")
    Field(
      "dismiss_supersede_candidate", \.dismissesCandidate, .bool, "Say that a suggested replacement is none.",
      required: false)
  }.checked { input in
    switch (input.memory, input.externalID) {
    case (nil, nil): [SchemaFault(path: "memory_id", "missing", allowed: "one of memory_id and external_id")]
    case (.some, .some):
      [
        SchemaFault(
          path: "external_id", "given beside memory_id", allowed: "one of memory_id and external_id")
      ]
    default: []
    }
  }

  public struct Output: Sendable {
    var memory = MemoryID(high: 0, low: 0)
    var operation = Updated.Operation.updated
    var isEmbeddedAnew = false
    var persistence = Persistence.persistent
    var lint: [LintHint] = []
  }

  public static let output = Schema.record(Output()) {
    Field("memory_id", \.memory, .identifier(), "")
    Field("operation", \.operation, .enumeration(), "")
    Field("re_embedded", \.isEmbeddedAnew, .bool, "Whether what searches match has changed.")
    Field("scope", \.persistence, .enumeration(), "")
    Field("lint", \.lint, .array(of: LintHint.schema), "Advice for finding it more easily.", omitsEmpty: true)
  }

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> Output {
    let access = try await call.engine.writing(input.context, as: call.caller)
    let updated =
      if let externalID = input.externalID {
        try await call.engine.upsert(externalID: externalID, with: input.revision, in: access)
      } else {
        try await call.engine.update(input.memory ?? "", with: input.revision, in: access)
      }
    return Output(
      memory: updated.memory.id, operation: updated.operation, isEmbeddedAnew: updated.changedText,
      persistence: updated.memory.persistence, lint: updated.lint)
  }
}
