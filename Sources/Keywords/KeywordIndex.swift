internal import Threads

/// Finds documents by their words: BM25 over segments that never change and a tail that grows.
///
/// A document is a number that the caller chose and keeps, best counted up from 0 (a `NumberSet` has a bit for each), and
/// a few fields of text. The index keeps no text. It is a cache: what it holds can be made again from the rows, and its
/// sequence number says up to which change it has seen them.
///
/// - **Writing** (`apply`) reads the texts, adds them to the tail, and publishes a new snapshot. It takes microseconds
///   a document beside the reading of text.
/// - **Reading** happens on snapshots, which never change. A search waits for a writer only while that puts one document
///   into the tail.
/// - **Upkeep** (`upkeep`) turns full tails into segments and merges segments; call it from a thread that may work for
///   a while, whenever `apply` says that it is due. Searches and writes go on meanwhile. No answer changes by it, but
///   that deleted documents no longer count in how common a word is.
/// - **Saving** (`save`) writes what is not written yet, and a manifest that replaces the former one in one step.
///
/// Inside: `Text` reads words, `Query` reads queries, `Segments` and `Tail` hold postings, `Search` adds them up.
public final class KeywordIndex: Sendable {
  let tools: SearchTools
  private let published: Lock<KeywordSnapshot>
  let writer: Lock<Writer>
  /// Held by the one that makes or replaces segments.
  let upkeeper = Lock(())

  /// Documents in a tail.
  static let tailCapacity = SegmentLayout.window

  public var configuration: KeywordConfiguration { tools.configuration }

  /// An empty index.
  public convenience init(_ configuration: KeywordConfiguration = KeywordConfiguration()) {
    self.init(tools: SearchTools(configuration), parts: [], sequence: 0, reference: nil)
  }

  init(tools: SearchTools, parts: [KeywordSnapshot.Part], sequence: UInt64, reference: Float?) {
    self.tools = tools
    let writer = Writer(parts: parts, sequence: sequence, reference: reference)
    published = Lock(writer.snapshot(tools))
    self.writer = Lock(writer)
  }

  /// The index as it is now.
  public func snapshot() -> KeywordSnapshot { published.withLock { $0 } }

  /// Searches the index as it is now: see `KeywordSnapshot.search`.
  public func search(_ query: String, limit: Int, filter: DocumentFilter? = nil) -> [KeywordHit] {
    snapshot().search(query, limit: limit, filter: filter)
  }

  /// Applies changes in their order, all at once for those who search. `sequence` is the number of the last of them.
  /// Returns whether upkeep is due.
  @discardableResult
  public func apply(_ changes: [KeywordChange], sequence: UInt64) -> Bool {
    let prepared = tools.withReader { reader in changes.map { Writer.Change($0, reader: reader) } }
    return writer.withLock { writer in
      for change in prepared { writer.apply(change) }
      writer.sequence = max(writer.sequence, sequence)
      publish(writer)
      return writer.isUpkeepDue
    }
  }

  func publish(_ writer: Writer) {
    let snapshot = writer.snapshot(tools)
    published.withLock { $0 = snapshot }
  }

  /// How much memory the index takes, and how much of that the system may drop because a file stands behind it.
  public var memory: (bytes: Int, mapped: Int) {
    let snapshot = snapshot()
    var (bytes, mapped) = (0, 0)
    for part in snapshot.parts {
      bytes += part.segment.memory.count
      if part.segment.memory.isMapped { mapped += part.segment.memory.count }
      bytes += part.deleted.windows.reduce(0) { $0 + 16 + $1.count * 8 }
    }
    for part in snapshot.tails { bytes += part.tail.residentBytes }
    return (bytes, mapped)
  }
}

/// A change of what an index holds.
public enum KeywordChange: Sendable {
  /// Adds a document, or replaces the one of that number. The fields' weights are the configuration's, in order.
  case upsert(UInt32, fields: [String])
  /// Removes the document of that number, if there is one.
  case delete(UInt32)
}
