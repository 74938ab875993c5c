internal import JSON
@_spi(ScopeMaking) internal import Model
internal import Storage
internal import TestSupport

/// Random operations over all ports, by several users in several workspaces, many of them in vain: with scopes that
/// do not fit, with old revisions, with names that are taken.
struct RandomHistory {
  var random: SeededRandom
  let clock = TestClock()
  let ids: IdentifierSource
  private var users: [UserID] = []
  private var workspaces: [WorkspaceID] = []
  private var contexts: [ContextID] = []
  /// Users with the contexts that they made.
  private var homes: [Scope] = []
  var memories: [MemoryID] = []
  var edges: [Edge] = []
  private var keys: [APIKey] = []
  private var written = 0

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    ids = IdentifierSource(clock: clock, random: SeededRandom(seed: ~seed))
  }

  /// Mostly the instant that is next, at times the same again.
  mutating func instant() -> Timestamp {
    random.oneIn(4)
      ? clock.now() : clock.advance(by: .milliseconds(Int.random(in: 1...4_000, using: &random)))
  }

  /// Somebody in some workspace, mostly one that fits.
  private mutating func workspaceScope() -> WorkspaceScope {
    if !random.oneIn(5) { return random.pick(homes).inWorkspace }
    return WorkspaceScope(workspace: random.pick(workspaces), user: random.pick(users))
  }

  /// Anybody anywhere, mostly in vain.
  private mutating func scope() -> Scope {
    Scope(workspace: random.pick(workspaces), context: random.pick(contexts), user: random.pick(users))
  }

  /// A scope in which something is likely to be found.
  private mutating func openScope(_ store: any Store) async throws -> Scope {
    if random.oneIn(12) { return scope() }
    for _ in 0..<6 {
      let scope = random.pick(homes)
      if try await store.context(scope.context, in: scope.inWorkspace) != nil { return scope }
    }
    return scope()
  }

  /// The next operation; `store` is asked for what is there, so that much of it succeeds.
  mutating func nextStep(knowing store: any Store) async throws -> Step {
    if workspaces.isEmpty { return founding() }
    switch Int.random(in: 0..<36, using: &random) {
    case 0: return addWorkspace()
    case 1: return addUser()
    case 2: return addKey()
    case 3: return useKey()
    case 4, 5: return addContext()
    case 6: return try await updateContext(store)
    case 7: return random.oneIn(3) ? deleteContext() : addUser()
    case 8: return useContexts()
    case 9: return try await addFeedback(try await openScope(store), store)
    case 10: return useMemories(try await openScope(store))
    case 11: return try await merge(store)
    case 12, 13: return setState(try await openScope(store))
    case 14: return removeState(try await openScope(store))
    case 15: return purge()
    case 16: return saveEdges(try await openScope(store))
    case 17: return learn(try await openScope(store))
    case 18: return random.oneIn(3) ? fadeEdges() : removeEdge(try await openScope(store))
    default: return try await commit(store)
    }
  }
}

// MARK: - Directory and contexts

extension RandomHistory {
  private mutating func founding() -> Step {
    let owner = User(id: ids.make(), name: "Ada", createdAt: instant())
    let workspace = Workspace(id: ids.make(), name: "One", createdAt: clock.now())
    let context = Context(
      id: ids.make(), workspace: workspace.id, name: "a", creator: owner.id, createdAt: clock.now())
    let key = APIKey(
      id: ids.make(), workspace: workspace.id, user: owner.id, name: "k", hint: "h", digest: [0],
      role: .owner,
      createdAt: clock.now())
    users.append(owner.id)
    workspaces.append(workspace.id)
    contexts.append(context.id)
    keys.append(key)
    homes.append(Scope(workspace: workspace.id, context: context.id, user: owner.id))
    let founding = Founding(owner: owner, workspace: workspace, context: context, key: key)
    return Step("found") { try await $0.found(founding) }
  }

  private mutating func addWorkspace() -> Step {
    let isTaken = random.oneIn(4)
    let owner = User(id: random.oneIn(4) ? random.pick(users) : ids.make(), name: "Own", createdAt: instant())
    let workspace = Workspace(
      id: isTaken ? random.pick(workspaces) : ids.make(), name: "W", description: "", createdAt: clock.now())
    users.append(owner.id)
    workspaces.append(workspace.id)
    homes.append(Scope(workspace: workspace.id, context: random.pick(contexts), user: owner.id))
    return Step("add workspace") { store in
      try await store.add(workspace, owner: owner)
      return true
    }
  }

  private mutating func addUser() -> Step {
    let user = User(id: random.oneIn(8) ? random.pick(users) : ids.make(), name: "U", createdAt: instant())
    let workspace = random.oneIn(8) ? ids.make() : random.pick(workspaces)
    let role = random.pick(Role.allCases)
    users.append(user.id)
    homes.append(Scope(workspace: workspace, context: random.pick(contexts), user: user.id))
    return Step("add user") { store in
      try await store.add(user, to: workspace, as: role)
      return true
    }
  }

  private mutating func addKey() -> Step {
    let digest = random.oneIn(6) ? random.pick(keys).digest : [UInt8(keys.count), 1]
    let scope = workspaceScope()
    let key = APIKey(
      id: random.oneIn(6) ? random.pick(keys).id : ids.make(), workspace: scope.workspace,
      user: scope.user, name: "k", hint: "h", digest: digest, role: random.pick(Role.allCases),
      createdAt: instant(), expiresAt: random.oneIn(2) ? clock.now() : nil)
    keys.append(key)
    return Step("add key") { store in
      try await store.add(key)
      return true
    }
  }

  private mutating func useKey() -> Step {
    let (key, scope, at) = (random.pick(keys), workspaceScope(), instant())
    if random.oneIn(2) {
      return Step("note use of a key") { store in
        try await store.noteUse(of: key.id, at: at)
        return true
      }
    }
    return Step("revoke") { try await $0.revoke(key.id, at: at, in: scope) }
  }

  private mutating func addContext() -> Step {
    let scope = workspaceScope()
    var context = Context(
      id: random.oneIn(12) ? random.pick(contexts) : ids.make(),
      workspace: random.oneIn(12) ? random.pick(workspaces) : scope.workspace,
      name: random.pick(["a", "b", "B", "é", "c", "d"]),
      creator: random.oneIn(8) ? random.pick(users) : scope.user, isPrivate: random.oneIn(3),
      createdAt: instant())
    context.summary = random.oneIn(2) ? "s" : nil
    context.search.semanticWeight = Double.random(in: 0...1, using: &random)
    contexts.append(context.id)
    homes.append(Scope(workspace: context.workspace, context: context.id, user: context.creator))
    return Step("add context") { [context] store in
      try await store.add(context, in: scope)
      return true
    }
  }

  private mutating func updateContext(_ store: any Store) async throws -> Step {
    let scope = try await openScope(store).inWorkspace
    guard var context = try await store.contexts(in: scope).randomElement(using: &random) else {
      return Step("ping") { store in
        try await store.ping()
        return true
      }
    }
    context.name = random.pick(["a", "b", "B", "é"])
    context.isPrivate = random.oneIn(2)
    context.isLocked = random.oneIn(2)
    context.usageGuide = random.oneIn(2) ? nil : "g"
    context.updatedAt = instant()
    if random.oneIn(5) { context.revision -= 1 }
    let other = random.oneIn(5) ? workspaceScope() : scope
    return Step("update context") { [context] in try await $0.update(context, in: other) }
  }

  private mutating func deleteContext() -> Step {
    let home = random.pick(homes)
    let (id, scope, at) = (home.context, random.oneIn(3) ? workspaceScope() : home.inWorkspace, instant())
    return Step("delete context") { store in
      try await store.delete(id, at: at, in: scope)
      return true
    }
  }

  private mutating func useContexts() -> Step {
    let (some, scope, at) = (random.some(of: contexts, atMost: 3), workspaceScope(), instant())
    return Step("note use of contexts") { store in
      try await store.noteUse(of: some, at: at, in: scope)
      return true
    }
  }
}

// MARK: - Memories

extension RandomHistory {
  private mutating func commit(_ store: any Store) async throws -> Step {
    let scope = random.oneIn(12) ? scope() : try await openScope(store)
    var changes: [MemoryWrite.Change] = []
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      changes.append(try await change(in: scope, store))
    }
    let key = random.oneIn(3) ? random.pick(["k1", "k2", "k3", "é"]) : nil
    let write = MemoryWrite(changes, at: instant(), idempotencyKey: key)
    return Step("commit \(changes)") { try await $0.commit(write, in: scope) }
  }

  private mutating func change(in scope: Scope, _ store: any Store) async throws -> MemoryWrite.Change {
    switch Int.random(in: 0..<12, using: &random) {
    case 0...3: return .insert(memory(in: scope))
    case 4, 5:
      guard var memory = try await someMemory(in: scope, store) else { return .insert(memory(in: scope)) }
      MemoryMaker.decorate(&memory, Int.random(in: 0...80, using: &random), &random)
      memory.summary = MemoryMaker.text(&random)
      if random.oneIn(12) { memory.revision -= 1 }
      return .update(memory)
    case 6: return .forget(try await someMemory(in: scope, store)?.id ?? anyMemory())
    case 7: return .forget(anyMemory())
    case 8: return .restore(anyMemory())
    case 9, 10:
      let source = try await someMemory(in: scope, store)?.id ?? anyMemory()
      let target = random.oneIn(20) ? anyMemory() : try await someMemory(in: scope, store)?.id ?? anyMemory()
      var edge = Edge(
        id: ids.make(), source: source, target: target, type: random.pick(["related_to", "supersedes", "é"]),
        weight: Double.random(in: 0...3, using: &random), origin: random.pick(Edge.Origin.allCases),
        createdAt: clock.now())
      if random.oneIn(12), let taken = edges.randomElement(using: &random) { edge.id = taken.id }
      edges.append(edge)
      return .link(edge)
    default:
      guard let edge = edges.randomElement(using: &random) else { return .forget(anyMemory()) }
      return .unlink(source: edge.source, target: edge.target, type: edge.type)
    }
  }

  private mutating func memory(in scope: Scope) -> Memory {
    let isTaken = random.oneIn(30)
    var memory = Memory(
      id: isTaken ? anyMemory() : ids.make(),
      context: random.oneIn(40) ? random.pick(contexts) : scope.context,
      summary: MemoryMaker.text(&random), content: "", type: "note",
      provenance: Provenance(author: scope.user, door: random.pick(["rest", "mcp"])), createdAt: instant())
    MemoryMaker.decorate(&memory, Int.random(in: 0...80, using: &random), &random)
    if random.oneIn(5) { memory.createdAt = clock.now() - .seconds(100) }
    memories.append(memory.id)
    return memory
  }

  private mutating func anyMemory() -> MemoryID { memories.isEmpty ? ids.make() : random.pick(memories) }

  private mutating func someMemory(in scope: Scope, _ store: any Store) async throws -> Memory? {
    try await store.memories(random.some(of: memories, atMost: memories.count), in: scope).first
  }

  private mutating func addFeedback(_ scope: Scope, _ store: any Store) async throws -> Step {
    let feedback = Feedback(
      memory: try await someMemory(in: scope, store)?.id ?? anyMemory(), author: scope.user,
      isHelpful: random.oneIn(2), query: random.oneIn(2) ? "q" : nil,
      at: instant() - .seconds(random.oneIn(3) ? 50 : 0))
    return Step("add feedback") { store in
      try await store.add(feedback, in: scope)
      return true
    }
  }

  private mutating func useMemories(_ scope: Scope) -> Step {
    let (some, at) = (random.some(of: memories, atMost: 6), instant())
    return Step("note use of memories") { store in
      try await store.noteUse(of: some, at: at, in: scope)
      return true
    }
  }

  /// Rarely, because a merge leaves a context less, or as much again.
  private mutating func merge(_ store: any Store) async throws -> Step {
    let (source, target) = (try await openScope(store), try await openScope(store))
    let at = instant()
    if random.oneIn(3) { return Step("absorb") { try await $0.absorb(source, into: target, at: at) } }
    guard random.oneIn(4) else { return useContexts() }
    // Each store draws the same identifiers.
    let seed = random.next()
    let clock = self.clock
    return Step("copy all") { store in
      try await store.copyAll(
        from: source, to: target, at: at,
        identifiers: IdentifierSource(clock: clock, random: SeededRandom(seed: seed)))
    }
  }

  private mutating func setState(_ scope: Scope) -> Step {
    let entry = StateEntry(
      key: random.pick(["a", "b", "é", "e\u{301}"]), value: ["n": .integer(Int64(written))],
      updatedAt: instant(),
      expiresAt: random.oneIn(2) ? clock.now() + .seconds(Int.random(in: -5...30, using: &random)) : nil)
    written += 1
    return Step("set state") { store in
      try await store.set(entry, in: scope)
      return true
    }
  }

  private mutating func removeState(_ scope: Scope) -> Step {
    let (key, at) = (random.pick(["a", "b", "é"]), instant())
    return Step("remove state") { try await $0.removeState(key, at: at, in: scope) }
  }

  private mutating func purge() -> Step {
    let at = instant() - .seconds(Int.random(in: 0...200, using: &random))
    if random.oneIn(2) { return Step("purge state") { try await $0.purgeState(expiredBy: at) } }
    return Step("purge") { try await $0.purge(forgottenBefore: at) }
  }
}

// MARK: - Questions

extension RandomHistory {
  /// A few questions in a few scopes.
  mutating func someQuestions() -> [Step] {
    var questions: [Step] = []
    for scope in [random.pick(homes), random.pick(homes), scope()] {
      questions.append(random.pick(Self.questions(questionMaterial(in: scope))))
    }
    questions.append(random.pick(directoryQuestions()))
    return questions
  }

  /// Every question in every scope that fits, and in some that do not.
  mutating func allQuestions() -> [Step] {
    var questions = directoryQuestions()
    for home in Set(homes).sorted(by: { ($0.context, $0.user) < ($1.context, $1.user) }) {
      questions += Self.questions(questionMaterial(in: home))
    }
    for _ in 0..<10 { questions += Self.questions(questionMaterial(in: scope())) }
    return questions
  }

  private struct Material: Sendable {
    let scope: Scope
    let now: Timestamp
    let memories: [MemoryID]
    let listing: MemoryListing
    let tags: TagListing
    let query: KeywordQuery
    let sequence: Int64
  }

  private mutating func questionMaterial(in scope: Scope) -> Material {
    var listing = MemoryListing()
    listing.filter = MemoryMaker.filter(&random, around: clock.now())
    listing.order = random.pick(MemoryListing.Order.allCases)
    listing.limit = random.pick([0, 1, 3, 1_000])
    listing.offset = random.pick([0, 0, 2])
    var tags = TagListing()
    tags.order = random.pick(TagListing.Order.allCases)
    tags.limit = random.pick([2, 1_000])
    tags.prefix = random.pick(["", "", "t", "caf", "%"])
    tags.minimumCount = random.pick([0, 1, 2])
    tags.with = random.oneIn(3) ? random.some(of: MemoryMaker.tags, atMost: 2) : []
    var query = KeywordQuery(MemoryMaker.text(&random))
    query.filter = random.oneIn(2) ? listing.filter : MemoryFilter()
    query.limit = 100_000
    return Material(
      scope: scope, now: clock.now(), memories: random.some(of: memories, atMost: 30), listing: listing,
      tags: tags,
      query: query, sequence: Int64.random(in: 0...20, using: &random))
  }

  private static func questions(_ with: Material) -> [Step] {
    let scope = with.scope
    return [
      Step("list \(with.listing)") { try await $0.list(with.listing, in: scope) },
      Step("tags \(with.tags)") { try await $0.tags(with.tags, in: scope) },
      Step("search \(with.query)") { Set(try await $0.search(with.query, in: scope).map(\.memory)) },
      Step("memories") { try await $0.memories(with.memories, in: scope) },
      Step("forgotten") { try await $0.forgotten(with.memories, in: scope) },
      Step("edges") { try await $0.edges(touching: with.memories, types: nil, in: scope) },
      Step("edges of a type") {
        try await $0.edges(touching: with.memories, types: ["supersedes"], in: scope)
      },
      Step("edges at") {
        try await $0.edges(
          at: with.memories, matching: EdgeFilter(minimumWeight: 0.3, limit: 2), in: scope)
      },
      Step("all edges") { Set(try await $0.edges(after: nil, limit: 100_000, in: scope)) },
      Step("edge counts") { try await $0.edgeCounts(in: scope) },
      Step("acquaintance") { store in
        let pairs = zip(with.memories, with.memories.dropFirst()).filter { $0 != $1 }
          .map { MemoryPair($0, $1) }
        return try await store.acquaintance(of: pairs, in: scope)
      },
      Step("statistics") { try await $0.statistics(in: scope) },
      Step("changes") { try await $0.changes(after: with.sequence, limit: 7, in: scope) },
      Step("sequence") { try await $0.sequence(in: scope) },
      Step("states") { try await $0.states(at: with.now, in: scope) },
      Step("state") { try await $0.state("a", at: with.now, in: scope) },
      Step("external id") { try await $0.memory(externalID: "external-7", in: scope) },
      Step("context") { try await $0.context(scope.context, in: scope.inWorkspace) },
      Step("history") { store in
        var changes: [MemoryChange] = []
        for memory in with.memories.prefix(5) { changes += try await store.history(of: memory, in: scope) }
        return changes
      },
      Step("feedback") { store in
        var feedback: [Feedback] = []
        for memory in with.memories { feedback += try await store.feedback(on: memory, in: scope) }
        return feedback
      },
    ]
  }

  private mutating func directoryQuestions() -> [Step] {
    let (scope, key, user) = (workspaceScope(), random.pick(keys), random.pick(users))
    return [
      Step("workspaces") { try await $0.workspaces() },
      Step("workspace") { try await $0.workspace(scope.workspace) },
      Step("user") { try await $0.user(user) },
      Step("members") {
        try await $0.members(of: scope.workspace).map { Holder(user: $0.user, role: $0.role) }
      },
      Step("key") { store in
        let found = try await store.key(digest: key.digest)
        return Holder(key: found?.key, role: found?.role)
      },
      Step("keys") { try await $0.keys(in: scope) },
      Step("contexts") { try await $0.contexts(in: scope) },
      Step("context by name") { try await $0.context(named: "b", in: scope) },
      Step("usage") { try await $0.usage(in: scope) },
    ]
  }
}

/// Who has a role, in a form that can be compared.
private struct Holder: Hashable, Sendable {
  var user: User?
  var key: APIKey?
  var role: Role?
}
