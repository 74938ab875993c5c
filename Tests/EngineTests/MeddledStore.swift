internal import Model
internal import Storage
internal import Threads

/// A store that lets a test do something just before a change is made: what somebody else would do who is faster.
final class MeddledStore: Store {
  let store: any Store
  private let plans = Lock<[@Sendable (any Store) async throws -> Void]>([])

  init(_ store: any Store) { self.store = store }

  /// Lets the next changes of a memory or a context find what these did a moment before, one for each change.
  func meddle(_ times: Int = 1, _ plan: @escaping @Sendable (any Store) async throws -> Void) {
    plans.withLock { $0 += Array(repeating: plan, count: times) }
  }

  private func meddle() async throws(StorageError) {
    guard let plan = plans.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return }
    do { try await plan(store) } catch {
      throw StorageError(.corrupted, "the test meddled in vain", cause: error)
    }
  }

  func found(_ founding: Founding) async throws(StorageError) -> Bool {
    try await store.found(founding)
  }
  func add(_ workspace: Workspace, owner: User) async throws(StorageError) {
    try await store.add(workspace, owner: owner)
  }
  func add(_ user: User, to workspace: WorkspaceID, as role: Role) async throws(StorageError) {
    try await store.add(user, to: workspace, as: role)
  }
  func workspaces() async throws(StorageError) -> [Workspace] {
    try await store.workspaces()
  }
  func workspace(_ id: WorkspaceID) async throws(StorageError) -> Workspace? {
    try await store.workspace(id)
  }
  func user(_ id: UserID) async throws(StorageError) -> User? {
    try await store.user(id)
  }
  func members(of workspace: WorkspaceID) async throws(StorageError) -> [(user: User, role: Role)] {
    try await store.members(of: workspace)
  }
  func key(digest: [UInt8]) async throws(StorageError) -> (key: APIKey, role: Role)? {
    try await store.key(digest: digest)
  }
  func add(_ key: APIKey) async throws(StorageError) {
    try await store.add(key)
  }
  func keys(in scope: WorkspaceScope) async throws(StorageError) -> [APIKey] {
    try await store.keys(in: scope)
  }
  func revoke(_ key: KeyID, at instant: Timestamp, in scope: WorkspaceScope) async throws(StorageError)
    -> Bool
  {
    try await store.revoke(key, at: instant, in: scope)
  }
  func noteUse(of key: KeyID, at instant: Timestamp) async throws(StorageError) {
    try await store.noteUse(of: key, at: instant)
  }
  func add(_ context: Context, in scope: WorkspaceScope) async throws(StorageError) {
    try await store.add(context, in: scope)
  }
  func context(_ id: ContextID, in scope: WorkspaceScope) async throws(StorageError) -> Context? {
    try await store.context(id, in: scope)
  }
  func context(named name: String, in scope: WorkspaceScope) async throws(StorageError) -> Context? {
    try await store.context(named: name, in: scope)
  }
  func contexts(in scope: WorkspaceScope) async throws(StorageError) -> [Context] {
    try await store.contexts(in: scope)
  }
  func update(_ context: Context, in scope: WorkspaceScope) async throws(StorageError) -> Context {
    try await meddle()
    return try await store.update(context, in: scope)
  }
  func delete(_ context: ContextID, at instant: Timestamp, in scope: WorkspaceScope)
    async throws(StorageError)
  {
    try await store.delete(context, at: instant, in: scope)
  }
  func noteUse(of contexts: [ContextID], at instant: Timestamp, in scope: WorkspaceScope)
    async throws(StorageError)
  {
    try await store.noteUse(of: contexts, at: instant, in: scope)
  }
  func usage(in scope: WorkspaceScope) async throws(StorageError) -> WorkspaceUsage {
    try await store.usage(in: scope)
  }
  func commit(_ write: MemoryWrite, in scope: Scope) async throws(StorageError) -> WriteReceipt {
    try await meddle()
    return try await store.commit(write, in: scope)
  }
  func memories(_ ids: [MemoryID], in scope: Scope) async throws(StorageError) -> [Memory] {
    try await store.memories(ids, in: scope)
  }
  func memory(externalID: String, in scope: Scope) async throws(StorageError) -> Memory? {
    try await store.memory(externalID: externalID, in: scope)
  }
  func forgotten(_ ids: [MemoryID], in scope: Scope) async throws(StorageError) -> [Memory] {
    try await store.forgotten(ids, in: scope)
  }
  func list(_ listing: MemoryListing, in scope: Scope) async throws(StorageError) -> MemoryPage {
    try await store.list(listing, in: scope)
  }
  func history(of memory: MemoryID, in scope: Scope) async throws(StorageError) -> [MemoryChange] {
    try await store.history(of: memory, in: scope)
  }
  func edges(touching memories: [MemoryID], types: [String]?, in scope: Scope) async throws(StorageError)
    -> [Edge]
  {
    try await store.edges(touching: memories, types: types, in: scope)
  }
  func tags(_ listing: TagListing, in scope: Scope) async throws(StorageError) -> TagPage {
    try await store.tags(listing, in: scope)
  }
  func statistics(in scope: Scope) async throws(StorageError) -> MemoryStatistics {
    try await store.statistics(in: scope)
  }
  func noteUse(of memories: [MemoryID], at instant: Timestamp, in scope: Scope) async throws(StorageError) {
    try await store.noteUse(of: memories, at: instant, in: scope)
  }
  func add(_ feedback: Feedback, in scope: Scope) async throws(StorageError) {
    try await store.add(feedback, in: scope)
  }
  func feedback(on memory: MemoryID, in scope: Scope) async throws(StorageError) -> [Feedback] {
    try await store.feedback(on: memory, in: scope)
  }
  func edge(_ id: EdgeID, in scope: Scope) async throws(StorageError) -> Edge? {
    try await store.edge(id, in: scope)
  }
  func edge(
    from source: MemoryID, to target: MemoryID, type: String, in scope: Scope
  ) async throws(StorageError) -> Edge? {
    try await store.edge(from: source, to: target, type: type, in: scope)
  }
  func edges(
    at memories: [MemoryID], matching filter: EdgeFilter, in scope: Scope
  ) async throws(StorageError) -> [Edge] {
    try await store.edges(at: memories, matching: filter, in: scope)
  }
  func save(_ edges: [Edge], in scope: Scope) async throws(StorageError) -> [Edge] {
    try await store.save(edges, in: scope)
  }
  func removeEdge(_ id: EdgeID, in scope: Scope) async throws(StorageError) -> Bool {
    try await store.removeEdge(id, in: scope)
  }
  func acquaintance(of pairs: [MemoryPair], in scope: Scope) async throws(StorageError) -> [Int64] {
    try await store.acquaintance(of: pairs, in: scope)
  }
  func learn(_ lesson: Lesson, in scope: Scope) async throws(StorageError) -> Int {
    try await store.learn(lesson, in: scope)
  }
  func edges(after edge: EdgeID?, limit: Int, in scope: Scope) async throws(StorageError) -> [Edge] {
    try await store.edges(after: edge, limit: limit, in: scope)
  }
  func sampleEdges(_ limit: Int, seed: UInt64, in scope: Scope) async throws(StorageError) -> [Edge] {
    try await store.sampleEdges(limit, seed: seed, in: scope)
  }
  func edgeCounts(in scope: Scope) async throws(StorageError) -> EdgeCounts {
    try await store.edgeCounts(in: scope)
  }
  func fadeEdges(at instant: Timestamp, limit: Int) async throws(StorageError) -> (faded: Int, removed: Int) {
    try await store.fadeEdges(at: instant, limit: limit)
  }
  func receipt(forKey key: String, in scope: Scope) async throws(StorageError) -> WriteReceipt? {
    try await store.receipt(forKey: key, in: scope)
  }
  func absorb(_ source: Scope, into target: Scope, at instant: Timestamp) async throws(StorageError) -> Int {
    try await store.absorb(source, into: target, at: instant)
  }
  func copyAll(
    from source: Scope, to target: Scope, at instant: Timestamp, identifiers: IdentifierSource
  ) async throws(StorageError) -> Int {
    try await store.copyAll(from: source, to: target, at: instant, identifiers: identifiers)
  }
  func changes(after sequence: Int64, limit: Int, in scope: Scope) async throws(StorageError)
    -> [SequencedChange]
  {
    try await store.changes(after: sequence, limit: limit, in: scope)
  }
  func sequence(in scope: Scope) async throws(StorageError) -> Int64 {
    try await store.sequence(in: scope)
  }
  func set(_ entry: StateEntry, in scope: Scope) async throws(StorageError) {
    try await store.set(entry, in: scope)
  }
  func state(_ key: String, at instant: Timestamp, in scope: Scope) async throws(StorageError) -> StateEntry?
  {
    try await store.state(key, at: instant, in: scope)
  }
  func states(at instant: Timestamp, in scope: Scope) async throws(StorageError) -> [StateEntry] {
    try await store.states(at: instant, in: scope)
  }
  func removeState(_ key: String, at instant: Timestamp, in scope: Scope) async throws(StorageError) -> Bool {
    try await store.removeState(key, at: instant, in: scope)
  }
  func search(_ query: KeywordQuery, in scope: Scope) async throws(StorageError) -> [KeywordHit] {
    try await store.search(query, in: scope)
  }
  func ping() async throws(StorageError) {
    try await store.ping()
  }
  func purge(forgottenBefore instant: Timestamp) async throws(StorageError) -> Int {
    try await store.purge(forgottenBefore: instant)
  }
  func log(_ query: LoggedQuery, in scope: Scope) async throws(StorageError) {
    try await store.log(query, in: scope)
  }
  func loggedQueries(
    limit: Int, before: Timestamp?, at instant: Timestamp, in scope: Scope
  ) async throws(StorageError) -> [LoggedQuery] {
    try await store.loggedQueries(limit: limit, before: before, at: instant, in: scope)
  }
  func forgetQueries(in scope: Scope) async throws(StorageError) -> Int {
    try await store.forgetQueries(in: scope)
  }
  func purgeQueries(expiredBy instant: Timestamp) async throws(StorageError) -> Int {
    try await store.purgeQueries(expiredBy: instant)
  }
  func purgeState(expiredBy instant: Timestamp) async throws(StorageError) -> Int {
    try await store.purgeState(expiredBy: instant)
  }
  func removeStrayEdges() async throws(StorageError) -> Int { try await store.removeStrayEdges() }

  func findings() async throws(StorageError) -> [StoreFinding] {
    try await store.findings()
  }
  func backup(to path: String) async throws(StorageError) {
    try await store.backup(to: path)
  }
}

extension MeddledStore {
  func save(_ embeddings: [StoredEmbedding], in scope: Scope) async throws(StorageError) -> Int {
    try await store.save(embeddings, in: scope)
  }
  func embeddings(
    of memories: [MemoryID], by model: String, in scope: Scope
  ) async throws(StorageError) -> [MemoryID: [Float]] {
    try await store.embeddings(of: memories, by: model, in: scope)
  }
  func note(_ failure: EmbeddingFailure, in scope: Scope) async throws(StorageError) {
    try await store.note(failure, in: scope)
  }
  func unembedded(
    by model: String, after cursor: MemoryID?, limit: Int, retryBefore: Timestamp, in scope: Scope
  ) async throws(StorageError) -> [Memory] {
    try await store.unembedded(by: model, after: cursor, limit: limit, retryBefore: retryBefore, in: scope)
  }

  func removeEmbeddings(
    exceptBy models: [String], limit: Int, in scope: Scope
  ) async throws(StorageError) -> Int {
    try await store.removeEmbeddings(exceptBy: models, limit: limit, in: scope)
  }

  func embeddingCounts(by model: String, in scope: Scope) async throws(StorageError) -> EmbeddingCounts {
    try await store.embeddingCounts(by: model, in: scope)
  }

  func embeddingFailures(
    by model: String, limit: Int, in scope: Scope
  ) async throws(StorageError) -> [EmbeddingFailure] {
    try await store.embeddingFailures(by: model, limit: limit, in: scope)
  }

  func forgetFailures(by model: String, in scope: Scope) async throws(StorageError) -> Int {
    try await store.forgetFailures(by: model, in: scope)
  }

  func adoptNextModel(at instant: Timestamp, in scope: Scope) async throws(StorageError) -> Bool {
    try await store.adoptNextModel(at: instant, in: scope)
  }

  func allContexts() async throws(StorageError) -> [Context] {
    try await store.allContexts()
  }
}
