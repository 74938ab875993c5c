internal import CKernels
internal import Threads

/// An index of vectors: which are nearest to a query?
///
/// Newcomers start here. A vector is kept in three forms: as it was given, on disk (``Originals``); as a row of one byte
/// a dimension; and as a code of one bit a dimension. A search reads all codes (or those of the nearest lists, when
/// there are very many), then the rows of the best thousand, then the originals of the best few: ``VectorView``. New
/// rows gather in memory in chunks (``Chunk``); ``snapshot()`` writes everything to a file and reads it through a
/// mapping from then on (``Base``).
///
/// The rows of a database are the truth and this is a cache of them. Each write carries a number, the index knows the
/// last one it has seen, and after opening the caller applies what came later. What the index finds damaged it says, and
/// the caller starts anew.
///
/// Any thread may call anything. Searches never wait for writes; they see the content as of the last finished write.
/// Writing and snapshotting touch the disk, so they belong on a thread that may block.
public final class VectorIndex: Sendable {
  /// The space of all its vectors.
  public let space: VectorSpace
  private let writer: Lock<Writer>
  private let published: Lock<VectorView>
  private let queries: Lock<QuerySample>

  /// How an index is made; the defaults are what a server uses.
  public struct Options: Sendable {
    /// From this many vectors on, a snapshot sorts them into lists, of which a search reads the nearest.
    public var listsFrom = 200_000
    /// The share of the ten nearest that a search in lists must find, measured on queries that were really asked.
    public var recallInLists = 0.99
    /// Which kernels to use.
    package var instructions = InstructionSet.best

    public init() {}
  }

  /// Opens the index in a folder, or starts an empty one if the folder holds none.
  ///
  /// It knows the writes up to ``sequence``; the caller applies the later ones. Takes a few milliseconds however large the
  /// index is, so it doesn't read everything: ``verify()`` does.
  public init(
    opening folder: String, space: VectorSpace, options: Options = Options()
  ) throws(VectorIndexError) {
    let state = try Writer(opening: Folder(path: folder), space: space, options: options)
    self.space = space
    published = Lock(state.view)
    queries = Lock(QuerySample(state.view.base, dimension: space.dimension))
    writer = Lock(state)
  }

  /// Starts an empty index in a folder, and removes the one that was there.
  public init(
    creating folder: String, space: VectorSpace, options: Options = Options()
  ) throws(VectorIndexError) {
    let state = try Writer(creating: Folder(path: folder), space: space, options: options)
    self.space = space
    published = Lock(state.view)
    queries = Lock(QuerySample(nil, dimension: space.dimension))
    writer = Lock(state)
  }

  /// The index as it is now.
  public var view: VectorView { published.withLock { $0 } }

  /// How many vectors there are.
  public var count: Int { view.count }

  /// The number of the last write that was applied.
  public var sequence: UInt64 { view.sequence }

  /// Applies one write: all of `changes` in order, or none. Once it returns, every search sees it.
  ///
  /// It lasts beyond the process only with the next ``snapshot()``.
  public func apply(_ changes: [VectorChange], sequence: UInt64) throws(VectorIndexError) {
    for case .upsert(_, let vector) in changes { try check(vector, in: space) }
    try writer.withLock { state throws(VectorIndexError) in
      defer { publish(state.view) }
      try state.apply(changes)
      state.view.sequence = max(state.view.sequence, sequence)
    }
  }

  /// The `k` vectors nearest to `query` among those that pass `filter`, best first; equal scores by id.
  public func search(
    _ query: [Float], k: Int, filter: VectorFilter? = nil
  ) throws(VectorIndexError) -> [VectorHit] {
    let hits = try view.search(query, k: k, filter: filter)
    queries.withLock { $0.offer(query) }
    return hits
  }

  /// Whether enough has changed since the last snapshot for another one to pay.
  public var wantsSnapshot: Bool {
    let view = view
    let kept = view.base?.slots ?? 0
    return view.slots - kept > max(16_384, kept / 8) || 4 * view.deadCount > max(16_384, view.slots)
  }

  /// Writes everything to disk, so that opening finds it, and reads it from there from now on.
  ///
  /// Sorts vectors into lists when there are many, and closes the gaps of deleted ones when there are too many of them.
  /// Searches and writes go on meanwhile. If it fails, the last snapshot is still the valid one.
  public func snapshot() throws(VectorIndexError) {
    let plan = try writer.withLock { state throws(VectorIndexError) -> SnapshotPlan in
      defer { publish(state.view) }
      return try state.beginSnapshot()
    }
    do {
      let written = try SnapshotWriter(plan, queries: queries.withLock { $0.vectors }).write()
      try writer.withLock { state throws(VectorIndexError) in
        defer { publish(state.view) }
        try state.install(written, of: plan)
      }
    } catch {
      writer.withLock { $0.abandonSnapshot() }
      throw error
    }
  }

  /// Reads everything that the last snapshot wrote and compares it with its checksums; damage throws
  /// ``VectorIndexError/damaged(_:)``. Takes about a quarter of a second for a million
  /// vectors that are in memory.
  public func verify() throws(VectorIndexError) {
    let view = view
    try view.base?.verify(view.originals)
  }

  private func publish(_ view: VectorView) { published.withLock { $0 = view } }
}
