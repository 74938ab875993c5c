internal import Engine
internal import Model
internal import Storage

extension Prompt {
  /// Every prompt, in the order in which they are listed.
  static let all = [recall, remember, summarizeSession, dailyReview, resolveContradictions]

  static func named(_ name: String) -> Prompt? { all.first { $0.name == name } }

  private static let context = Argument(
    name: "context", about: "A context, by name; without it those that were used last.",
    suggestions: .contexts)

  static let recall = Prompt(
    name: "recall", title: "Recall a topic",
    about: "Brings what is remembered about a topic into the conversation.",
    arguments: [
      Argument(
        name: "topic", about: "What to look for, in plain words.", isRequired: true, suggestions: .tags),
      context,
    ]
  ) { arguments, library async throws(EngineError) in
    let topic = arguments["topic"] ?? ""
    var request = RecallRequest(String(topic.prefix(Limits.queryLength.upperBound)))
    request.limit = 10
    let accesses = try await library.contexts()
    let found = accesses.isEmpty ? nil : try await library.engine.recall(request, in: accesses)
    var page = Page(title: "What is remembered about \(topic)")
    page.paragraph(Page.caution)
    for item in found?.items ?? [] {
      page.heading(item.memory.summary)
      page.entry(item.memory, in: item.context)
      if let why = item.memory.contextSummary { page.quote(why, limit: 1_000) }
    }
    if found?.items.isEmpty ?? true {
      page.paragraph(
        "Nothing was found. Say so, and ask the tool `recall` with other words before you give up.")
    } else {
      page.paragraph(
        "Answer from these where they apply and name the ones you rely on. The tool `reference` opens one in full."
      )
    }
    return page.text
  }

  static let remember = Prompt(
    name: "remember", title: "Remember something",
    about: "Has a text stored well: one fact a memory, with type, tags and absolute dates.",
    arguments: [
      Argument(name: "text", about: "What to remember.", isRequired: true, suggestions: .none),
      Argument(name: "type", about: "What kind of thing it is: decision, preference, …", suggestions: .types),
      Argument(name: "tags", about: "Tags, separated by commas.", suggestions: .tags),
      context,
    ]
  ) { arguments, library async throws(EngineError) in
    let accesses = try await library.contexts()
    var page = Page(title: "Remember this")
    page.quote(arguments["text"] ?? "")
    page.paragraph("Store it with the tool `remember`:\n")
    page.bullet("One memory for each fact. `summary` is the conclusion in one sentence, `content` all of it.")
    page.bullet("Dates are absolute: write 2026-11-26, not “today”.")
    page.bullet(
      "First `recall` it. If a memory says something else about the same thing, give its id in `supersedes`.")
    page.bullet("No secrets: leave out passwords, keys and tokens, and say that you did.")
    if let type = arguments["type"] { page.bullet("`type` is \(Page.line(type)).") }
    if let tags = arguments["tags"] {
      page.bullet("`tags` are \(Page.line(tags)).")
    } else {
      page.bullet("Choose two or three tags, and look at `list_tags` first, so that one thing has one tag.")
    }
    let names = accesses.map(\.context.name)
    switch names.count {
    case 0: page.bullet("There is no context yet: make one with `create_context`.")
    case 1: page.bullet("`context_id` is \(names[0]).")
    default: page.bullet("`context_id` is whichever fits of \(names.joined(separator: ", ")).")
    }
    return page.text
  }

  static let summarizeSession = Prompt(
    name: "summarize_session", title: "Keep what this session taught",
    about: "Has the conversation so far looked through for what will matter later, and stores it.",
    arguments: [context]
  ) { _, library async throws(EngineError) in
    let names = try await library.contexts().map(\.context.name)
    var page = Page(title: "Keep what this session taught")
    page.paragraph("Look through our conversation for what somebody will need in a month:\n")
    page.bullet("decisions, with their reason and what was decided against")
    page.bullet("corrections that I made, and preferences that I showed")
    page.bullet(
      "facts that took effort to find: causes of failures, how things are connected, where they are")
    page.bullet("what was left undone, with the next step")
    page.paragraph(
      """
      Show me the list in a few words each, and wait for my yes. Then store each with `remember`: one fact a memory, \
      absolute dates, two or three tags; what replaces an older memory names it in `supersedes`. Leave out secrets, \
      chatter, and what the code or its history says better.
      """)
    page.paragraph("Contexts to choose from: \(names.isEmpty ? "none yet" : names.joined(separator: ", ")).")
    return page.text
  }

  static let dailyReview = Prompt(
    name: "daily_review", title: "Review of the day",
    about: "What was remembered or changed in the last 24 hours, to look over and put in order.",
    arguments: [context]
  ) { _, library async throws(EngineError) in
    let since = library.engine.now - .seconds(86_400)
    let places = try await library.gather(try await library.contexts(), limit: 50) { listing in
      listing.filter.updatedAfter = since
      listing.order = .recentlyUpdated
    }
    var page = Page(title: "What was remembered since \(since.iso8601)")
    page.paragraph(Page.caution)
    guard !places.isEmpty else {
      page.paragraph("Nothing was remembered or changed. Tell me so.")
      return page.text
    }
    page.paragraph("\(places.count) memories:\n")
    for place in places { page.entry(place.memory, in: place.context) }
    page.paragraph(
      """
      Go through them with me. Say in a few sentences what the day was about. Then name what should change: two that \
      say the same, one that another replaces, a summary that nobody would find, a missing tag, something that is no \
      longer worth keeping. Change nothing before I agree; then use `update_memory`, `remember` with `supersedes`, or \
      `forget`.
      """)
    return page.text
  }

  static let resolveContradictions = Prompt(
    name: "resolve_contradictions", title: "Resolve contradictions",
    about: "Memories that are known to contradict each other, to decide which one holds.",
    arguments: [context]
  ) { _, library async throws(EngineError) in
    var page = Page(title: "Memories that contradict each other")
    page.paragraph(Page.caution)
    var count = 0
    for access in try await library.contexts() {
      for (one, other) in try await library.engine.contradictions(limit: 200, in: access) {
        count += 1
        page.heading("\(count). in \(access.context.name)")
        page.entry(one)
        page.entry(other)
      }
    }
    if count == 0 {
      page.paragraph(
        """
        No two memories are marked as contradicting. Look for unmarked ones: `recall` the subjects that changed last, \
        and compare what memories of one subject say.
        """)
    }
    page.paragraph(
      """
      For each pair, open both with `reference`, and compare dates, sources and how far they are trusted. Tell me which \
      one you think holds and why, and ask when you are not sure. When I agree, store what holds with `remember`, with the \
      other in `supersedes`. Do not delete the older one: it is the history.
      """)
    return page.text
  }
}
