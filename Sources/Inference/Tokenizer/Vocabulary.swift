import Glibc

/// The pieces that words are cut into, found by their bytes.
///
/// Everything is in one block of bytes, a section of the packed file, so that opening a model builds no table:
///
///     0   4  number of pieces
///     4   4  number of slots, a power of two
///     8   4  longest piece in bytes
///     12  4  zero
///     16     offsets of the pieces in the text, one more than pieces, 4 bytes each; the top bit marks a continuation
///            slots: the hash's upper half and the identifier, 2 bytes each; 0xffff marks an empty one
///            the text of all pieces, continuations without their "##"
package struct Vocabulary: @unchecked Sendable {
  // Sendable: the pointers lead into `storage`, which never changes.
  private let storage: StableBytes
  package let bytes: UnsafeRawBufferPointer
  /// The pieces, which are numbered from 0.
  package let count: Int
  /// The identifiers of the tokens with a meaning of their own.
  package private(set) var unknown: Int32
  package private(set) var start: Int32
  package private(set) var end: Int32

  let longest: Int
  private let mask: UInt32
  private let offsets: UnsafePointer<UInt32>
  private let slots: UnsafePointer<UInt32>
  private let text: UnsafePointer<UInt8>

  /// Reads the vocabulary that lies at `bytes`, inside `storage`. Nil if it cannot be one.
  package init?(bytes: UnsafeRawBufferPointer, in storage: StableBytes) {
    guard bytes.count >= 16, let base = bytes.baseAddress, Int(bitPattern: base) % 4 == 0 else { return nil }
    let header = base.assumingMemoryBound(to: UInt32.self)
    let pieces = Int(header[0])
    let slotCount = Int(header[1])
    guard pieces > 0, pieces < 0xffff, slotCount > pieces, slotCount & (slotCount - 1) == 0,
      slotCount <= 1 << 20
    else { return nil }
    let textStart = 16 + (pieces + 1 + slotCount) * 4
    guard bytes.count >= textStart else { return nil }
    offsets = header + 4
    slots = offsets + pieces + 1
    text = (base + textStart).assumingMemoryBound(to: UInt8.self)
    var previous: UInt32 = 0
    for index in 0...pieces {
      let offset = offsets[index] & ~Self.continuation
      guard offset >= previous else { return nil }
      previous = offset
    }
    guard Int(previous) <= bytes.count - textStart else { return nil }
    self.storage = storage
    self.bytes = bytes
    count = pieces
    mask = UInt32(slotCount - 1)
    longest = Int(header[2])
    unknown = 0
    start = 0
    end = 0
    // The special tokens are found as whole words, since no tokenizer lets brackets through.
    guard let unknown = identifier(of: "[UNK]"), let start = identifier(of: "[CLS]"),
      let end = identifier(of: "[SEP]")
    else { return nil }
    self.unknown = unknown
    self.start = start
    self.end = end
  }

  /// Builds a vocabulary from its pieces; continuations begin with "##". Nil if a special token is missing, or there
  /// are more pieces than 65,534.
  package init?(pieces: [String]) {
    guard !pieces.isEmpty, pieces.count < 0xffff else { return nil }
    var slotCount = 64
    while slotCount < pieces.count * 2 { slotCount *= 2 }
    var offsets: [UInt32] = []
    var slots = [UInt32](repeating: Self.empty, count: slotCount)
    var text: [UInt8] = []
    var longest = 0
    for (identifier, piece) in pieces.enumerated() {
      var spelling = Array(piece.utf8)
      let continues = spelling.starts(with: [0x23, 0x23]) && spelling.count > 2
      if continues { spelling.removeFirst(2) }
      var hash = Self.seed(continues: continues)
      for byte in spelling { hash = Self.extend(hash, byte) }
      var slot = Int(hash) & (slotCount - 1)
      while slots[slot] != Self.empty { slot = (slot + 1) & (slotCount - 1) }
      slots[slot] = hash & 0xffff_0000 | UInt32(identifier)
      offsets.append(UInt32(text.count) | (continues ? Self.continuation : 0))
      text += spelling
      longest = max(longest, spelling.count)
    }
    offsets.append(UInt32(text.count))
    var bytes: [UInt8] = []
    for value in [UInt32(pieces.count), UInt32(slotCount), UInt32(longest), 0] + offsets + slots {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    bytes += text
    let storage = StableBytes(copying: bytes)
    self.init(bytes: storage.bytes, in: storage)
  }

  private static let empty: UInt32 = 0xffff
  private static let continuation: UInt32 = 0x8000_0000

  /// The hash of no bytes yet. Continuations start elsewhere, so the two kinds of piece share one table.
  @inline(__always)
  static func seed(continues: Bool) -> UInt32 { continues ? 0x9747_b28c : 0x811c_9dc5 }

  /// FNV-1a, one byte further.
  @inline(__always)
  static func extend(_ hash: UInt32, _ byte: UInt8) -> UInt32 { (hash ^ UInt32(byte)) &* 0x0100_0193 }

  /// The piece of this kind with these bytes and this hash.
  @inline(__always)
  func identifier(hash: UInt32, bytes: UnsafeBufferPointer<UInt8>, continues: Bool) -> Int32? {
    var slot = hash & mask
    while true {
      let entry = slots[Int(slot)]
      if entry & 0xffff == Self.empty { return nil }
      if entry & 0xffff_0000 == hash & 0xffff_0000 {
        let identifier = Int(entry & 0xffff)
        if identifier < count {
          let kind: UInt32 = continues ? Self.continuation : 0
          let from = Int(offsets[identifier] & ~Self.continuation)
          let length = Int(offsets[identifier + 1] & ~Self.continuation) - from
          let isOfKind = offsets[identifier] & Self.continuation == kind
          if isOfKind, length == bytes.count, let wanted = bytes.baseAddress,
            memcmp(text + from, wanted, length) == 0
          {
            return Int32(identifier)
          }
        }
      }
      slot = (slot + 1) & mask
    }
  }

  /// The piece that begins a word with exactly these characters.
  package func identifier(of piece: String) -> Int32? {
    var piece = piece
    return piece.withUTF8 { bytes in
      var hash = Self.seed(continues: false)
      for byte in bytes { hash = Self.extend(hash, byte) }
      return identifier(hash: hash, bytes: bytes, continues: false)
    }
  }
}
