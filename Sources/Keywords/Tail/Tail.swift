internal import CKernels

/// The youngest documents: a place to add to, at most as many as it was made for.
///
/// One writer adds. Readers look at the documents below a count that they were given when it was published, and at
/// nothing else, so what they see does not change under them.
final class Tail: @unchecked Sendable {
  // Sendable: `table` and the surfaces are touched only under `lock`; of `numbers` and `lengths`, a reader sees the
  // entries below a count that was published after they were written, and those never change.
  let capacity: Int
  let numbers: UnsafeMutablePointer<UInt32>
  let lengths: UnsafeMutablePointer<UInt32>
  private let lock = SharedLock()
  private var table = TermTable()
  private var surfaces: [UInt16] = []
  private var surfaceStarts: [UInt32] = [0]

  init(capacity: Int) {
    self.capacity = capacity
    numbers = .allocate(capacity: capacity)
    lengths = .allocate(capacity: capacity)
  }

  deinit {
    numbers.deallocate()
    lengths.deallocate()
  }

  /// Adds the document with the index `document`, which follows the last.
  func add(_ document: Int, number: UInt32, _ terms: DocumentTerms) {
    precondition(document < capacity, "a tail is sealed before it overflows")
    numbers[document] = number
    lengths[document] = min(terms.length, 65535)
    lock.writing {
      table.add(document, terms)
      surfaces.append(contentsOf: terms.surfaces)
      surfaceStarts.append(UInt32(surfaces.count))
    }
  }

  /// Runs `body` while nothing is added.
  func reading<Result, Failure: Error>(
    _ body: (borrowing TermTable, Surfaces) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try lock.reading { () throws(Failure) -> Result in
      try surfaces.withUnsafeBufferPointer { (all) throws(Failure) -> Result in
        try surfaceStarts.withUnsafeBufferPointer { (starts) throws(Failure) -> Result in
          try body(table, Surfaces(all: all, starts: starts))
        }
      }
    }
  }

  /// The surfaces of the documents, valid within one `reading`.
  struct Surfaces {
    fileprivate let all: UnsafeBufferPointer<UInt16>
    fileprivate let starts: UnsafeBufferPointer<UInt32>

    subscript(document: Int) -> UnsafeBufferPointer<UInt16> {
      UnsafeBufferPointer(rebasing: all[Int(starts[document])..<Int(starts[document + 1])])
    }
  }

  var residentBytes: Int {
    lock.reading {
      table.residentBytes + surfaces.capacity * 2 + surfaceStarts.capacity * 4 + capacity * 8
    }
  }
}
