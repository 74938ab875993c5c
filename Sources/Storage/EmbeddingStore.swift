public import Model

/// The vectors of memories. A vector is of one model and of one revision of a text; it can be computed again, so that
/// losing it costs time and nothing else.
public protocol EmbeddingStore: Sendable {
  /// Saves vectors, replacing those of the same memory and model. One whose memory is gone, or has changed since
  /// `revision`, is passed over. Each that is saved takes the next sequence number of the context, so that an index hears
  /// of it. Returns how many were saved.
  func save(_ embeddings: [StoredEmbedding], in scope: Scope) async throws(StorageError) -> Int

  /// The vectors of these living memories that `model` made.
  func embeddings(
    of memories: [MemoryID], by model: String, in scope: Scope
  ) async throws(StorageError) -> [MemoryID: [Float]]

  /// Notes that a text could not be embedded, and why.
  func note(_ failure: EmbeddingFailure, in scope: Scope) async throws(StorageError)

  /// Living memories of the store that have no vector of `model`, oldest first, in any workspace: work for a job. Those
  /// that failed after `retryBefore` are left out.
  func unembedded(
    by model: String, limit: Int, retryBefore: Timestamp
  ) async throws(StorageError) -> [UnembeddedMemory]

  /// How many living memories of the workspace have a vector of `model`, and how many have none.
  func embeddingCounts(
    by model: String, in scope: WorkspaceScope
  ) async throws(StorageError) -> (embedded: Int64, missing: Int64)

  /// The living memories of the workspace that could not be embedded, the latest failure first.
  func embeddingFailures(
    by model: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [EmbeddingFailure]
}

/// A memory's vector.
public struct StoredEmbedding: Sendable, Hashable {
  public var memory: MemoryID
  /// The revision of the memory whose text this is the vector of.
  public var revision: Int64
  /// What made it, with its version: vectors of two models are never compared.
  public var model: String
  public var vector: [Float]

  public init(memory: MemoryID, revision: Int64, model: String, vector: [Float]) {
    self.memory = memory
    self.revision = revision
    self.model = model
    self.vector = vector
  }
}

/// A memory that waits for its vector.
public struct UnembeddedMemory: Sendable, Hashable {
  public var workspace: WorkspaceID
  /// A user who may see the context.
  public var user: UserID
  public var memory: Memory

  public init(workspace: WorkspaceID, user: UserID, memory: Memory) {
    self.workspace = workspace
    self.user = user
    self.memory = memory
  }
}

/// Why a memory has no vector.
public struct EmbeddingFailure: Sendable, Hashable {
  public var memory: MemoryID
  public var model: String
  public var reason: String
  public var attempts: Int64
  public var at: Timestamp
  public var summary: String

  public init(
    memory: MemoryID, model: String, reason: String, attempts: Int64 = 1, at: Timestamp, summary: String
  ) {
    self.memory = memory
    self.model = model
    self.reason = reason
    self.attempts = attempts
    self.at = at
    self.summary = summary
  }
}
