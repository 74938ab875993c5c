public import Model

/// The memories of one context.
///
/// A living memory is one that was not forgotten. Questions are about living memories unless they say otherwise.
public protocol MemoryStore: Sendable {
  /// Applies every change of `write`, or none.
  ///
  /// The changes take effect one after the other. Each change of a memory counts its revision up, appends to its
  /// history with the scope's user as the author, and takes the next sequence number of the context, so that an index
  /// can catch up with `changes(after:)`; an edge is no change of a memory. A write whose idempotency key the context has seen changes nothing and
  /// returns the first one's receipt, marked as replayed.
  ///
  /// Throws `conflict` when an update was made from another revision than the present one, an inserted id exists, or an
  /// external id is taken by another living memory of the context; `notFound` when an updated or linked memory is not
  /// a living one of this context, or a row says that it is of another.
  func commit(_ write: MemoryWrite, in scope: Scope) async throws(StorageError) -> WriteReceipt

  /// The receipt of the write that carried this idempotency key, marked as replayed; nil when there was none.
  func receipt(forKey key: String, in scope: Scope) async throws(StorageError) -> WriteReceipt?

  /// The living memories among `ids`, in the order of `ids`.
  func memories(_ ids: [MemoryID], in scope: Scope) async throws(StorageError) -> [Memory]

  /// The living memory that its writer calls so.
  func memory(externalID: String, in scope: Scope) async throws(StorageError) -> Memory?

  /// The forgotten memories among `ids` that were not purged.
  func forgotten(_ ids: [MemoryID], in scope: Scope) async throws(StorageError) -> [Memory]

  /// A page of the memories that the listing's filter admits.
  func list(_ listing: MemoryListing, in scope: Scope) async throws(StorageError) -> MemoryPage

  /// Everything that happened to a memory, oldest first, whether it lives or not.
  func history(of memory: MemoryID, in scope: Scope) async throws(StorageError) -> [MemoryChange]

  /// The edges that begin or end at one of `memories`, both ends living, by source, target and type.
  /// `types` nil means every type.
  func edges(touching memories: [MemoryID], types: [String]?, in scope: Scope) async throws(StorageError)
    -> [Edge]

  /// The tags in use.
  func tags(_ listing: TagListing, in scope: Scope) async throws(StorageError) -> TagPage

  /// Counts of the living memories.
  func statistics(in scope: Scope) async throws(StorageError) -> MemoryStatistics

  /// Counts one more use of each living memory and notes when, if that is later than what is noted. One that is listed
  /// twice counts twice. No change in the sense of history, sequence or revision.
  func noteUse(of memories: [MemoryID], at instant: Timestamp, in scope: Scope) async throws(StorageError)

  /// What somebody thinks of a memory. Throws `notFound` when it is not a living one of this context.
  func add(_ feedback: Feedback, in scope: Scope) async throws(StorageError)

  /// What was said about a living memory, oldest first, and in the order in which it was added.
  func feedback(on memory: MemoryID, in scope: Scope) async throws(StorageError) -> [Feedback]

  /// What changed after a sequence number, in order: the feed that an index follows. At most `limit` entries.
  func changes(after sequence: Int64, limit: Int, in scope: Scope) async throws(StorageError)
    -> [SequencedChange]

  /// The sequence number of the last change; 0 in a fresh context.
  func sequence(in scope: Scope) async throws(StorageError) -> Int64
}

/// Changes that belong together.
public struct MemoryWrite: Sendable {
  public enum Change: Sendable {
    /// Adds a living memory, whose first revision this is. Here and in an update, a repeated tag is kept once.
    case insert(Memory)
    /// The whole row, made from the revision that it carries. When it was created and how often and when it was used
    /// stay as they are; it is updated at the instant of the write.
    case update(Memory)
    /// Forgets softly. A memory that is not there, or forgotten already, is passed over.
    case forget(MemoryID)
    /// Brings a forgotten memory back. One that is not forgotten is passed over; if its external id was taken
    /// meanwhile, it comes back without one.
    case restore(MemoryID)
    /// Adds an edge. If there is one of the same source, target and type, it stays as it is.
    case link(Edge)
    /// Removes the edge of that source, target and type, if there is one.
    case unlink(source: MemoryID, target: MemoryID, type: String)
  }

  public var changes: [Change]
  /// Vectors of memories that the changes insert or update, whose revision is the one that they get by it. An update that
  /// changes a text drops the vectors of the old one.
  public var embeddings: [StoredEmbedding] = []
  public var at: Timestamp
  /// Work that follows from the changes: queued with them or, on a replay, not at all.
  public var tasks: [QueuedTask] = []
  public var idempotencyKey: String?

  public init(_ changes: [Change], at instant: Timestamp, idempotencyKey: String? = nil) {
    self.changes = changes
    at = instant
    self.idempotencyKey = idempotencyKey
  }
}

/// What became of a write.
public struct WriteReceipt: Sendable, Hashable {
  /// The memories that it changed, in the order of the changes, each once.
  public var changed: [MemoryID]
  /// The context's sequence number after it.
  public var sequence: Int64
  /// Whether an earlier write with the same idempotency key did the work.
  public var isReplay: Bool

  public init(changed: [MemoryID], sequence: Int64, isReplay: Bool = false) {
    self.changed = changed
    self.sequence = sequence
    self.isReplay = isReplay
  }
}

/// One entry of the feed that an index follows.
public struct SequencedChange: Sendable, Hashable {
  public var sequence: Int64
  public var memory: MemoryID
  /// Whether the memory is a living one of this context after the change; if not, an index drops it.
  public var isLiving: Bool

  public init(sequence: Int64, memory: MemoryID, isLiving: Bool) {
    self.sequence = sequence
    self.memory = memory
    self.isLiving = isLiving
  }
}
