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
  private let store: any Store
  private let model: String?
  private let keywords = KeywordIndex(ContextIndex.keywordSettings)
  private var vectors: VectorIndex?
  private let folder: String
  private var table = DocumentTable()
  private var sequence: Int64 = 0
  private var upkeep: Task<Void, Never>?
  private var catchingUp: Task<Result<Void, StorageError>, Never>?

  /// Summary, context summary, content: what matches in a summary counts twice.
  private static let keywordSettings = KeywordConfiguration()

  /// An empty index. Vectors are those that `model` made; `folder` is for their originals and belongs to this
  /// index alone.
  init(in store: any Store, model: ModelIdentity?, folder: String) throws(StorageError) {
    self.store = store
    self.model = model.map(\.description)
    self.folder = folder
    guard let model else { return }
    do throws(VectorIndexError) {
      vectors = try VectorIndex(creating: folder, space: VectorSpace(dimension: model.dimensions))
    } catch { throw StorageError(.unavailable, "the vector index cannot be made", cause: error) }
  }

  /// The index as of every write that was acknowledged before this call. The rows are read as `scope` may see them:
  /// who made the index may have lost the right to the context since.
  func current(as scope: Scope) async throws(StorageError) -> IndexView {
    let newest = try await store.sequence(in: scope)
    // One at a time: two that read the same changes at different moments would apply them in either order.
    while sequence < newest {
      if let catchingUp {
        _ = await catchingUp.value
        continue
      }
      let task = Task { await catchUp(to: newest, as: scope) }
      catchingUp = task
      try await task.value.get()
    }
    return IndexView(keywords: keywords.snapshot(), vectors: vectors?.view, table: table)
  }

  private func catchUp(to newest: Int64, as scope: Scope) async -> Result<Void, StorageError> {
    defer { catchingUp = nil }
    do throws(StorageError) {
      while sequence < newest {
        let changes = try await store.changes(after: sequence, limit: 2_000, in: scope)
        try await apply(changes, as: scope)
        sequence = changes.last?.sequence ?? newest
      }
      return .success(())
    } catch { return .failure(error) }
  }

  private func apply(_ changes: [SequencedChange], as scope: Scope) async throws(StorageError) {
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
