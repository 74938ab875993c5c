internal import Inference
internal import Keywords
internal import Model
internal import Storage
internal import Vectors

/// The indexes of one context: its words, its vectors, and the fields that filters and signals look at.
///
/// The rows of the store are the truth. The index knows the sequence number up to which it has seen them, and catches up
/// before each search, so that it also hears of what other processes wrote.
actor ContextIndex {
  private let scope: Scope
  private let store: any Store
  private let model: String?
  private let keywords = KeywordIndex(ContextIndex.keywordSettings)
  private var vectors: VectorIndex?
  private let folder: String
  private var table = DocumentTable()
  private var sequence: Int64 = 0
  private var upkeep: Task<Void, Never>?

  /// Summary, context summary, content: what matches in a summary counts twice.
  private static let keywordSettings = KeywordConfiguration()

  /// An empty index of `scope`. Vectors are those that `model` made; `folder` is for their originals and belongs to this
  /// index alone.
  init(of scope: Scope, in store: any Store, model: ModelIdentity?, folder: String) throws(StorageError) {
    self.scope = scope
    self.store = store
    self.model = model.map(\.description)
    self.folder = folder
    guard let model else { return }
    do throws(VectorIndexError) {
      vectors = try VectorIndex(creating: folder, space: VectorSpace(dimension: model.dimensions))
    } catch { throw StorageError(.unavailable, "the vector index cannot be made", cause: error) }
  }

  /// The index as of every write that was acknowledged before this call.
  func current() async throws(StorageError) -> IndexView {
    let newest = try await store.sequence(in: scope)
    while sequence < newest {
      let changes = try await store.changes(after: sequence, limit: 2_000, in: scope)
      guard let last = changes.last else { break }
      // Another call may have caught up while this one waited for the store.
      if changes[0].sequence > sequence { try await apply(changes) }
      sequence = max(sequence, last.sequence)
    }
    return IndexView(keywords: keywords.snapshot(), vectors: vectors?.view, table: table)
  }

  private func apply(_ changes: [SequencedChange]) async throws(StorageError) {
    var latest: [MemoryID: Bool] = [:]
    for change in changes { latest[change.memory] = change.isLiving }
    let living = latest.filter(\.value).map(\.key).sorted()
    let memories = try await store.memories(living, in: scope)
    let embeddings =
      if let model { try await store.embeddings(of: living, by: model, in: scope) } else {
        [MemoryID: [Float]]()
      }
    var words: [KeywordChange] = []
    var points: [VectorChange] = []
    var present: Set<MemoryID> = []
    for memory in memories {
      present.insert(memory.id)
      let number = table.insert(IndexedMemory(memory))
      words.append(
        .upsert(number, fields: [memory.summary, memory.contextSummary ?? "", memory.extraContent]))
      if let vector = embeddings[memory.id] {
        points.append(.upsert(VectorID(memory.id), vector))
      } else {
        points.append(.delete(VectorID(memory.id)))
      }
    }
    // Also what the feed calls living and a later change, not seen yet, has removed.
    for id in latest.keys where !present.contains(id) {
      guard let number = table.remove(id) else { continue }
      words.append(.delete(number))
      points.append(.delete(VectorID(id)))
    }
    let isDue = keywords.apply(words, sequence: UInt64(sequence))
    do throws(VectorIndexError) { try vectors?.apply(points, sequence: UInt64(sequence)) } catch {
      throw StorageError(.unavailable, "the vector index cannot be written", cause: error)
    }
    if isDue { startUpkeep() }
  }

  /// Turns full tails into segments, beside searches and writes.
  private func startUpkeep() {
    guard upkeep == nil else { return }
    upkeep = Task.detached { [keywords, weak self] in
      while (try? keywords.upkeep()) == true {}
      await self?.upkeepEnded()
    }
  }

  private func upkeepEnded() { upkeep = nil }
}

extension Memory {
  /// The content, unless it only repeats the summary.
  var extraContent: String { content == summary ? "" : content }
}

extension VectorID {
  init(_ id: MemoryID) { self.init(high: id.high, low: id.low) }
}

/// The indexes of a context as they were at one moment.
struct IndexView: Sendable {
  let keywords: KeywordSnapshot
  let vectors: VectorView?
  let table: DocumentTable
}
