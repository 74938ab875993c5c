internal import CKernels
internal import Threads

/// Numbers for documents that have long names: 16 bytes, such as a UUID. Numbers count up from 0 and are never used
/// again, so that a set of them is small and means the same to every index that shares the table.
///
/// Save it before the indexes that use its numbers; then what those know, it knows as well.
public final class KeyNumbers: Sendable {
  /// A name: the two halves of a UUID.
  public struct Key: Sendable, Hashable {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
      self.high = high
      self.low = low
    }

    fileprivate var hash: UInt64 {
      let mixed = (high &* 0x9E37_79B9_7F4A_7C15 ^ low) &* 0xC2B2_AE3D_27D4_EB4F
      return mixed ^ mixed >> 29
    }
  }

  private struct Table: Sendable {
    var keys: [Key] = []
    /// An open hash table of numbers plus one.
    var slots = [UInt32](repeating: 0, count: 64)

    func find(_ key: Key) -> (slot: Int, number: UInt32?) {
      var slot = Int(truncatingIfNeeded: key.hash) & (slots.count - 1)
      while slots[slot] != 0 {
        if keys[Int(slots[slot]) - 1] == key { return (slot, slots[slot] - 1) }
        slot = (slot + 1) & (slots.count - 1)
      }
      return (slot, nil)
    }

    mutating func number(_ key: Key) -> UInt32 {
      let (slot, known) = find(key)
      if let known { return known }
      keys.append(key)
      slots[slot] = UInt32(keys.count)
      if keys.count * 4 > slots.count * 3 { rebuild(slots.count * 2) }
      return UInt32(keys.count - 1)
    }

    mutating func rebuild(_ count: Int) {
      slots = [UInt32](repeating: 0, count: count)
      for (number, key) in keys.enumerated() { slots[find(key).slot] = UInt32(number + 1) }
    }
  }

  private let table: Lock<Table>
  private static let file = "numbers.kwn"
  private static let magic: UInt64 = 0x3130_4E45_4D45_4E4D  // "MNEMEN01"

  /// A table without names.
  public init() { table = Lock(Table()) }

  /// The number of a name, which gets one if it has none.
  public func number(for key: Key) -> UInt32 { table.withLock { $0.number(key) } }

  /// The number of a name; nil if it has none.
  public func knownNumber(for key: Key) -> UInt32? { table.withLock { $0.find(key).number } }

  /// The names of numbers that were given out.
  public func keys(of numbers: [UInt32]) -> [Key] {
    table.withLock { table in numbers.map { table.keys[Int($0)] } }
  }

  /// The numbers of those of the names that have one.
  public func numbers(of keys: some Sequence<Key> & Sendable) -> NumberSet {
    table.withLock { table in
      var set = NumberSet()
      for key in keys { if let number = table.find(key).number { set.insert(number) } }
      return set
    }
  }

  /// How many numbers were given out.
  public var count: Int { table.withLock { $0.keys.count } }

  /// Opens the table that was saved to a folder. Throws `absent` or `damaged` as an index does.
  public init(opening folder: String) throws(KeywordIndexError) {
    guard let bytes = try IndexFolder(path: folder).read(Self.file) else { throw .absent }
    let words = bytes.withUnsafeBytes { raw in
      (0..<raw.count / 8).map { raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) }
    }
    guard bytes.count % 16 == 0, words.count >= 2, words[0] == Self.magic,
      words[1] == Self.checksum(words.dropFirst(2))
    else { throw .damaged(file: Self.file, reason: "its checksum differs") }
    var table = Table()
    table.keys = stride(from: 2, to: words.count, by: 2).map { Key(high: words[$0], low: words[$0 + 1]) }
    var slots = 64
    while table.keys.count * 4 > slots * 3 { slots *= 2 }
    table.rebuild(slots)
    self.table = Lock(table)
  }

  /// Saves the table to a folder, in one step.
  public func save(to folder: String) throws(KeywordIndexError) {
    let folder = IndexFolder(path: folder)
    try folder.create()
    let keys = table.withLock { $0.keys }
    var words: [UInt64] = [Self.magic, 0]
    words.reserveCapacity(2 + 2 * keys.count)
    for key in keys {
      words.append(key.high)
      words.append(key.low)
    }
    words[1] = Self.checksum(words.dropFirst(2))
    try words.withUnsafeBufferPointer { (words) throws(KeywordIndexError) in
      try folder.write(UnsafeRawBufferPointer(words), as: Self.file)
    }
    try folder.synchronize()
  }

  private static func checksum(_ words: ArraySlice<UInt64>) -> UInt64 {
    words.withUnsafeBytes { bytes in bytes.baseAddress.map { CKernels_checksum($0, bytes.count, 5) } ?? 5 }
  }
}
