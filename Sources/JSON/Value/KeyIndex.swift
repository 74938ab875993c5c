/// Finds a key among many members: an open-addressing table of their positions.
///
/// Keys are hashed with Swift's `Hasher`, whose seed differs in every process, so nobody can prepare keys
/// that collide.
struct KeyIndex: Sendable {
  typealias Entries = UnsafeBufferPointer<JSONObject.Element>

  /// Objects with more members than this carry an index.
  static let threshold = 16

  // Position + 1 in each used slot. The count is a power of two and at most half of the slots are used.
  private var slots: [UInt32]

  /// An index of entries whose keys are distinct.
  init(of entries: Entries) {
    slots = []
    rebuild(entries, slots: Self.slots(for: entries.count))
  }

  /// The position of `key` among `entries`.
  func find(_ key: String, in entries: Entries) -> Int? {
    var slot = home(of: key)
    while slots[slot] != 0 {
      let position = Int(slots[slot]) - 1
      if entries[position].key.hasSameBytes(as: key) { return position }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Takes note of the entry at `position`, the last one, whose key is not there yet.
  mutating func add(_ position: Int, of entries: Entries) {
    if position * 2 >= slots.count {
      rebuild(UnsafeBufferPointer(rebasing: entries[..<position]), slots: slots.count * 2)
    }
    place(position, key: entries[position].key)
  }

  private static func slots(for count: Int) -> Int {
    var slots = 64
    while slots < count * 2 { slots *= 2 }
    return slots
  }

  private mutating func rebuild(_ entries: Entries, slots count: Int) {
    slots = [UInt32](repeating: 0, count: count)
    for position in entries.indices { place(position, key: entries[position].key) }
  }

  private mutating func place(_ position: Int, key: String) {
    var slot = home(of: key)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = UInt32(position + 1)
  }

  private func home(of key: String) -> Int {
    var hasher = Hasher()
    key.hashBytes(into: &hasher)
    return hasher.finalize() & (slots.count - 1)
  }
}
