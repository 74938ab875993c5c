public import Model

/// What the engine may ask of storage.
///
/// Two adapters promise the same: the embedded one (`StorageSQLite`) and the reference in memory that tests compare
/// it with. What a caller may rely on is said at each requirement, and the contract suite executes these sentences.
///
/// In general: a call that returned has happened, all of it, and survives the death of the process; a call that threw
/// has changed nothing. Questions see every write that was acknowledged before they were asked. No adapter reads a
/// clock: instants come as arguments. Text is compared byte by byte.
///
/// What lies outside the scope that is passed does not exist for the call. A scope whose context is deleted, private to
/// somebody else, or in another workspace is empty: questions find nothing in it, and changes throw `notFound`.
/// Identifiers are unique in the whole store, so a new one that is taken anywhere is a `conflict`.
public protocol Store:
  DirectoryStore,
  ContextStore,
  ContextMerging,
  MemoryStore,
  StateStore,
  EmbeddingStore,
  KeywordSearch,
  TaskQueue,
  PluginStore,
  PolicyStore,
  GraphStore,
  QueryLog,
  TokenStore,
  PasswordStore,
  StoreUpkeep
{}

/// Keeping a store in good order. None of it belongs to a tenant.
public protocol StoreUpkeep: Sendable {
  /// Answers when the store can be read and written.
  func ping() async throws(StorageError)

  /// Removes for good what was forgotten, and the contexts that were deleted, before `instant`, with all that hangs on
  /// them: edges, history, feedback, state. Idempotency keys of writes before `instant` are seen no more. The feed of
  /// changes stays, and with it the sequence. Returns the number of memories removed.
  func purge(forgottenBefore instant: Timestamp) async throws(StorageError) -> Int

  /// Removes state entries, of agents and of plugins, that expired by `instant`.
  func purgeState(expiredBy instant: Timestamp) async throws(StorageError) -> Int

  /// Writes hebbian edges that were weighed before `instant` as they have faded by then, each by its context's half-life,
  /// and removes those whose weight falls below ``EdgeFading/threshold``, at most `limit` in one call. Forgets the acquaintances
  /// that were not seen for 90 days. Returns how many edges it looked at and how many it removed.
  func fadeEdges(at instant: Timestamp, limit: Int) async throws(StorageError) -> (faded: Int, removed: Int)

  /// Removes links, and what is known of pairs, of which an end is not there. A sound store has none. Returns how many.
  func removeStrayEdges() async throws(StorageError) -> Int

  /// Looks for damage and for rows that point to nothing. Empty means healthy.
  func findings() async throws(StorageError) -> [StoreFinding]

  /// Writes a consistent copy to a new file while the store is in use. Throws `conflict` when the file exists.
  func backup(to path: String) async throws(StorageError)
}

/// Something that `doctor` should tell.
public struct StoreFinding: Sendable, Hashable {
  public var what: String
  public var remedy: String

  public init(what: String, remedy: String) {
    self.what = what
    self.remedy = remedy
  }
}
