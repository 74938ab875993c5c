public import Model

/// The vectors of memories. A vector is of one model and of one revision of a text; it can be computed again, so that
/// losing it costs time and nothing else. A memory may have vectors of several models: while a context changes its
/// model, those of the next one are made beside those in use.
public protocol EmbeddingStore: Sendable {
  /// Saves vectors, replacing those of the same memory and model. One whose memory is gone, or has changed since
  /// `revision`, is passed over. Each that is saved takes the next sequence number of the context, so that an index hears
  /// of it. Returns how many were saved.
  func save(_ embeddings: [StoredEmbedding], in scope: Scope) async throws(StorageError) -> Int

  /// The vectors of these living memories that `model` made.
  func embeddings(
    of memories: [MemoryID], by model: String, in scope: Scope
  ) async throws(StorageError) -> [MemoryID: [Float]]

  /// Removes vectors and failures of other models than `models`, at most `limit` vectors, so that no call holds up
  /// writers for long. Returns how many vectors it removed: fewer than `limit` when none is left.
  func removeEmbeddings(exceptBy models: [String], limit: Int, in scope: Scope) async throws(StorageError)
    -> Int

  /// Notes that a text could not be embedded, and why.
  func note(_ failure: EmbeddingFailure, in scope: Scope) async throws(StorageError)

  /// Living memories that have no vector of `model`: work for a job. Those that failed after `retryBefore` are left out.
  /// They come in the order in which they were added, from behind `cursor` on, the last one of an earlier answer.
  func unembedded(
    by model: String, after cursor: MemoryID?, limit: Int, retryBefore: Timestamp, in scope: Scope
  ) async throws(StorageError) -> [Memory]

  /// How many living memories there are, and how many of them have a vector of `model`, or failed to get one.
  func embeddingCounts(by model: String, in scope: Scope) async throws(StorageError) -> EmbeddingCounts

  /// The living memories that could not be embedded, the latest failure first.
  func embeddingFailures(
    by model: String, limit: Int, in scope: Scope
  ) async throws(StorageError) -> [EmbeddingFailure]

  /// Forgets that texts could not be embedded, so that they are tried again. Returns how many.
  func forgetFailures(by model: String, in scope: Scope) async throws(StorageError) -> Int

  /// Puts the context's next model in the place of the present one, which is kept as the previous one, if every living
  /// memory has a vector of the next model or failed to get one. Otherwise, or when there is no next model, nothing
  /// changes and the answer is false. Nothing can be written between the look and the change.
  func adoptNextModel(at instant: Timestamp, in scope: Scope) async throws(StorageError) -> Bool
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

/// How far the living memories of a context have vectors of a model.
public struct EmbeddingCounts: Sendable, Hashable {
  public var memories: Int64
  public var embedded: Int64
  /// Those without a vector whose text was refused.
  public var failed: Int64

  public init(memories: Int64, embedded: Int64, failed: Int64) {
    self.memories = memories
    self.embedded = embedded
    self.failed = failed
  }

  /// Those that nobody has tried yet.
  public var pending: Int64 { memories - embedded - failed }
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
