internal import Identity
internal import JSON
internal import Model
internal import Storage

extension MemoryEngine {
  /// Stores a memory, durably: once this returns, it survives, and the next recall finds it.
  public func remember(_ original: MemoryDraft, in access: WriteAccess) async throws(EngineError)
    -> Remembered
  {
    let clientKey = original.idempotencyKey.map { "key:\(access.caller.user):\($0)" }
    // A retry adds nothing, so that it is answered even where nothing more may be added, and no hook may refuse it.
    if let clientKey, let known = try await answer(to: original, key: clientKey, in: access) {
      return Remembered(memory: known, wasKnown: true, lint: [])
    }
    let occasion = Occasion(self, [access.reading])
    let draft = try await hooks.beforeRemember(original, occasion)
    if draft.skipsDuplicate, clientKey == nil, let known = try await twin(of: draft, in: access) {
      return Remembered(memory: known, wasKnown: true, lint: [])
    }
    let ownKey = clientKey ?? (draft.skipsDuplicate ? contentKey(of: draft) : nil)
    if clientKey == nil, let ownKey, let known = try await answer(to: draft, key: ownKey, in: access) {
      return Remembered(memory: known, wasKnown: true, lint: [])
    }
    try await checkQuota(for: access, adding: 1)
    let memory = try memory(from: draft, in: access)
    var changes: [MemoryWrite.Change] = [.insert(memory)]
    changes += try await links(from: memory.id, for: draft, in: access)
    let embeddings = await embeddings(of: [memory], in: access.context)
    let tasks = await hooks.afterRemember(memory, occasion)
    var key = ownKey
    while true {
      let receipt = try await commitInsert(changes, embeddings, tasks, key: key, in: access)
      guard receipt.isReplay, let id = receipt.changed.first else {
        let hasModel = access.context.embeddingModel ?? standardModel != nil
        return Remembered(
          memory: memory, wasKnown: false, lint: await lint(memory, in: access),
          embedding: hasModel ? (embeddings.isEmpty ? .pending : .ready) : nil)
      }
      if let known = try await earlierMemory(id, answering: draft, in: access) {
        return Remembered(memory: known, wasKnown: true, lint: [])
      }
      // What this key wrote was forgotten or changed meanwhile, so the text is new again. The next key names what it
      // follows, so that two who notice this at the same moment still write one memory.
      key = ownKey.map { "\($0)|\(id)" }
    }
  }

  /// The memory that an earlier write with this key made, or one with a key that followed it.
  private func answer(
    to draft: MemoryDraft, key ownKey: String, in access: WriteAccess
  ) async throws(EngineError) -> Memory? {
    var key = ownKey
    while true {
      let asked = key
      let receipt = try await stored { () async throws(StorageError) in
        try await store.receipt(forKey: asked, in: access.scope)
      }
      guard let id = receipt?.changed.first else { return nil }
      if let known = try await earlierMemory(id, answering: draft, in: access) { return known }
      key = "\(ownKey)|\(id)"
    }
  }

  /// What an earlier write made, if it answers a draft that came with the same key.
  ///
  /// A client's own key stands for one memory, whatever became of it since: a retry that arrives late must not bring back
  /// what was forgotten. The key that is made of the text stands for that text alone.
  private func earlierMemory(
    _ id: MemoryID, answering draft: MemoryDraft, in access: WriteAccess
  ) async throws(EngineError) -> Memory? {
    let known = try await living([id], in: access.reading).first
    guard draft.idempotencyKey == nil else {
      if let known { return known }
      return try await stored { () async throws(StorageError) in
        try await store.forgotten([id], in: access.scope)
      }.first
    }
    return known.flatMap { contentKey(of: $0) == contentKey(of: draft) ? $0 : nil }
  }

  /// A living memory of the same text, found by its words.
  private func twin(of draft: MemoryDraft, in access: WriteAccess) async throws(EngineError) -> Memory? {
    var query = KeywordQuery(draft.summary)
    query.filter.types = [draft.type]
    let asked = query
    let hits = try await stored { () async throws(StorageError) in
      try await store.search(asked, in: access.scope)
    }
    let key = contentKey(of: draft)
    return try await living(hits.map(\.memory), in: access.reading).first { contentKey(of: $0) == key }
  }

  private func memory(from draft: MemoryDraft, in access: WriteAccess) throws(EngineError) -> Memory {
    let caller = access.caller
    var memory = Memory(
      id: identifiers.make(), context: access.context.id, summary: draft.summary, content: draft.content,
      type: draft.type,
      provenance: Provenance(author: caller.user, door: caller.door.rawValue, client: caller.client),
      createdAt: clock.now())
    memory.contextSummary = draft.contextSummary
    memory.details = draft.details
    memory.importance = draft.importance
    memory.tags = draft.tags.withoutRepetition
    memory.metadata = draft.metadata
    memory.delivery = draft.delivery
    memory.sourceURI = draft.sourceURI
    memory.sourceType = draft.sourceType
    memory.externalID = try externalID(in: draft.details)
    return memory
  }

  /// The edges that a draft asks for: links to what it names, and to what it replaces.
  private func links(
    from memory: MemoryID, for draft: MemoryDraft, in access: WriteAccess
  ) async throws(EngineError) -> [MemoryWrite.Change] {
    let linked = try await resolve(draft.linked, in: access.reading)
    let superseded = try await resolve(draft.supersedes, in: access.reading)
    var bySource: [MemoryID] = []
    for uri in draft.linkedSourceURIs {
      bySource += try await memories(fromSource: uri, in: access.reading).map(\.id)
    }
    let now = clock.now()
    func edge(to target: MemoryID, _ type: String) -> MemoryWrite.Change {
      .link(Edge(id: identifiers.make(), source: memory, target: target, type: type, createdAt: now))
    }
    return (linked + bySource).withoutRepetition.map { edge(to: $0, Edge.KnownType.relatedTo) }
      + superseded.withoutRepetition.map { edge(to: $0, Edge.KnownType.supersedes) }
  }

  private func resolve(_ names: [String], in access: ReadAccess) async throws(EngineError) -> [MemoryID] {
    guard !names.isEmpty else { return [] }
    var ids: [MemoryID] = []
    for name in names {
      guard let id = MemoryID(name) else { throw .memoryNotFound(name) }
      ids.append(id)
    }
    let found = Set(try await living(ids, in: access).map(\.id))
    if let missing = ids.first(where: { !found.contains($0) }) { throw .memoryNotFound(missing.description) }
    return ids
  }

  private func memories(fromSource uri: String, in access: ReadAccess) async throws(EngineError) -> [Memory] {
    var listing = MemoryListing()
    listing.filter.sourceURIPrefix = uri
    listing.limit = 100
    let request = listing
    let page = try await stored { () async throws(StorageError) in
      try await store.list(request, in: access.scope)
    }
    return page.memories.filter { $0.sourceURI == uri }
  }

  private func commitInsert(
    _ changes: [MemoryWrite.Change], _ embeddings: [StoredEmbedding], _ tasks: [QueuedTask], key: String?,
    in access: WriteAccess
  ) async throws(EngineError) -> WriteReceipt {
    var write = MemoryWrite(changes, at: clock.now(), idempotencyKey: key)
    write.embeddings = embeddings
    write.tasks = tasks
    do {
      let receipt = try await store.commit(write, in: access.scope)
      if !tasks.isEmpty { bell.ring() }
      await follow(access)
      return receipt
    } catch {
      switch error.code {
      case .conflict:
        throw .conflict(
          "A memory with this details.resource_id exists. Use `update_memory` with external_id to replace it."
        )
      case .notFound: throw .fault(error)
      default: throw EngineError(error)
      }
    }
  }

  /// Applies changes, in order, all or none.
  @discardableResult
  func commit(_ changes: [MemoryWrite.Change], in access: WriteAccess) async throws(EngineError)
    -> WriteReceipt
  {
    let write = MemoryWrite(changes, at: clock.now())
    let receipt = try await stored { () async throws(StorageError) in
      try await store.commit(write, in: access.scope)
    }
    await follow(access)
    return receipt
  }

  /// The living memories among `ids`, in that order.
  func living(_ ids: [MemoryID], in access: ReadAccess) async throws(EngineError) -> [Memory] {
    try await stored { () async throws(StorageError) in try await store.memories(ids, in: access.scope) }
  }

  /// Advice is no reason to fail: the memory is written by the time that it is given.
  func lint(_ memory: Memory, in access: WriteAccess) async -> [LintHint] {
    var known: [String] = []
    // A tag that differs in case only begins with other bytes.
    let beginnings = memory.tags.prefix(8).map { $0.prefix(2) }.flatMap { beginning in
      [String(beginning), beginning.lowercased(), beginning.uppercased(), beginning.capitalized]
    }
    for beginning in beginnings.withoutRepetition {
      var listing = TagListing()
      listing.prefix = beginning
      listing.limit = 50
      let request = listing
      let found = (try? await store.tags(request, in: access.scope))?.tags ?? []
      known += found.map(\.name).filter { !memory.tags.contains($0) }
    }
    return LintHint.hints(summary: memory.summary, tags: memory.tags, known: known)
  }

  func checkQuota(for access: WriteAccess, adding count: Int64) async throws(EngineError) {
    guard quotas.memories > 0 else { return }
    let usage = try await usage(as: access.caller)
    if usage.memories + count > quotas.memories {
      throw .quotaExceeded(.init(quota: "memories", current: usage.memories, limit: quotas.memories))
    }
  }

  /// The writer's own name for a memory, if its details give one.
  func externalID(in details: JSONObject) throws(EngineError) -> String? {
    switch details["resource_id"] {
    case nil, .null: return nil
    case .string(let text) where !text.isEmpty && text.unicodeScalars.count <= 512: return text
    default:
      throw .invalid("details.resource_id", "is not a usable name", allowed: "a text of 1 to 512 characters")
    }
  }

  /// What two memories of the same text have in common.
  private func contentKey(of draft: MemoryDraft) -> String {
    contentKey(summary: draft.summary, content: draft.content, type: draft.type)
  }

  private func contentKey(of memory: Memory) -> String {
    contentKey(summary: memory.summary, content: memory.content, type: memory.type)
  }

  private func contentKey(summary: String, content: String, type: String) -> String {
    let parts = JSONValue.array([.string(type), .string(summary), .string(content)])
    return "text:"
      + sha256(parts.bytes).map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }
      .joined()
  }
}

extension Substring {
  /// The text with its first letter in upper case and the others in lower case.
  fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst().lowercased() }
}

extension Array where Element: Hashable {
  /// The elements in their order, each once.
  var withoutRepetition: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
