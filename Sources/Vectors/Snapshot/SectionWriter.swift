/// Writes the sections of a snapshot one after the other, with their checksums, through a buffer.
struct SectionWriter: ~Copyable {
  private let file: DiskFile
  private let buffer: UnsafeMutableRawBufferPointer
  private var filled = 0
  private var offset = SnapshotHeader.size
  private var sum = PiecewiseChecksum()
  private var extent = SnapshotHeader.Extent()
  private(set) var sections = [SnapshotHeader.Extent](
    repeating: .init(), count: SnapshotHeader.Section.allCases.count)

  /// Sections begin at multiples of a cache line.
  private static let alignment = 64

  init(_ file: DiskFile) {
    self.file = file
    buffer = .allocate(byteCount: PiecewiseChecksum.piece, alignment: 64)
  }

  deinit { buffer.deallocate() }

  /// The length of the file so far.
  var length: Int { offset }

  /// Writes what `body` appends as one section.
  mutating func write(
    _ section: SnapshotHeader.Section,
    _ body: (inout SectionWriter) throws(VectorIndexError) -> Void
  ) throws(VectorIndexError) {
    offset = (offset + Self.alignment - 1) / Self.alignment * Self.alignment
    extent = SnapshotHeader.Extent(offset: offset)
    sum = PiecewiseChecksum()
    try body(&self)
    try flush()
    extent.length = offset - extent.offset
    extent.checksum = sum.value
    sections[section.rawValue] = extent
  }

  mutating func write(
    _ section: SnapshotHeader.Section, _ values: some Collection<some BitwiseCopyable>
  ) throws(VectorIndexError) {
    let values = ContiguousArray(values)
    try write(section) { sections throws(VectorIndexError) in
      try values.withUnsafeBytes { bytes in
        Result { () throws(VectorIndexError) in try sections.append(bytes) }
      }.get()
    }
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(VectorIndexError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix(buffer.count - filled)
      UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(from: .init(rebasing: part))
      filled += part.count
      rest = rest.dropFirst(part.count)
      if filled == buffer.count { try flush() }
    }
  }

  private mutating func flush() throws(VectorIndexError) {
    guard filled > 0 else { return }
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<filled])
    sum.add(bytes)
    try file.write(bytes, at: offset)
    offset += filled
    filled = 0
  }
}
