internal import CKernels

/// The first 512 bytes of a snapshot: what it holds, where, and by which checksums to know damage.
///
/// Words of 64 bits in the machine's order; the last one is the checksum of the others.
struct SnapshotHeader: Sendable, Equatable {
  static let size = 512
  /// Another number for another layout: what an older version wrote is rebuilt.
  static let magic: UInt64 = 0x32_54_43_45_56_45_4e_4d  // "MNEVECT2"

  /// The parts of a snapshot, in the order in which they lie in the file.
  enum Section: Int, CaseIterable {
    case rows, scales, codes, factors, places, dead, table, starts, centroids, centroidScales, centroidCodes,
      centroidFactors, extents,
      queries

    /// Small enough to be checked whenever a snapshot is opened, and trusted from then on.
    var isChecked: Bool {
      switch self {
      case .dead, .starts, .centroids, .centroidScales, .centroidCodes, .centroidFactors, .extents, .queries:
        true
      case .rows, .scales, .codes, .factors, .places, .table: false
      }
    }
  }

  struct Extent: Sendable, Equatable {
    var offset = 0
    var length = 0
    var checksum: UInt64 = 0
  }

  var dimension = 0
  var fingerprint: UInt64 = 0
  /// Which files of originals it belongs to.
  var generation: UInt64 = 0
  /// The last write that it knows of.
  var sequence: UInt64 = 0
  /// Counts how often slots have been renumbered.
  var numbering: UInt64 = 0
  var slots = 0
  /// Blocks of codes: one for every 32 slots, or for every 32 living ones when they are kept in lists.
  var blocks = 0
  var lists = 0
  /// How many vectors there were when the lists were trained.
  var trainedOn = 0
  /// How many lists to look into for ten answers, and for a hundred; both are zero without lists.
  var probesForFew = 0
  var probesForMany = 0
  var fileSize = 0
  var sections = [Extent](repeating: Extent(), count: Section.allCases.count)

  private var words: [UInt64] {
    var words: [UInt64] = [
      SnapshotHeader.magic, UInt64(dimension), fingerprint, generation, sequence, numbering, UInt64(slots),
      UInt64(blocks), UInt64(lists), UInt64(trainedOn), UInt64(probesForFew), UInt64(probesForMany),
      UInt64(fileSize),
    ]
    for section in sections { words += [UInt64(section.offset), UInt64(section.length), section.checksum] }
    words += [UInt64](repeating: 0, count: SnapshotHeader.size / 8 - 1 - words.count)
    words.append(words.withUnsafeBytes { CKernels_xxh64($0.baseAddress, $0.count, 0) })
    return words
  }

  func withBytes<Failure: Error>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
    let words = words
    try unsafe(words, body)
  }

  init() {}

  /// Reads what ``withBytes(_:)`` gave, or throws ``VectorIndexError/damaged(_:)``.
  init(_ bytes: UnsafeRawBufferPointer) throws(VectorIndexError) {
    guard bytes.count >= SnapshotHeader.size else { throw .damaged("the snapshot is cut short") }
    let words = (0..<SnapshotHeader.size / 8).map {
      bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)
    }
    guard words[0] == SnapshotHeader.magic else { throw .damaged("this is no snapshot of vectors") }
    guard CKernels_xxh64(bytes.baseAddress, SnapshotHeader.size - 8, 0) == words.last else {
      throw .damaged("the snapshot's header is damaged")
    }
    // From here on the words are what was written.
    dimension = Int(words[1])
    fingerprint = words[2]
    generation = words[3]
    sequence = words[4]
    numbering = words[5]
    slots = Int(words[6])
    blocks = Int(words[7])
    lists = Int(words[8])
    trainedOn = Int(words[9])
    probesForFew = Int(words[10])
    probesForMany = Int(words[11])
    fileSize = Int(words[12])
    for index in sections.indices {
      sections[index] = Extent(
        offset: Int(words[13 + 3 * index]), length: Int(words[14 + 3 * index]),
        checksum: words[15 + 3 * index])
    }
  }
}

private func unsafe<Failure: Error>(
  _ words: [UInt64], _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
) throws(Failure) {
  let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 8 * words.count, alignment: 8)
  defer { bytes.deallocate() }
  words.withUnsafeBytes { bytes.copyMemory(from: $0) }
  try body(UnsafeRawBufferPointer(bytes))
}

/// The checksum of a section: that of its first piece, which seeds that of the second, and so on, so that it can be made
/// while writing.
struct PiecewiseChecksum {
  static let piece = 1 << 20
  private(set) var value: UInt64 = 0

  /// Every piece but the last is exactly `piece` bytes.
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    value = CKernels_xxh64(bytes.baseAddress, bytes.count, value)
  }

  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var sum = PiecewiseChecksum()
    var from = 0
    while from < bytes.count {
      let end = min(from + piece, bytes.count)
      sum.add(UnsafeRawBufferPointer(rebasing: bytes[from..<end]))
      from = end
    }
    return sum.value
  }
}
