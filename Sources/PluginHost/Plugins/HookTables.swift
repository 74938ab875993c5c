/// The tables that hooks are given and give back, for the editor's types and the reference page.
enum HookTables {
  typealias Value = HostDeclaration.Value

  static let event = HostTable(
    name: "Event", about: "Why the hook is called.",
    fields: [
      Value("hook", "string", "Its name."),
      Value("id", "string", "The same for each attempt of the same work: a name for what follows from it."),
      Value("attempt", "integer", "1 for the first, and so on."),
      Value("config", "table<string, any>", "The plugin's settings, with their defaults."),
      Value("plugin", "{ name: string, version: string }", "The plugin itself."),
      Value("context", "{ id: string, name: string }?", "The context that it is about, if it is about one."),
      Value(
        "payload", "any?", "In on_schedule: what mneme.schedule.later was given. In on_event: the event."),
    ])

  static let draft = HostTable(
    name: "Draft", about: "A memory that is about to be written.",
    fields: [
      Value("summary", "string", "What searches match."), Value("content", "string", "All of it."),
      Value("type", "string", "note, decision, bug-fix, …"),
      Value("context_summary", "string?", "Why it matters."), Value("tags", "string[]", "Its tags."),
      Value("importance", "number", "0 to 1."), Value("details", "table<string, any>", "Structured data."),
      Value("source_uri", "string?", "Where it is from."),
      Value("source_type", "string?", "What kind of source."),
    ])

  static let draftChanges = HostTable(
    name: "DraftChanges", about: "What before_remember may return: fields to change, or a refusal.",
    fields: [
      Value("refuse", "string?", "Do not write it, for this reason, which the writer is told."),
      Value("summary", "string?", "10 to 500 characters."), Value("content", "string?", "All of it."),
      Value("type", "string?", "At most 50 characters."),
      Value("context_summary", "string?", "Why it matters."),
      Value("tags", "string[]?", "All its tags, at most 64."), Value("importance", "number?", "0 to 1."),
      Value("details", "table<string, any>?", "All its structured data."),
    ])

  static let request = HostTable(
    name: "RecallRequest", about: "A question that is about to be answered.",
    fields: [
      Value("query", "string", "The question."), Value("limit", "integer", "How many memories are wanted."),
      Value("contexts", "{ id: string, name: string }[]", "Where it is asked."),
    ])

  static let requestChanges = HostTable(
    name: "RecallChanges", about: "What before_recall may return: fields to change, or a refusal.",
    fields: [
      Value("refuse", "string?", "Do not answer it, for this reason, which who asked is told."),
      Value("query", "string?", "Another question."), Value("limit", "integer?", "1 to 100."),
    ])

  static let found = HostTable(
    name: "Found", about: "A memory that answers a question.",
    fields: [
      Value("id", "string", "Its id."), Value("summary", "string", "What searches match."),
      Value("context_summary", "string?", "Why it matters."), Value("type", "string", "Its type."),
      Value("tags", "string[]", "Its tags."), Value("score", "number", "0 to 1."),
    ])

  static let answer = HostTable(
    name: "RecallAnswer", about: "A question that was answered.",
    fields: [
      Value("query", "string", "The question."), Value("results", "Found[]", "Best first."),
    ])

  /// What each hook is given besides the event, and gives back.
  static let hooks: [(hook: String, parameter: String?, type: String?, result: String?, about: String)] = [
    (
      "before_remember", "draft", "Draft", "DraftChanges?",
      "Before a memory is written. The writer waits, so be quick. Return nothing to let it pass."
    ),
    (
      "after_remember", "memory", "Memory", nil,
      "After a memory was written, from the queue. Whatever it raises makes it run again later."
    ),
    (
      "before_recall", "request", "RecallRequest", "RecallChanges?",
      "Before a question is answered. Who asked waits, so be quick."
    ),
    ("after_recall", "answer", "RecallAnswer", nil, "After a question was answered, from the queue."),
    (
      "on_schedule", nil, nil, nil,
      "Every `every_seconds` of the manifest, and when mneme.schedule.later asked for it; from the queue."
    ),
    ("on_event", nil, nil, nil, "When something outside has happened; kept for the indexers of resources."),
  ]
}
