public import Engine
public import JSON
import Model

/// Stores a memory.
public enum Remember: Operation {
  public static let name = "remember"
  public static let title = "Remember"
  public static let about = """
    Stores one thing worth keeping: a decision with its reason, a correction, a preference, a fact that took effort to \
    find. One fact per memory. `summary` (10–500 characters) is what searches match: state the conclusion, with names \
    and absolute dates. `context_summary` says why it matters, `content` holds all of it. Durable, and found by your \
    next recall. What it replaces goes into `supersedes`. Not for secrets or passing chatter.
    """
  public static let access = Access.writes()
  public static let route = Route.post("/api/v1/memory/remember", status: 201)
  public static let command = Command(
    "summary",
    example: "mneme remember \"The deploy failed because the JWT had expired\" --tags deploy --tags auth",
    complete: { arguments in
      var complete = arguments
      let text = arguments["summary"]?.stringValue ?? ""
      if complete["content"] == nil { complete["content"] = .string(text) }
      if complete["type"] == nil { complete["type"] = "note" }
      // A long text is kept whole; its beginning is what searches match.
      if text.unicodeScalars.count > Limits.summaryLength.upperBound {
        let head = text.unicodeScalars.prefix(Limits.summaryLength.upperBound - 1)
        complete["summary"] = .string(String(String.UnicodeScalarView(head)) + "…")
      }
      return complete
    })

  public struct Input: Sendable {
    var context = ""
    var draft = MemoryDraft(summary: "", content: "", type: "")
  }

  public static let input = Schema.record(Input()) {
    Field(
      "summary", \.draft.summary, .string(length: Limits.summaryLength, pattern: .notBlank),
      "The conclusion, in a sentence or two.")
    Field("content", \.draft.content, .string(length: Limits.contentLength), "All of it.")
    Field(
      "type", \.draft.type, .string(length: Limits.typeLength, pattern: .notBlank),
      "What kind: note, code, decision, bug-fix, feature, learning, time, …")
    Field("context_id", \.context, .context, Words.context)
    Field(
      "context_summary", \.draft.contextSummary, .string(length: Limits.contextSummaryLength),
      "Why it matters and how to use it.")
    Field(
      "details", \.draft.details, .object(bytes: Limits.detailsBytes),
      "Structured data. resource_id in it is your own name for the memory.", required: false)
    Field("importance", \.draft.importance, .number(0...1), "0 to 1.", required: false)
    Field("tags", \.draft.tags, .tags, "Two or three, reused from list_tags where they fit.", required: false)
    Field(
      "context", \.draft.metadata, .object(bytes: Limits.detailsBytes), "Circumstances, as an object.",
      required: false)
    Field(
      "delivery_mode", \.draft.delivery, .enumeration(), "always: given to every session by load_pinned.",
      required: false)
    Field("source_uri", \.draft.sourceURI, .string(length: Limits.sourceURILength), "Where it is from.")
    Field("source_type", \.draft.sourceType, .string(length: Limits.typeLength), "What kind of source.")
    Field(
      "linked_memory_ids", \.draft.linked, .array(of: .memory, count: Limits.linkCount),
      "Memories to link to.", required: false)
    Field(
      "linked_source_uris", \.draft.linkedSourceURIs,
      .array(of: .string(length: Limits.sourceURILength), count: Limits.linkCount),
      "Link to the memories from these sources.", required: false)
    Field(
      "supersedes", \.draft.supersedes, .oneOrMany(of: .memory, count: 0...100),
      "Memories that this one replaces.", required: false)
    Field(
      "idempotency_key", \.draft.idempotencyKey, .string(length: 1...255),
      "Two calls with the same key make one memory.")
    Field(
      "skip_duplicate", \.draft.skipsDuplicate, .bool,
      "Return a living memory of the same text instead of writing a second.", required: false)
  }

  public static let output = RememberedView.schema

  public static func run(_ input: Input, _ call: Call) async throws(EngineError) -> RememberedView {
    let access = try await call.engine.writing(input.context, as: call.caller)
    var draft = input.draft
    draft.idempotencyKey = draft.idempotencyKey ?? call.idempotencyKey
    let remembered = try await call.engine.remember(draft, in: access)
    return RememberedView(remembered, in: access.context)
  }
}

/// What a writer is told.
public struct RememberedView: Sendable {
  var memory = MemoryID(high: 0, low: 0)
  var persistence = Persistence.persistent
  var placement = Placement()
  var wasKnown: Bool?
  var lint: [LintHint] = []
  var embedding: EmbeddingState?
  var context = ContextID(high: 0, low: 0)
  var contextName = ""

  struct Placement: Sendable {
    var scope = Persistence.persistent
    var isCommitted = true
    var detail = "Durable: it stays until it is forgotten."

    static let schema = Schema.record(Placement()) {
      Field("scope", \.scope, .enumeration(), "")
      Field("committed", \.isCommitted, .bool, "")
      Field("detail", \.detail, .string(), "")
    }
  }

  init() {}

  init(_ remembered: Remembered, in context: Context) {
    memory = remembered.memory.id
    persistence = remembered.memory.persistence
    placement.scope = persistence
    wasKnown = remembered.wasKnown ? true : nil
    lint = remembered.lint
    embedding = remembered.embedding
    self.context = context.id
    contextName = context.name
  }

  static let schema = Schema.record(RememberedView()) {
    Field("memory_id", \.memory, .identifier(), "")
    Field("scope", \.persistence, .enumeration(), "")
    Field("persistence", \.placement, Placement.schema, "How long it is kept.")
    Field("already_known", \.wasKnown, .bool, "There when an earlier call had stored it.")
    Field("lint", \.lint, .array(of: LintHint.schema), "Advice for finding it more easily.", omitsEmpty: true)
    Field(
      "embedding_status", \.embedding, .enumeration(), "pending: found by its words until the model answers.")
    Field("context_id", \.context, .identifier(), "")
    Field("context_name", \.contextName, .string(), "")
  }
}

extension LintHint {
  static let schema = Schema.record(LintHint(code: .noTags, hint: "")) {
    Field("code", \.code, .enumeration(), "")
    Field("hint", \.hint, .string(), "")
    Field("subject", \.subject, .string(), "")
  }
}
