/// Moments at which connections are to be looked at, the earliest first: a binary heap.
///
/// A connection whose deadline moves to later leaves its entry where it is, and enters again when that one is due. So a
/// connection that serves one request after the other never touches the heap.
struct DeadlineQueue {
  struct Entry {
    let moment: UInt64
    let connection: ConnectionID
  }

  private var heap: [Entry] = []

  var earliest: UInt64? { heap.first?.moment }

  mutating func insert(_ entry: Entry) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].moment < heap[parent].moment else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes the earliest entry out, if it is due.
  mutating func next(dueAt now: UInt64) -> Entry? {
    guard let first = heap.first, first.moment <= now else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].moment < heap[smallest].moment {
        smallest = child
      }
      guard smallest != parent else { return first }
      heap.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
