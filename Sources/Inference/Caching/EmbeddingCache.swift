internal import Threads

/// Embeddings of late, by model, kind and text. Bounded by bytes and by age; shared by all who have it.
///
/// Texts are not kept: a key is a SHA-256.
public final class EmbeddingCache: Sendable {
  /// What the cache has been good for.
  public struct Statistics: Sendable, Hashable {
    public internal(set) var hits = 0
    public internal(set) var misses = 0
    public internal(set) var entries = 0
    public internal(set) var bytes = 0
  }

  /// What an embedding is found by.
  struct Key: Hashable, Sendable {
    let digest: [UInt8]

    init(_ text: String, as kind: TextKind, by model: ModelIdentity) {
      var hash = SHA256()
      // A zero byte ends each part, so that parts cannot run into each other.
      for part in [model.description, kind.rawValue] {
        Array(part.utf8 + [0]).withUnsafeBytes { hash.update($0) }
      }
      var text = text
      text.withUTF8 { hash.update(UnsafeRawBufferPointer($0)) }
      digest = hash.finish()
    }
  }

  private let entries: Lock<RecentEmbeddings>
  private let now: @Sendable () -> Duration

  /// A cache of `byteLimit` bytes at most, whose entries are forgotten after `lifetime`.
  ///
  /// `now` is any clock that never goes back.
  public init(
    byteLimit: Int = 64 << 20, lifetime: Duration = .seconds(3600),
    now: @escaping @Sendable () -> Duration = EmbeddingCache.uptime
  ) {
    entries = Lock(RecentEmbeddings(byteLimit: byteLimit, lifetime: lifetime))
    self.now = now
  }

  /// The time since this was first asked.
  public static let uptime: @Sendable () -> Duration = {
    let clock = ContinuousClock()
    let start = clock.now
    return { clock.now - start }
  }()

  /// What it has been good for so far.
  public var statistics: Statistics { entries.withLock { $0.statistics } }

  /// Forgets everything.
  public func removeAll() { entries.withLock { $0.removeAll() } }

  func embeddings(for keys: [Key]) -> [Embedding?] {
    let time = now()
    return entries.withLock { entries in keys.map { entries.find($0, at: time) } }
  }

  func keep(_ embeddings: [(Key, Embedding)]) {
    let time = now()
    entries.withLock { entries in
      for (key, embedding) in embeddings { entries.keep(embedding, for: key, at: time) }
    }
  }
}

/// The entries in the order of their last use: a doubly linked list whose places are array indices.
struct RecentEmbeddings {
  typealias Key = EmbeddingCache.Key

  private struct Entry {
    let key: Key
    let embedding: Embedding
    let expiry: Duration
    /// Used later than this one; -1 for the latest.
    var later: Int
    /// Used earlier than this one; -1 for the earliest.
    var earlier: Int
  }

  private let byteLimit: Int
  private let lifetime: Duration
  private var entries: [Entry?] = []
  private var free: [Int] = []
  private var places: [Key: Int] = [:]
  private var latest = -1
  private var earliest = -1
  private(set) var statistics = EmbeddingCache.Statistics()

  init(byteLimit: Int, lifetime: Duration) {
    self.byteLimit = byteLimit
    self.lifetime = lifetime
  }

  /// About what an entry takes: the floats, the digest, the entry and its place in the dictionary.
  static func size(_ embedding: Embedding) -> Int { embedding.values.count * 4 + 32 + 192 }

  mutating func find(_ key: Key, at time: Duration) -> Embedding? {
    if let place = places[key], let entry = entries[place] {
      if time < entry.expiry {
        unlink(place, entry)
        link(place, entry)
        statistics.hits += 1
        return entry.embedding
      }
      remove(place, entry)
    }
    statistics.misses += 1
    return nil
  }

  mutating func keep(_ embedding: Embedding, for key: Key, at time: Duration) {
    let size = Self.size(embedding)
    guard size <= byteLimit else { return }
    if let place = places[key], let old = entries[place] { remove(place, old) }
    while statistics.bytes + size > byteLimit, let oldest = entries[earliest] { remove(earliest, oldest) }
    let place = free.popLast() ?? entries.count
    if place == entries.count { entries.append(nil) }
    places[key] = place
    link(place, Entry(key: key, embedding: embedding, expiry: time + lifetime, later: -1, earlier: -1))
    statistics.entries += 1
    statistics.bytes += size
  }

  mutating func removeAll() {
    (entries, free, places, latest, earliest) = ([], [], [:], -1, -1)
    (statistics.entries, statistics.bytes) = (0, 0)
  }

  private mutating func link(_ place: Int, _ entry: Entry) {
    var entry = entry
    (entry.later, entry.earlier) = (-1, latest)
    entries[place] = entry
    if latest >= 0 { entries[latest]?.later = place }
    latest = place
    if earliest < 0 { earliest = place }
  }

  private mutating func unlink(_ place: Int, _ entry: Entry) {
    if entry.later >= 0 { entries[entry.later]?.earlier = entry.earlier } else { latest = entry.earlier }
    if entry.earlier >= 0 { entries[entry.earlier]?.later = entry.later } else { earliest = entry.later }
  }

  private mutating func remove(_ place: Int, _ entry: Entry) {
    unlink(place, entry)
    entries[place] = nil
    places[entry.key] = nil
    free.append(place)
    statistics.entries -= 1
    statistics.bytes -= Self.size(entry.embedding)
  }
}
