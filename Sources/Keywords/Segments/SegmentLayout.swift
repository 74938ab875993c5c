/// How a segment lies in memory and in its file: the header, then sections, each on a multiple of 64 bytes. Numbers are
/// little-endian, as on every processor that this runs on.
enum SegmentLayout {
  static let magic: UInt64 = 0x3130_5345_4D45_4E4D  // "MNEMES01"
  static let headerSize = 512
  /// A checksum covers this much.
  static let blockSize = 1 << 20
  /// The most documents that fit: a posting has 24 bits for one.
  static let documentLimit = 1 << 24
  /// Documents in a window.
  static let window = 4096

  enum Section: Int, CaseIterable {
    /// Impacts and places, by term.
    case postings
    /// A `TermRecord` for each term, by the bytes of the terms.
    case records
    /// The bytes of the terms.
    case texts
    /// An open hash table: the upper half of the hash, and the place of the record plus one.
    case termSlots
    /// Which letters a term has, as a set of 32 bits.
    case signatures
    /// The caller's number for each document.
    case numbers
    /// An open hash table of numbers: the document plus one.
    case numberSlots
    /// The length of each document, UInt16.
    case lengths
    /// Where each document's surfaces begin, and the end of the last.
    case surfaceStarts
    case surfaces
    /// A checksum for each block of what precedes, from the end of the header on.
    case checksums
  }

  /// Where fields lie in the header.
  enum Field {
    static let magic = 0, fingerprint = 8, sequence = 16, fileLength = 24, totalLength = 32
    static let documentCount = 40, termCount = 44, averageLength = 48
    /// 1 if the documents' numbers ascend, UInt32.
    static let isAscending = 52
    /// Pairs of offset and length, UInt64 each.
    static let sections = 64
    static let checksumOfChecksums = 496
    static let checksumOfHeader = 504
  }

  /// How a term's postings are kept.
  enum Shape: UInt8 {
    /// `UInt32` each: document << 8 | impact.
    case rare
    /// Where each window begins (`UInt32`, one more than windows), places in their windows (`UInt16`), impacts (`UInt8`).
    case middle
    /// An impact for every document, 0 where the term is absent.
    case dense

    static func fitting(_ count: Int, of documents: Int) -> Self {
      count * 8 >= documents ? .dense : count * 1024 >= documents ? .middle : .rare
    }
  }

  static func padded(_ count: Int) -> Int { (count + 63) & ~63 }
  static func windows(_ documents: Int) -> Int { (documents + window - 1) / window }

  /// The bytes that a term's postings take.
  static func size(_ shape: Shape, count: Int, documents: Int) -> Int {
    switch shape {
    case .rare: 4 * count
    case .middle: 4 * (windows(documents) + 1) + 3 * count
    case .dense: padded(documents)
    }
  }

  /// Where `hash` would like to be among `slots`.
  @inline(__always)
  static func slot(_ hash: UInt64, of slots: Int) -> Int {
    Int(truncatingIfNeeded: ((hash & 0xFFFF_FFFF) &* UInt64(slots)) >> 32)
  }

  @inline(__always)
  static func hash(ofNumber number: UInt32) -> UInt64 {
    let mixed = UInt64(number) &* 0x9E37_79B9_7F4A_7C15
    return mixed ^ mixed >> 32
  }

  /// Which letters a term has: one edit changes at most two bits.
  static func signature(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var signature: UInt32 = 0
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      if byte < 0x80 {
        signature |= 1 &<< (byte &- 0x61 < 26 ? UInt32(byte &- 0x61) : 26 + UInt32(byte) % 6)
        place += 1
      } else {
        // All bytes of a letter make one bit, or an edit would change more than two.
        var letter: UInt32 = UInt32(byte)
        place += 1
        while place < bytes.count, bytes[place] & 0xC0 == 0x80 {
          letter = letter &* 31 &+ UInt32(bytes[place])
          place += 1
        }
        signature |= 1 &<< (letter & 31)
      }
    }
    return signature
  }
}

/// A term of a segment.
struct TermRecord {
  /// Where its postings begin in their section.
  var postings: UInt64
  /// The documents that have it.
  var count: UInt32
  /// Where its bytes begin in their section.
  var text: UInt32
  var textLength: UInt16
  var shape: UInt8
  /// At least 16, 64 and 256 documents have an impact as great; 0 if there are not so many.
  var best16: UInt8
  var best64: UInt8
  var best256: UInt8
  var unused: UInt16 = 0

  static let size = 24
}
