public import Model
public import Storage

extension FaultyStore {
  public func found(_ founding: Founding) async throws(StorageError) -> Bool {
    try await call { (store) throws(StorageError) in try await store.found(founding) }
  }

  public func add(_ workspace: Workspace, owner: User) async throws(StorageError) {
    try await call { (store) throws(StorageError) in try await store.add(workspace, owner: owner) }
  }

  public func add(_ user: User, to workspace: WorkspaceID, as role: Role) async throws(StorageError) {
    try await call { (store) throws(StorageError) in try await store.add(user, to: workspace, as: role) }
  }

  public func workspaces() async throws(StorageError) -> [Workspace] {
    try await call { (store) throws(StorageError) in try await store.workspaces() }
  }

  public func workspace(_ id: WorkspaceID) async throws(StorageError) -> Workspace? {
    try await call { (store) throws(StorageError) in try await store.workspace(id) }
  }

  public func user(_ id: UserID) async throws(StorageError) -> User? {
    try await call { (store) throws(StorageError) in try await store.user(id) }
  }

  public func members(of workspace: WorkspaceID) async throws(StorageError) -> [(user: User, role: Role)] {
    try await call { (store) throws(StorageError) in try await store.members(of: workspace) }
  }

  public func key(digest: [UInt8]) async throws(StorageError) -> (key: APIKey, role: Role)? {
    try await call { (store) throws(StorageError) in try await store.key(digest: digest) }
  }

  public func add(_ key: APIKey) async throws(StorageError) {
    try await call { (store) throws(StorageError) in try await store.add(key) }
  }

  public func keys(in scope: WorkspaceScope) async throws(StorageError) -> [APIKey] {
    try await call { (store) throws(StorageError) in try await store.keys(in: scope) }
  }

  public func revoke(_ key: KeyID, at instant: Timestamp, in scope: WorkspaceScope) async throws(StorageError)
    -> Bool
  {
    try await call { (store) throws(StorageError) in try await store.revoke(key, at: instant, in: scope) }
  }

  public func noteUse(of key: KeyID, at instant: Timestamp) async throws(StorageError) {
    try await call { (store) throws(StorageError) in try await store.noteUse(of: key, at: instant) }
  }
}

extension FaultyStore {
  public func add(_ context: Context, in scope: WorkspaceScope) async throws(StorageError) {
    try await call { (store) throws(StorageError) in try await store.add(context, in: scope) }
  }

  public func context(_ id: ContextID, in scope: WorkspaceScope) async throws(StorageError) -> Context? {
    try await call { (store) throws(StorageError) in try await store.context(id, in: scope) }
  }

  public func context(named name: String, in scope: WorkspaceScope) async throws(StorageError) -> Context? {
    try await call { (store) throws(StorageError) in try await store.context(named: name, in: scope) }
  }

  public func contexts(in scope: WorkspaceScope) async throws(StorageError) -> [Context] {
    try await call { (store) throws(StorageError) in try await store.contexts(in: scope) }
  }

  public func update(_ context: Context, in scope: WorkspaceScope) async throws(StorageError) -> Context {
    try await call { (store) throws(StorageError) in try await store.update(context, in: scope) }
  }

  public func delete(_ context: ContextID, at instant: Timestamp, in scope: WorkspaceScope)
    async throws(StorageError)
  {
    try await call { (store) throws(StorageError) in try await store.delete(context, at: instant, in: scope) }
  }

  public func noteUse(of contexts: [ContextID], at instant: Timestamp, in scope: WorkspaceScope)
    async throws(StorageError)
  {
    try await call { (store) throws(StorageError) in
      try await store.noteUse(of: contexts, at: instant, in: scope)
    }
  }

  public func usage(in scope: WorkspaceScope) async throws(StorageError) -> WorkspaceUsage {
    try await call { (store) throws(StorageError) in try await store.usage(in: scope) }
  }
}

extension FaultyStore {
  public func commit(_ write: MemoryWrite, in scope: Scope) async throws(StorageError) -> WriteReceipt {
    try await call { (store) throws(StorageError) in try await store.commit(write, in: scope) }
  }

  public func memories(_ ids: [MemoryID], in scope: Scope) async throws(StorageError) -> [Memory] {
    try await call { (store) throws(StorageError) in try await store.memories(ids, in: scope) }
  }

  public func memory(externalID: String, in scope: Scope) async throws(StorageError) -> Memory? {
    try await call { (store) throws(StorageError) in try await store.memory(externalID: externalID, in: scope)
    }
  }

  public func forgotten(_ ids: [MemoryID], in scope: Scope) async throws(StorageError) -> [Memory] {
    try await call { (store) throws(StorageError) in try await store.forgotten(ids, in: scope) }
  }

  public func list(_ listing: MemoryListing, in scope: Scope) async throws(StorageError) -> MemoryPage {
    try await call { (store) throws(StorageError) in try await store.list(listing, in: scope) }
  }

  public func history(of memory: MemoryID, in scope: Scope) async throws(StorageError) -> [MemoryChange] {
    try await call { (store) throws(StorageError) in try await store.history(of: memory, in: scope) }
  }

  public func edges(touching memories: [MemoryID], types: [String]?, in scope: Scope)
    async throws(StorageError) -> [Edge]
  {
    try await call { (store) throws(StorageError) in
      try await store.edges(touching: memories, types: types, in: scope)
    }
  }

  public func tags(_ listing: TagListing, in scope: Scope) async throws(StorageError) -> TagPage {
    try await call { (store) throws(StorageError) in try await store.tags(listing, in: scope) }
  }

  public func statistics(in scope: Scope) async throws(StorageError) -> MemoryStatistics {
    try await call { (store) throws(StorageError) in try await store.statistics(in: scope) }
  }

  public func noteUse(of memories: [MemoryID], at instant: Timestamp, in scope: Scope)
    async throws(StorageError)
  {
    try await call { (store) throws(StorageError) in
      try await store.noteUse(of: memories, at: instant, in: scope)
    }
  }

  public func add(_ feedback: Feedback, in scope: Scope) async throws(StorageError) {
    try await call { (store) throws(StorageError) in try await store.add(feedback, in: scope) }
  }

  public func feedback(on memory: MemoryID, in scope: Scope) async throws(StorageError) -> [Feedback] {
    try await call { (store) throws(StorageError) in try await store.feedback(on: memory, in: scope) }
  }

  public func edge(_ id: EdgeID, in scope: Scope) async throws(StorageError) -> Edge? {
    try await call { (store) throws(StorageError) in try await store.edge(id, in: scope) }
  }

  public func edge(
    from source: MemoryID, to target: MemoryID, type: String, in scope: Scope
  ) async throws(StorageError) -> Edge? {
    try await call { (store) throws(StorageError) in
      try await store.edge(from: source, to: target, type: type, in: scope)
    }
  }

  public func edges(
    at memories: [MemoryID], matching filter: EdgeFilter, in scope: Scope
  ) async throws(StorageError) -> [Edge] {
    try await call { (store) throws(StorageError) in
      try await store.edges(at: memories, matching: filter, in: scope)
    }
  }

  public func save(_ edges: [Edge], in scope: Scope) async throws(StorageError) -> [Edge] {
    try await call { (store) throws(StorageError) in try await store.save(edges, in: scope) }
  }

  public func removeEdge(_ id: EdgeID, in scope: Scope) async throws(StorageError) -> Bool {
    try await call { (store) throws(StorageError) in try await store.removeEdge(id, in: scope) }
  }

  public func acquaintance(of pairs: [MemoryPair], in scope: Scope) async throws(StorageError) -> [Int64] {
    try await call { (store) throws(StorageError) in try await store.acquaintance(of: pairs, in: scope) }
  }

  public func learn(_ lesson: Lesson, in scope: Scope) async throws(StorageError) -> Int {
    try await call { (store) throws(StorageError) in try await store.learn(lesson, in: scope) }
  }

  public func edges(after edge: EdgeID?, limit: Int, in scope: Scope) async throws(StorageError) -> [Edge] {
    try await call { (store) throws(StorageError) in
      try await store.edges(after: edge, limit: limit, in: scope)
    }
  }

  public func sampleEdges(_ limit: Int, seed: UInt64, in scope: Scope) async throws(StorageError) -> [Edge] {
    try await call { (store) throws(StorageError) in try await store.sampleEdges(limit, seed: seed, in: scope)
    }
  }

  public func edgeCounts(in scope: Scope) async throws(StorageError) -> EdgeCounts {
    try await call { (store) throws(StorageError) in try await store.edgeCounts(in: scope) }
  }

  public func fadeEdges(at instant: Timestamp, limit: Int) async throws(StorageError) -> (
    faded: Int, removed: Int
  ) {
    try await call { (store) throws(StorageError) in try await store.fadeEdges(at: instant, limit: limit) }
  }

  public func receipt(forKey key: String, in scope: Scope) async throws(StorageError) -> WriteReceipt? {
    try await call { (store) throws(StorageError) in try await store.receipt(forKey: key, in: scope) }
  }

  public func absorb(
    _ source: Scope, into target: Scope, at instant: Timestamp
  ) async throws(StorageError) -> Int {
    try await call { (store) throws(StorageError) in
      try await store.absorb(source, into: target, at: instant)
    }
  }

  public func copyAll(
    from source: Scope, to target: Scope, at instant: Timestamp, identifiers: IdentifierSource
  ) async throws(StorageError) -> Int {
    try await call { (store) throws(StorageError) in
      try await store.copyAll(from: source, to: target, at: instant, identifiers: identifiers)
    }
  }

  public func changes(after sequence: Int64, limit: Int, in scope: Scope) async throws(StorageError)
    -> [SequencedChange]
  {
    try await call { (store) throws(StorageError) in
      try await store.changes(after: sequence, limit: limit, in: scope)
    }
  }

  public func sequence(in scope: Scope) async throws(StorageError) -> Int64 {
    try await call { (store) throws(StorageError) in try await store.sequence(in: scope) }
  }
}

extension FaultyStore {
  public func set(_ entry: StateEntry, in scope: Scope) async throws(StorageError) {
    try await call { (store) throws(StorageError) in try await store.set(entry, in: scope) }
  }

  public func state(_ key: String, at instant: Timestamp, in scope: Scope) async throws(StorageError)
    -> StateEntry?
  {
    try await call { (store) throws(StorageError) in try await store.state(key, at: instant, in: scope) }
  }

  public func states(at instant: Timestamp, in scope: Scope) async throws(StorageError) -> [StateEntry] {
    try await call { (store) throws(StorageError) in try await store.states(at: instant, in: scope) }
  }

  public func removeState(_ key: String, at instant: Timestamp, in scope: Scope) async throws(StorageError)
    -> Bool
  {
    try await call { (store) throws(StorageError) in try await store.removeState(key, at: instant, in: scope)
    }
  }
}

extension FaultyStore {
  public func search(_ query: KeywordQuery, in scope: Scope) async throws(StorageError) -> [KeywordHit] {
    try await call { (store) throws(StorageError) in try await store.search(query, in: scope) }
  }
}

extension FaultyStore {
  public func ping() async throws(StorageError) {
    try await call { (store) throws(StorageError) in try await store.ping() }
  }

  public func purge(forgottenBefore instant: Timestamp) async throws(StorageError) -> Int {
    try await call { (store) throws(StorageError) in try await store.purge(forgottenBefore: instant) }
  }

  public func purgeState(expiredBy instant: Timestamp) async throws(StorageError) -> Int {
    try await call { (store) throws(StorageError) in try await store.purgeState(expiredBy: instant) }
  }

  public func removeStrayEdges() async throws(StorageError) -> Int {
    try await call { (store) throws(StorageError) in try await store.removeStrayEdges() }
  }

  public func findings() async throws(StorageError) -> [StoreFinding] {
    try await call { (store) throws(StorageError) in try await store.findings() }
  }

  public func backup(to path: String) async throws(StorageError) {
    try await call { (store) throws(StorageError) in try await store.backup(to: path) }
  }
}

extension FaultyStore {
  public func save(_ embeddings: [StoredEmbedding], in scope: Scope) async throws(StorageError) -> Int {
    try await call { (store) throws(StorageError) in try await store.save(embeddings, in: scope) }
  }

  public func embeddings(
    of memories: [MemoryID], by model: String, in scope: Scope
  ) async throws(StorageError) -> [MemoryID: [Float]] {
    try await call { (store) throws(StorageError) in
      try await store.embeddings(of: memories, by: model, in: scope)
    }
  }

  public func note(_ failure: EmbeddingFailure, in scope: Scope) async throws(StorageError) {
    try await call { (store) throws(StorageError) in try await store.note(failure, in: scope) }
  }

  public func unembedded(
    by model: String, after cursor: MemoryID?, limit: Int, retryBefore: Timestamp, in scope: Scope
  ) async throws(StorageError) -> [Memory] {
    try await call { (store) throws(StorageError) in
      try await store.unembedded(by: model, after: cursor, limit: limit, retryBefore: retryBefore, in: scope)
    }
  }

  public func removeEmbeddings(
    exceptBy models: [String], limit: Int, in scope: Scope
  ) async throws(StorageError) -> Int {
    try await call { (store) throws(StorageError) in
      try await store.removeEmbeddings(exceptBy: models, limit: limit, in: scope)
    }
  }

  public func embeddingCounts(by model: String, in scope: Scope) async throws(StorageError) -> EmbeddingCounts
  {
    try await call { (store) throws(StorageError) in try await store.embeddingCounts(by: model, in: scope) }
  }

  public func embeddingFailures(
    by model: String, limit: Int, in scope: Scope
  ) async throws(StorageError) -> [EmbeddingFailure] {
    try await call { (store) throws(StorageError) in
      try await store.embeddingFailures(by: model, limit: limit, in: scope)
    }
  }

  public func forgetFailures(by model: String, in scope: Scope) async throws(StorageError) -> Int {
    try await call { (store) throws(StorageError) in try await store.forgetFailures(by: model, in: scope) }
  }

  public func adoptNextModel(at instant: Timestamp, in scope: Scope) async throws(StorageError) -> Bool {
    try await call { (store) throws(StorageError) in try await store.adoptNextModel(at: instant, in: scope) }
  }

  public func allContexts() async throws(StorageError) -> [Context] {
    try await call { (store) throws(StorageError) in try await store.allContexts() }
  }
}

extension FaultyStore {
  public func log(_ query: LoggedQuery, in scope: Scope) async throws(StorageError) {
    try await call { (store) throws(StorageError) in try await store.log(query, in: scope) }
  }

  public func loggedQueries(
    limit: Int, before: Timestamp?, at instant: Timestamp, in scope: Scope
  ) async throws(StorageError) -> [LoggedQuery] {
    try await call { (store) throws(StorageError) in
      try await store.loggedQueries(limit: limit, before: before, at: instant, in: scope)
    }
  }

  public func forgetQueries(in scope: Scope) async throws(StorageError) -> Int {
    try await call { (store) throws(StorageError) in try await store.forgetQueries(in: scope) }
  }

  public func purgeQueries(expiredBy instant: Timestamp) async throws(StorageError) -> Int {
    try await call { (store) throws(StorageError) in try await store.purgeQueries(expiredBy: instant) }
  }
}
