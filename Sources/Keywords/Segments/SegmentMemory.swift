import Glibc

/// The bytes of a segment: pages of the process, or of a mapped file. They never change, except while a builder that
/// has the only reference fills them.
final class SegmentMemory: @unchecked Sendable {
  // Sendable: shared only after the last write, and freed with the last reference.
  private(set) var base: UnsafeMutableRawPointer
  private(set) var count: Int
  private var capacity: Int
  /// Whether a file stands behind it, so that the system may drop its pages.
  let isMapped: Bool

  /// Room for about `capacity` bytes, which grows. Pages count when they are written.
  init(capacity: Int) throws(KeywordIndexError) {
    let pages = Self.roundedUp(max(capacity, 1))
    base = try Self.map(
      pages, protection: PROT_READ | PROT_WRITE, flags: MAP_PRIVATE | MAP_ANONYMOUS, file: -1)
    self.capacity = pages
    count = 0
    isMapped = false
  }

  /// The bytes of an open file.
  init(mapping file: Int32, count: Int) throws(KeywordIndexError) {
    base = try Self.map(count, protection: PROT_READ, flags: MAP_SHARED, file: file)
    capacity = Self.roundedUp(count)
    self.count = count
    isMapped = true
  }

  deinit { munmap(base, capacity) }

  private static func map(
    _ count: Int, protection: Int32, flags: Int32, file: Int32
  ) throws(KeywordIndexError) -> UnsafeMutableRawPointer {
    guard let base = mmap(nil, count, protection, flags, file, 0), base != MAP_FAILED else {
      throw .system("mmap of \(count) bytes: \(String(cString: strerror(errno)))")
    }
    return base
  }

  private static func roundedUp(_ count: Int) -> Int { (count + 4095) & ~4095 }

  /// Appends `count` zero bytes and returns where they begin.
  func extend(by added: Int) throws(KeywordIndexError) -> UnsafeMutableRawPointer {
    if count + added > capacity {
      let larger = Self.roundedUp(max(count + added, capacity + capacity / 2))
      let new = try Self.map(
        larger, protection: PROT_READ | PROT_WRITE, flags: MAP_PRIVATE | MAP_ANONYMOUS, file: -1)
      memcpy(new, base, count)
      munmap(base, capacity)
      base = new
      capacity = larger
    }
    defer { count += added }
    return base + count
  }

  /// Appends zero bytes up to a multiple of 64.
  func align() throws(KeywordIndexError) {
    _ = try extend(by: SegmentLayout.padded(count) - count)
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(KeywordIndexError) {
    guard let start = bytes.baseAddress else { return }
    memcpy(try extend(by: bytes.count), start, bytes.count)
  }

  /// Gives pages back that were not used.
  func trim() {
    let used = Self.roundedUp(max(count, 1))
    if used < capacity {
      munmap(base + used, capacity - used)
      capacity = used
    }
  }
}
