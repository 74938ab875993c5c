internal import Engine
internal import Identity
internal import JSON
internal import Model
internal import Operations
internal import Storage

/// The pages that a client may attach to a conversation.
///
/// A page is made when it is read, of what the caller may see at that moment. Where its address names no context, it is
/// about the one that the client selected, or about those that were used last.
struct Library: Sendable {
  let engine: MemoryEngine
  let caller: Caller
  /// The context that the client selected.
  let selection: String?

  init(_ call: Call, selection: String?) {
    engine = call.engine
    caller = call.caller
    self.selection = selection
  }

  /// How many contexts a page looks at that names none.
  static let breadth = 20
  /// How many memories it lists.
  static let length = 20

  /// The kinds of memories that tell who somebody is.
  static let personalTypes = ["profile", "preference", "user", "person", "persona", "identity"]

  /// The contexts of a page that names none, by name: the order must not follow every use.
  func contexts() async throws(EngineError) -> [ReadAccess] {
    if let selection { return [try await engine.reading(selection, as: caller)] }
    let all = try await engine.everywhere(as: caller)
    return all.prefix(Self.breadth).sorted { left, right in
      (left.context.name, left.context.id) < (right.context.name, right.context.id)
    }
  }

  /// What is at an address; throws `memoryNotFound` or `contextNotFound` when nothing is.
  ///
  /// - Parameter isWatching: Whether nobody will read it. Then opening a memory does not count as a use.
  func page(at address: ResourceAddress, isWatching: Bool = false) async throws(EngineError) -> Page {
    switch address {
    case .profile: try await profile()
    case .recent: try await recent()
    case .pinned: try await pinned()
    case .item(let id): try await item(id, isWatching: isWatching)
    case .context(let name): try await context(name)
    case .tag(let tag): try await tagged(tag)
    }
  }

  /// What is listed, in order.
  func listed() async throws(EngineError) -> [ResourceListing.Entry] {
    ResourceListing.entries(of: try await engine.contexts(as: caller))
  }

  // MARK: - Pages

  private func profile() async throws(EngineError) -> Page {
    let accesses = try await contexts()
    var page = Page(title: "Who you are working with")
    page.paragraph(Page.caution)
    let pinned = try await gather(accesses) { listing in
      listing.filter.delivery = .always
      listing.order = .important
    }
    let known = Set(pinned.map(\.memory.id))
    let personal = try await gather(accesses) { listing in
      listing.filter.types = Self.personalTypes
      listing.order = .important
    }.filter { !known.contains($0.memory.id) }
    if !pinned.isEmpty {
      page.heading("Always to be kept in mind")
      for place in pinned { page.entry(place.memory, in: place.context) }
    }
    if !personal.isEmpty {
      page.heading("Preferences and facts")
      for place in personal { page.entry(place.memory, in: place.context) }
    }
    if pinned.isEmpty, personal.isEmpty {
      page.paragraph(
        "Nothing is known yet. Memories with delivery_mode “always”, or of type “preference” or “profile”, appear here."
      )
    }
    page.heading("Contexts")
    for access in accesses { page.bullet(Self.describe(access.context)) }
    return page
  }

  private func recent() async throws(EngineError) -> Page {
    let accesses = try await contexts()
    let places = try await gather(accesses) { $0.order = .recentlyUpdated }
      .sorted { ($0.memory.updatedAt, $0.memory.id) > ($1.memory.updatedAt, $1.memory.id) }
    return list(places.prefix(Self.length), of: accesses, title: "What changed last")
  }

  private func pinned() async throws(EngineError) -> Page {
    let accesses = try await contexts()
    let places = try await gather(accesses, limit: 100) { listing in
      listing.filter.delivery = .always
      listing.order = .important
    }
    return list(places[...], of: accesses, title: "What every session should know")
  }

  private func tagged(_ tag: String) async throws(EngineError) -> Page {
    let accesses = try await contexts()
    let places = try await gather(accesses) { listing in
      listing.filter.tags = [[tag]]
      listing.order = .recentlyUpdated
    }
    guard !places.isEmpty else { throw .memoryNotFound("tagged “\(tag)”") }
    return list(places.prefix(Self.length), of: accesses, title: "Tagged \(tag)")
  }

  private func context(_ name: String) async throws(EngineError) -> Page {
    let access = try await engine.reading(name, as: caller)
    let context = access.context
    let statistics = try await engine.statistics(of: access)
    var page = Page(title: context.displayName ?? context.name)
    page.bullet(
      "context_id `\(context.name)`, \(statistics.total) memories\(context.isLocked ? ", locked" : "")")
    for words in [context.summary, context.description, context.usageGuide].compactMap(\.self) {
      page.quote(words, limit: 2_000)
    }
    var listing = TagListing()
    listing.limit = 15
    let tags = try await engine.tags(listing, in: access).tags
    if !tags.isEmpty {
      page.heading("Tags")
      page.bullet(tags.map { "#\(Page.line($0.name)) (\($0.count))" }.joined(separator: ", "))
    }
    let places = try await gather([access]) { $0.order = .recentlyUpdated }
    if !places.isEmpty {
      page.heading("What changed last")
      for place in places { page.entry(place.memory) }
      page.paragraph(Page.caution)
    }
    return page
  }

  private func item(_ id: String, isWatching: Bool) async throws(EngineError) -> Page {
    let access = try await engine.whereabouts(of: id, as: caller)
    let found =
      isWatching ? try await engine.lookAt(id, in: access) : try await engine.reference(id, in: access)
    let memory = found.memory
    var page = Page(title: memory.summary)
    page.bullet("memory_id `\(memory.id)` in the context `\(access.context.name)`")
    page.bullet("type \(Page.line(memory.type)), importance \(memory.importance)")
    if !memory.tags.isEmpty {
      page.bullet("tags " + memory.tags.map { "#" + Page.line($0) }.joined(separator: ", "))
    }
    let client = memory.provenance.client.map { " by \(Page.line($0))" } ?? ""
    page.bullet(
      "written \(memory.createdAt.iso8601) through \(memory.provenance.door)\(client), source trusted as \(memory.provenance.trust.rawValue)"
    )
    if memory.updatedAt != memory.createdAt { page.bullet("changed \(memory.updatedAt.iso8601)") }
    if let source = memory.sourceURI { page.bullet("source \(Page.line(source))") }
    if let successor = found.supersededBy {
      page.bullet("replaced by \(ResourceAddress.item(successor.description).uri), which holds now")
    }
    if let why = memory.contextSummary { page.quote(why) }
    page.quote(memory.content)
    if !memory.details.isEmpty { page.quote(JSONValue.object(memory.details).text) }
    page.paragraph(Page.caution)
    return page
  }

  // MARK: - Pieces

  /// A memory and where it is.
  struct Place: Sendable {
    let memory: Memory
    /// Nil when there is only one context to be from.
    let context: Context?
  }

  /// The first memories of each context, context by context.
  func gather(
    _ accesses: [ReadAccess], limit: Int = Library.length, _ choose: (inout MemoryListing) -> Void
  ) async throws(EngineError) -> [Place] {
    var listing = MemoryListing()
    listing.limit = limit
    choose(&listing)
    var places: [Place] = []
    for access in accesses {
      let page = try await engine.list(listing, in: access)
      places += page.memories.map { Place(memory: $0, context: accesses.count > 1 ? access.context : nil) }
    }
    return places
  }

  private func list(_ places: ArraySlice<Place>, of accesses: [ReadAccess], title: String) -> Page {
    var page = Page(title: title)
    page.paragraph(Page.caution)
    guard !places.isEmpty else {
      page.paragraph("Nothing yet.")
      return page
    }
    page.paragraph("In \(accesses.map(\.context.name).joined(separator: ", ")):\n")
    for place in places { page.entry(place.memory, in: place.context) }
    return page
  }

  static func describe(_ context: Context) -> String {
    let words = context.summary ?? context.description
    return
      "\(context.name)\(words.map { ": " + Page.line(String($0.prefix(200))) } ?? "") \(ResourceAddress.context(context.name).uri)"
  }
}
