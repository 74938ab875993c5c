/// The idle sandboxes of a pool, by owner and program, in the order of their last use.
struct LuaShelf {
  struct Key: Hashable {
    let owner: String
    let program: LuaProgram
  }

  /// A slot of the doubly linked list: one idle sandbox. Slots are numbers, so moving one costs no allocation.
  private struct Slot {
    var key: Key
    var sandbox: LuaSandbox
    var bytes: Int
    var older: Int
    var newer: Int
  }

  private let capacity: LuaPool.Capacity
  private var slots: [Slot?] = []
  private var free: [Int] = []
  private var byKey: [Key: [Int]] = [:]
  private var oldest = -1
  private var newest = -1

  private(set) var count = 0
  private(set) var bytes = 0

  init(capacity: LuaPool.Capacity) { self.capacity = capacity }

  /// The idle sandbox of `key` that was used last, which leaves the shelf.
  mutating func take(_ key: Key) -> LuaSandbox? {
    guard let slot = byKey[key]?.last else { return nil }
    return remove(slot)
  }

  /// Keeps `sandbox`, and returns what has to go for it: perhaps itself.
  mutating func put(_ sandbox: LuaSandbox, bytes: Int, _ key: Key) -> [LuaSandbox] {
    guard byKey[key, default: []].count < capacity.idlePerProgram else { return [sandbox] }
    let slot = free.popLast() ?? slots.count
    if slot == slots.count { slots.append(nil) }
    slots[slot] = Slot(key: key, sandbox: sandbox, bytes: bytes, older: newest, newer: -1)
    if newest >= 0 { slots[newest]?.newer = slot } else { oldest = slot }
    newest = slot
    byKey[key, default: []].append(slot)
    count += 1
    self.bytes += bytes
    var gone: [LuaSandbox] = []
    while count > capacity.sandboxes || self.bytes > capacity.memoryBytes {
      guard let last = remove(oldest) else { break }
      gone.append(last)
    }
    return gone
  }

  /// Takes out every sandbox whose key satisfies `condition`.
  mutating func removeAll(where condition: (Key) -> Bool) -> [LuaSandbox] {
    let matching = byKey.filter { condition($0.key) }.flatMap(\.value)
    var gone: [LuaSandbox] = []
    for slot in matching {
      if let sandbox = remove(slot) { gone.append(sandbox) }
    }
    return gone
  }

  private mutating func remove(_ index: Int) -> LuaSandbox? {
    guard slots.indices.contains(index), let slot = slots[index] else { return nil }
    if slot.older >= 0 { slots[slot.older]?.newer = slot.newer } else { oldest = slot.newer }
    if slot.newer >= 0 { slots[slot.newer]?.older = slot.older } else { newest = slot.older }
    slots[index] = nil
    free.append(index)
    byKey[slot.key]?.removeAll { $0 == index }
    if byKey[slot.key]?.isEmpty == true { byKey[slot.key] = nil }
    count -= 1
    bytes -= slot.bytes
    return slot.sandbox
  }
}
