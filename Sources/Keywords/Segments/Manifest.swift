internal import CKernels

/// What an index on disk consists of: its segments, in order, and what of them was deleted.
struct Manifest {
  struct Entry {
    var file: String
    var documentCount: Int
    /// Of the segment's header, so that no segment passes for another.
    var headerChecksum: UInt64
    /// The numbers of the windows with deleted documents, and their bits.
    var deleted: [(window: Int, bits: [UInt64])]
  }

  var fingerprint: UInt64
  var sequence: UInt64
  var reference: Float?
  var entries: [Entry]

  private static let magic: UInt64 = 0x3130_4D45_4D45_4E4D  // "MNEMEM01"
  private static let wordsPerWindow = SegmentLayout.window / 64

  /// Words of 64 bits, the last one a checksum of the others.
  func encoded() -> [UInt64] {
    var words: [UInt64] = [
      Self.magic, fingerprint, sequence, reference.map { UInt64($0.bitPattern) } ?? .max,
      UInt64(entries.count),
    ]
    for entry in entries {
      words.append(UInt64(entry.file.prefix(while: { $0 != "." }), radix: 16) ?? 0)
      words += [UInt64(entry.documentCount), entry.headerChecksum, UInt64(entry.deleted.count)]
      for (window, bits) in entry.deleted {
        words.append(UInt64(window))
        words += bits
      }
    }
    words.append(Self.checksum(words))
    return words
  }

  private static func checksum(_ words: [UInt64]) -> UInt64 {
    words.withUnsafeBytes { bytes in
      bytes.baseAddress.map { CKernels_checksum($0, bytes.count, 3) } ?? 0
    }
  }

  init(fingerprint: UInt64, sequence: UInt64, reference: Float?, entries: [Entry]) {
    self.fingerprint = fingerprint
    self.sequence = sequence
    self.reference = reference
    self.entries = entries
  }

  init(decoding bytes: [UInt8]) throws(KeywordIndexError) {
    func damaged(_ reason: String) -> KeywordIndexError {
      .damaged(file: IndexFolder.manifest, reason: reason)
    }
    guard bytes.count % 8 == 0, bytes.count >= 48 else { throw damaged("it is too short") }
    var words = bytes.withUnsafeBytes { raw in
      (0..<raw.count / 8).map { raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) }
    }
    guard words.popLast() == Self.checksum(words) else { throw damaged("its checksum differs") }
    guard words[0] == Self.magic else { throw .incompatible(file: IndexFolder.manifest) }
    fingerprint = words[1]
    sequence = words[2]
    reference = words[3] == .max ? nil : Float(bitPattern: UInt32(truncatingIfNeeded: words[3]))
    entries = []
    var rest = words[5...]
    for _ in 0..<words[4] {
      guard rest.count >= 4 else { throw damaged("it ends too soon") }
      let head = Array(rest.prefix(4))
      rest = rest.dropFirst(4)
      var entry = Entry(
        file: IndexFolder.segmentName(head[0]), documentCount: Int(truncatingIfNeeded: head[1]),
        headerChecksum: head[2], deleted: [])
      for _ in 0..<head[3] {
        guard let window = rest.first, rest.count > Self.wordsPerWindow else {
          throw damaged("it ends too soon")
        }
        entry.deleted.append(
          (Int(truncatingIfNeeded: window), Array(rest.dropFirst().prefix(Self.wordsPerWindow))))
        rest = rest.dropFirst(1 + Self.wordsPerWindow)
      }
      entries.append(entry)
    }
  }
}
