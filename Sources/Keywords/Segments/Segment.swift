internal import CKernels

/// Documents and their terms, for ever as they were written; only whether a document was deleted is kept elsewhere.
///
/// Whatever the bytes say, reading stays within them: a damaged file gives wrong answers until `verify()` finds it, never
/// a crash.
final class Segment: @unchecked Sendable {
  // Sendable: nothing changes after init; the pointers point into `memory`, which lives as long.
  let memory: SegmentMemory
  let sequence: UInt64
  let fingerprint: UInt64
  let documentCount: Int
  let termCount: Int
  /// The sum of the lengths of all documents.
  let totalLength: UInt64
  /// The average length that impacts were computed with.
  let averageLength: Float
  /// Whether the documents are in the order of their numbers.
  let isAscending: Bool

  let numbers: UnsafePointer<UInt32>
  let lengths: UnsafePointer<UInt16>
  let signatures: UnsafePointer<UInt32>
  private let records: UnsafePointer<TermRecord>
  private let texts: UnsafeBufferPointer<UInt8>
  private let termSlots: UnsafeBufferPointer<UInt64>
  private let numberSlots: UnsafeBufferPointer<UInt32>
  private let surfaceStarts: UnsafePointer<UInt32>
  private let surfaces: UnsafeBufferPointer<UInt16>
  private let postings: UnsafeRawBufferPointer

  /// Reads the header. What it promises is checked, the sections themselves are not: that is `verify()`.
  init(_ memory: SegmentMemory, name: String) throws(KeywordIndexError) {
    typealias Field = SegmentLayout.Field
    func damaged(_ reason: String) -> KeywordIndexError { .damaged(file: name, reason: reason) }
    let base = UnsafeRawPointer(memory.base)
    guard memory.count >= SegmentLayout.headerSize else { throw damaged("it is too short") }
    guard base.load(fromByteOffset: Field.magic, as: UInt64.self) == SegmentLayout.magic else {
      throw damaged("it is no segment of this version")
    }
    let sum = CKernels_checksum(base, Field.checksumOfHeader, 0)
    guard base.load(fromByteOffset: Field.checksumOfHeader, as: UInt64.self) == sum else {
      throw damaged("the checksum of its header differs")
    }
    guard base.load(fromByteOffset: Field.fileLength, as: UInt64.self) == UInt64(memory.count) else {
      throw damaged("its length is not what was written")
    }
    self.memory = memory
    fingerprint = base.load(fromByteOffset: Field.fingerprint, as: UInt64.self)
    sequence = base.load(fromByteOffset: Field.sequence, as: UInt64.self)
    documentCount = Int(base.load(fromByteOffset: Field.documentCount, as: UInt32.self))
    termCount = Int(base.load(fromByteOffset: Field.termCount, as: UInt32.self))
    totalLength = base.load(fromByteOffset: Field.totalLength, as: UInt64.self)
    averageLength = base.load(fromByteOffset: Field.averageLength, as: Float.self)
    isAscending = base.load(fromByteOffset: Field.isAscending, as: UInt32.self) == 1

    func section(_ section: SegmentLayout.Section, atLeast needed: Int) throws(KeywordIndexError)
      -> UnsafeRawBufferPointer
    {
      let field = Field.sections + 16 * section.rawValue
      let offset = base.load(fromByteOffset: field, as: UInt64.self)
      let length = base.load(fromByteOffset: field + 8, as: UInt64.self)
      guard offset % 64 == 0, offset <= UInt64(memory.count), length <= UInt64(memory.count) - offset,
        length >= UInt64(needed)
      else { throw damaged("section \(section) lies outside of it") }
      return UnsafeRawBufferPointer(start: base + Int(offset), count: Int(length))
    }
    func pointer<Value>(_ of: Value.Type, _ kind: SegmentLayout.Section, count: Int) throws(KeywordIndexError)
      -> UnsafeBufferPointer<Value>
    {
      try section(kind, atLeast: count * MemoryLayout<Value>.stride).assumingMemoryBound(to: Value.self)
    }
    func start<Value>(_ buffer: UnsafeBufferPointer<Value>) -> UnsafePointer<Value> {
      guard let start = buffer.baseAddress else { preconditionFailure("a section begins within the segment") }
      return start
    }
    numbers = start(try pointer(UInt32.self, .numbers, count: documentCount))
    lengths = start(try pointer(UInt16.self, .lengths, count: documentCount))
    signatures = start(try pointer(UInt32.self, .signatures, count: termCount))
    records = start(try pointer(TermRecord.self, .records, count: termCount))
    texts = try pointer(UInt8.self, .texts, count: 0)
    termSlots = try pointer(UInt64.self, .termSlots, count: termCount + 1)
    numberSlots = try pointer(UInt32.self, .numberSlots, count: documentCount + 1)
    surfaceStarts = start(try pointer(UInt32.self, .surfaceStarts, count: documentCount + 1))
    surfaces = try pointer(UInt16.self, .surfaces, count: 0)
    postings = try section(.postings, atLeast: 0)
  }

  /// The checksum of the header, which holds those of everything else.
  var headerChecksum: UInt64 {
    UnsafeRawPointer(memory.base).load(fromByteOffset: SegmentLayout.Field.checksumOfHeader, as: UInt64.self)
  }

  /// Compares every byte with the checksums. Reads the whole segment: about 0.1 ms a megabyte from memory.
  func verify(name: String) throws(KeywordIndexError) {
    typealias Field = SegmentLayout.Field
    let base = UnsafeRawPointer(memory.base)
    let field = Field.sections + 16 * SegmentLayout.Section.checksums.rawValue
    let table = Int(base.load(fromByteOffset: field, as: UInt64.self))
    let length = Int(base.load(fromByteOffset: field + 8, as: UInt64.self))
    let blocks = (table - SegmentLayout.headerSize + SegmentLayout.blockSize - 1) / SegmentLayout.blockSize
    guard table >= SegmentLayout.headerSize, table + length == memory.count, length == 8 * blocks,
      CKernels_checksum(base + table, length, 1)
        == base.load(fromByteOffset: Field.checksumOfChecksums, as: UInt64.self)
    else { throw .damaged(file: name, reason: "its checksums are not what was written") }
    for block in 0..<blocks {
      let start = SegmentLayout.headerSize + block * SegmentLayout.blockSize
      let count = min(SegmentLayout.blockSize, table - start)
      let sum = CKernels_checksum(base + start, count, UInt64(block) + 2)
      guard base.load(fromByteOffset: table + 8 * block, as: UInt64.self) == sum else {
        throw .damaged(file: name, reason: "the checksum of block \(block) differs")
      }
    }
  }

  // MARK: Terms

  func record(_ place: Int) -> TermRecord { records[place] }

  /// The bytes of a term.
  func text(_ record: TermRecord) -> UnsafeBufferPointer<UInt8> {
    let start = Int(record.text)
    let end = start + Int(record.textLength)
    guard end <= texts.count else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(rebasing: texts[start..<end])
  }

  /// The term of these bytes; nil if no document has it.
  func find(_ term: TermKey) -> TermRecord? {
    let slots = termSlots.count
    var slot = SegmentLayout.slot(term.hash, of: slots)
    let tag = term.hash >> 32
    var tries = 0
    while tries < slots {
      let entry = termSlots[slot]
      if entry == 0 { return nil }
      let place = Int(entry & 0xFFFF_FFFF) - 1
      if entry >> 32 == tag, place >= 0, place < termCount {
        let record = records[place]
        if term.matches(text(record)) { return isSound(record) ? record : nil }
      }
      slot = slot + 1 == slots ? 0 : slot + 1
      tries += 1
    }
    return nil
  }

  /// Whether what a record points to lies within the segment.
  private func isSound(_ record: TermRecord) -> Bool {
    guard let shape = SegmentLayout.Shape(rawValue: record.shape) else { return false }
    let size = SegmentLayout.size(shape, count: Int(record.count), documents: documentCount)
    return record.postings <= UInt64(postings.count) && size <= postings.count - Int(record.postings)
  }

  /// The impacts of a dense term.
  func row(_ record: TermRecord) -> UnsafePointer<UInt8> {
    bytes(record, 0).assumingMemoryBound(to: UInt8.self)
  }

  /// The postings of a rare term.
  func list(_ record: TermRecord) -> UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(
      start: bytes(record, 0).assumingMemoryBound(to: UInt32.self), count: Int(record.count))
  }

  /// The postings of a middle term.
  func windows(
    _ record: TermRecord
  ) -> (starts: UnsafePointer<UInt32>, places: UnsafePointer<UInt16>, impacts: UnsafePointer<UInt8>) {
    let starts = 4 * (SegmentLayout.windows(documentCount) + 1)
    return (
      bytes(record, 0).assumingMemoryBound(to: UInt32.self),
      bytes(record, starts).assumingMemoryBound(to: UInt16.self),
      bytes(record, starts + 2 * Int(record.count)).assumingMemoryBound(to: UInt8.self)
    )
  }

  private func bytes(_ record: TermRecord, _ offset: Int) -> UnsafeRawPointer {
    guard let base = postings.baseAddress else { preconditionFailure("a section begins within the segment") }
    return base + Int(record.postings) + offset
  }

  /// Calls `body` with each document that has the term, ascending, and the term's impact there.
  func forEachPosting(_ record: TermRecord, _ body: (_ document: Int, _ impact: UInt8) -> Void) {
    guard isSound(record) else { return }
    switch SegmentLayout.Shape(rawValue: record.shape) {
    case .rare:
      for posting in list(record) where Int(posting >> 8) < documentCount {
        body(Int(posting >> 8), UInt8(truncatingIfNeeded: posting))
      }
    case .middle:
      let (starts, places, impacts) = windows(record)
      for window in 0..<SegmentLayout.windows(documentCount) {
        let end = min(starts[window + 1], record.count)
        var place = min(starts[window], end)
        while place < end {
          let document = window * SegmentLayout.window + Int(places[Int(place)])
          if document < documentCount { body(document, impacts[Int(place)]) }
          place += 1
        }
      }
    case .dense:
      let row = row(record)
      for document in 0..<documentCount where row[document] != 0 { body(document, row[document]) }
    case nil: break
    }
  }

  // MARK: Documents

  /// The documents that carry a number: at most one.
  func document(numbered number: UInt32) -> Int? {
    let slots = numberSlots.count
    var slot = SegmentLayout.slot(SegmentLayout.hash(ofNumber: number), of: slots)
    for _ in 0..<slots {
      let entry = numberSlots[slot]
      if entry == 0 { return nil }
      let document = Int(entry) - 1
      if document < documentCount, numbers[document] == number { return document }
      slot = slot + 1 == slots ? 0 : slot + 1
    }
    return nil
  }

  /// The surfaces of a document's words, in order.
  func surfaces(of document: Int) -> UnsafeBufferPointer<UInt16> {
    let start = Int(surfaceStarts[document])
    let end = Int(surfaceStarts[document + 1])
    guard start <= end, end <= surfaces.count else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(rebasing: surfaces[start..<end])
  }
}

/// A term to look for.
struct TermKey: Hashable, Sendable {
  let bytes: [UInt8]
  let hash: UInt64

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    hash = bytes.withUnsafeBufferPointer(TermHash.hash)
  }

  func matches(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count == other.count else { return false }
    for place in 0..<other.count where bytes[place] != other[place] { return false }
    return true
  }

  static func == (one: Self, other: Self) -> Bool { one.hash == other.hash && one.bytes == other.bytes }
  func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
