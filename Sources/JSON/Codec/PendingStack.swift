/// Elements of containers that are still being read, innermost last.
struct PendingStack<Element>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>
  private var capacity = 16
  private(set) var count = 0

  init() {
    base = .allocate(capacity: capacity)
  }

  deinit {
    base.deinitialize(count: count)
    base.deallocate()
  }

  @inline(__always)
  mutating func push(_ element: consuming Element) {
    if count == capacity { grow() }
    (base + count).initialize(to: element)
    count += 1
  }

  @inline(never)
  private mutating func grow() {
    capacity *= 2
    let room = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    room.moveInitialize(from: base, count: count)
    base.deallocate()
    base = room
  }

  /// The elements from `first` on; valid until the next change.
  func entries(from first: Int) -> UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: base + first, count: count - first)
  }

  /// Moves the elements from `first` on into an array of exactly their number.
  mutating func take(from first: Int) -> [Element] {
    let moved = count - first
    let base = base
    count = first
    return Array(unsafeUninitializedCapacity: moved) { room, initialized in
      room.baseAddress?.moveInitialize(from: base + first, count: moved)
      initialized = moved
    }
  }
}
