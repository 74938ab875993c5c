internal import CKernels

/// What a segment says of one document beside its terms.
struct SegmentDocument {
  var number: UInt32
  var length: UInt32
}

/// Writes a segment: terms in the order of their bytes, then the documents.
struct SegmentBuilder {
  private let memory: SegmentMemory
  private let documentCount: Int
  private var sections = [(offset: Int, count: Int)](
    repeating: (0, 0), count: SegmentLayout.Section.allCases.count)
  private var records: [TermRecord] = []
  private var texts: [UInt8] = []
  private var signatures: [UInt32] = []
  private var hashes: [UInt64] = []

  /// `postingsSize` is a guess of the bytes that all postings take together.
  init(documentCount: Int, postingsSize: Int) throws(KeywordIndexError) {
    precondition(documentCount < SegmentLayout.documentLimit, "a segment holds fewer documents")
    self.documentCount = documentCount
    memory = try SegmentMemory(
      capacity: SegmentLayout.headerSize + postingsSize + postingsSize / 2 + documentCount * 256)
    _ = try memory.extend(by: SegmentLayout.headerSize)
  }

  /// Adds a term that follows all former ones. Postings (document << 8 | impact) ascend; there is at least one.
  mutating func add(
    _ term: UnsafeBufferPointer<UInt8>, postings: UnsafeBufferPointer<UInt32>
  ) throws(KeywordIndexError) {
    let shape = SegmentLayout.Shape.fitting(postings.count, of: documentCount)
    if shape != .rare { try memory.align() }
    let start = memory.count
    let size = SegmentLayout.size(shape, count: postings.count, documents: documentCount)
    let bytes = try memory.extend(by: (size + 3) & ~3)
    switch shape {
    case .rare: UnsafeMutableRawBufferPointer(start: bytes, count: size).copyMemory(from: .init(postings))
    case .middle: writeWindows(postings, to: bytes)
    case .dense:
      let row = bytes.assumingMemoryBound(to: UInt8.self)
      for posting in postings { row[Int(posting >> 8)] = UInt8(truncatingIfNeeded: posting) }
    }
    let best = Self.best(postings)
    records.append(
      TermRecord(
        postings: UInt64(start - SegmentLayout.headerSize), count: UInt32(postings.count),
        text: UInt32(texts.count),
        textLength: UInt16(term.count), shape: shape.rawValue, best16: best.0, best64: best.1, best256: best.2
      ))
    texts.append(contentsOf: term)
    signatures.append(SegmentLayout.signature(term))
    hashes.append(TermHash.hash(term))
  }

  private func writeWindows(_ postings: UnsafeBufferPointer<UInt32>, to bytes: UnsafeMutableRawPointer) {
    let windows = SegmentLayout.windows(documentCount)
    let starts = bytes.assumingMemoryBound(to: UInt32.self)
    let places = (bytes + 4 * (windows + 1)).assumingMemoryBound(to: UInt16.self)
    let impacts = (bytes + 4 * (windows + 1) + 2 * postings.count).assumingMemoryBound(to: UInt8.self)
    var window = 0
    var place = 0
    while place < postings.count {
      let document = Int(postings[place] >> 8)
      while window < document / SegmentLayout.window {
        window += 1
        starts[window] = UInt32(place)
      }
      places[place] = UInt16(truncatingIfNeeded: document & (SegmentLayout.window - 1))
      impacts[place] = UInt8(truncatingIfNeeded: postings[place])
      place += 1
    }
    while window < windows {
      window += 1
      starts[window] = UInt32(place)
    }
  }

  /// The 16th, 64th and 256th greatest impact.
  private static func best(_ postings: UnsafeBufferPointer<UInt32>) -> (UInt8, UInt8, UInt8) {
    guard postings.count >= 16 else { return (0, 0, 0) }
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 256) { counts in
      counts.initialize(repeating: 0)
      for posting in postings { counts[Int(posting & 255)] &+= 1 }
      var best: (UInt8, UInt8, UInt8) = (0, 0, 0)
      var total: UInt32 = 0
      for impact in stride(from: 255, to: 0, by: -1) {
        let before = total
        total += counts[impact]
        if before < 16, total >= 16 { best.0 = UInt8(impact) }
        if before < 64, total >= 64 { best.1 = UInt8(impact) }
        if before < 256, total >= 256 {
          best.2 = UInt8(impact)
          break
        }
      }
      return best
    }
  }

  /// Ends the segment. `surfaces(d)` are those of document `d`.
  mutating func finish(
    documents: [SegmentDocument], surfaces: (Int) -> UnsafeBufferPointer<UInt16>, averageLength: Float,
    fingerprint: UInt64, sequence: UInt64
  ) throws(KeywordIndexError) -> Segment {
    precondition(documents.count == documentCount, "every document is described")
    sections[SegmentLayout.Section.postings.rawValue] = (
      SegmentLayout.headerSize, memory.count - SegmentLayout.headerSize
    )
    try write(.records, records)
    try write(.texts, texts)
    try write(.termSlots, termSlots())
    try write(.signatures, signatures)
    try write(.numbers, documents.map(\.number))
    try write(.numberSlots, Self.numberSlots(documents))
    try write(.lengths, documents.map { UInt16(min($0.length, 65535)) })
    var starts: [UInt32] = [0]
    starts.reserveCapacity(documentCount + 1)
    var total: UInt32 = 0
    for document in 0..<documentCount {
      total += UInt32(surfaces(document).count)
      starts.append(total)
    }
    try write(.surfaceStarts, starts)
    try memory.align()
    let surfaceStart = memory.count
    for document in 0..<documentCount { try memory.append(UnsafeRawBufferPointer(surfaces(document))) }
    sections[SegmentLayout.Section.surfaces.rawValue] = (surfaceStart, memory.count - surfaceStart)
    try memory.align()
    let checksums = Self.checksums(memory)
    try write(.checksums, checksums)
    memory.trim()

    typealias Field = SegmentLayout.Field
    let header = memory.base
    func set<Value>(_ offset: Int, _ value: Value) {
      header.storeBytes(of: value, toByteOffset: offset, as: Value.self)
    }
    set(Field.magic, SegmentLayout.magic)
    set(Field.fingerprint, fingerprint)
    set(Field.sequence, sequence)
    set(Field.fileLength, UInt64(memory.count))
    set(Field.totalLength, documents.reduce(into: UInt64(0)) { $0 += UInt64(min($1.length, 65535)) })
    set(Field.documentCount, UInt32(documentCount))
    set(Field.termCount, UInt32(records.count))
    set(Field.averageLength, averageLength)
    let isAscending = zip(documents, documents.dropFirst()).allSatisfy { $0.number < $1.number }
    set(Field.isAscending, UInt32(isAscending ? 1 : 0))
    for (place, section) in sections.enumerated() {
      set(Field.sections + 16 * place, UInt64(section.offset))
      set(Field.sections + 16 * place + 8, UInt64(section.count))
    }
    set(Field.checksumOfChecksums, checksums.withUnsafeBytes { Self.checksum($0, seed: 1) })
    set(Field.checksumOfHeader, CKernels_checksum(header, Field.checksumOfHeader, 0))
    return try Segment(memory, name: "a new segment")
  }

  private mutating func write<Value>(_ section: SegmentLayout.Section, _ values: [Value])
    throws(KeywordIndexError)
  {
    try memory.align()
    let start = memory.count
    let size = values.count * MemoryLayout<Value>.stride
    let target = UnsafeMutableRawBufferPointer(start: try memory.extend(by: size), count: size)
    values.withUnsafeBytes { target.copyMemory(from: $0) }
    sections[section.rawValue] = (start, size)
  }

  private static func checksum(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
    var nothing: UInt8 = 0
    guard let base = bytes.baseAddress else { return CKernels_checksum(&nothing, 0, seed) }
    return CKernels_checksum(base, bytes.count, seed)
  }

  private static func checksums(_ memory: SegmentMemory) -> [UInt64] {
    stride(from: SegmentLayout.headerSize, to: memory.count, by: SegmentLayout.blockSize).enumerated().map {
      CKernels_checksum(memory.base + $1, min(SegmentLayout.blockSize, memory.count - $1), UInt64($0) + 2)
    }
  }

  private func termSlots() -> [UInt64] {
    var slots = [UInt64](repeating: 0, count: records.count + records.count / 2 + 1)
    for (place, hash) in hashes.enumerated() {
      var slot = SegmentLayout.slot(hash, of: slots.count)
      while slots[slot] != 0 { slot = slot + 1 == slots.count ? 0 : slot + 1 }
      slots[slot] = (hash & 0xFFFF_FFFF_0000_0000) | UInt64(place + 1)
    }
    return slots
  }

  private static func numberSlots(_ documents: [SegmentDocument]) -> [UInt32] {
    var slots = [UInt32](repeating: 0, count: documents.count + documents.count * 2 / 5 + 1)
    for (place, document) in documents.enumerated() {
      var slot = SegmentLayout.slot(SegmentLayout.hash(ofNumber: document.number), of: slots.count)
      while slots[slot] != 0 { slot = slot + 1 == slots.count ? 0 : slot + 1 }
      slots[slot] = UInt32(place + 1)
    }
    return slots
  }
}
