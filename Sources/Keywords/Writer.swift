/// What the writer of an index knows. One thread at a time.
struct Writer: Sendable {
  var parts: [KeywordSnapshot.Part]
  /// The last one is added to; those before are full, and wait to become segments.
  private(set) var tails: [KeywordSnapshot.TailPart] = []
  /// For each tail, where the documents of which numbers are; not those that were deleted.
  private var places: [[UInt32: Int]] = []
  var sequence: UInt64
  /// The length that all segments' impacts are computed with; set with the first segment.
  var reference: Float?

  init(parts: [KeywordSnapshot.Part], sequence: UInt64, reference: Float?) {
    self.parts = parts
    self.sequence = sequence
    self.reference = reference
    addTail()
  }

  /// A change whose texts have been read.
  enum Change {
    case upsert(UInt32, DocumentTerms)
    case delete(UInt32)

    init(_ change: KeywordChange, reader: DocumentReader) {
      switch change {
      case .upsert(let number, let fields): self = .upsert(number, reader.read(fields))
      case .delete(let number): self = .delete(number)
      }
    }
  }

  func snapshot(_ tools: SearchTools) -> KeywordSnapshot {
    KeywordSnapshot(
      parts: parts, tails: tails.filter { $0.count > 0 }, tools: tools, sequence: sequence,
      reference: reference)
  }

  mutating func apply(_ change: Change) {
    switch change {
    case .upsert(let number, let terms):
      delete(number)
      if tails[tails.count - 1].count == KeywordIndex.tailCapacity { addTail() }
      let last = tails.count - 1
      tails[last].tail.add(tails[last].count, number: number, terms)
      places[last][number] = tails[last].count
      tails[last].totalLength += UInt64(tails[last].tail.lengths[tails[last].count])
      tails[last].count += 1
    case .delete(let number): delete(number)
    }
  }

  private mutating func delete(_ number: UInt32) {
    for place in tails.indices.reversed() {
      guard let document = places[place].removeValue(forKey: number) else { continue }
      tails[place].deleted.insert(document, length: tails[place].tail.lengths[document])
      return
    }
    for place in parts.indices.reversed() {
      let segment = parts[place].segment
      guard let document = segment.document(numbered: number), !parts[place].deleted.contains(document) else {
        continue
      }
      parts[place].deleted.insert(document, length: UInt32(segment.lengths[document]))
      return
    }
  }

  private mutating func addTail() {
    tails.append(
      .init(
        tail: Tail(capacity: KeywordIndex.tailCapacity), count: 0,
        deleted: DeletedSet(documents: KeywordIndex.tailCapacity)))
    places.append([:])
  }

  /// Begins a new tail, so that all former documents can become segments.
  mutating func seal() {
    if tails[tails.count - 1].count > 0 { addTail() }
  }

  /// The oldest full tail, and the length to freeze it with.
  mutating func tailToFreeze() -> (tail: KeywordSnapshot.TailPart, averageLength: Float)? {
    guard tails.count > 1 else { return nil }
    let length = reference ?? KeywordSnapshot.averageLength(of: tails)
    reference = length
    return (tails[0], length)
  }

  /// Puts a segment in the place of the oldest tail. `segment` nil: none of it was left.
  mutating func install(frozen: (segment: Segment, remap: [Int32])?, from old: KeywordSnapshot.TailPart) {
    if let frozen {
      var deleted = DeletedSet(documents: frozen.segment.documentCount)
      Self.carry(old.deleted, tails[0].deleted, frozen.remap, frozen.segment, &deleted)
      parts.append(.init(segment: frozen.segment, deleted: deleted, file: nil))
    }
    tails.removeFirst()
    places.removeFirst()
  }

  /// Puts a segment in the place of those that it was merged from.
  mutating func install(
    merged: (segment: Segment, remaps: [[Int32]])?, from old: [KeywordSnapshot.Part], at start: Int
  ) {
    var new: [KeywordSnapshot.Part] = []
    if let merged {
      var deleted = DeletedSet(documents: merged.segment.documentCount)
      for (place, part) in old.enumerated() {
        Self.carry(
          part.deleted, parts[start + place].deleted, merged.remaps[place], merged.segment, &deleted)
      }
      new.append(.init(segment: merged.segment, deleted: deleted, file: nil))
    }
    parts.replaceSubrange(start..<start + old.count, with: new)
  }

  /// Deletes in `segment` what was deleted since it began to be made.
  private static func carry(
    _ old: DeletedSet, _ now: DeletedSet, _ remap: [Int32], _ segment: Segment, _ deleted: inout DeletedSet
  ) {
    guard now.count > old.count else { return }
    for (document, new) in remap.enumerated() where new >= 0 && now.contains(document) {
      deleted.insert(Int(new), length: UInt32(segment.lengths[Int(new)]))
    }
  }

  // MARK: Upkeep

  /// Segments of about a size are merged when there are this many side by side.
  private static let mergeWidth = 8

  var isUpkeepDue: Bool { tails.count > 1 || rangeToMerge() != nil }

  /// Neighbours that should become one: many of about a size, or one that is mostly deleted. Neighbours only, so that
  /// documents stay in the order in which they came.
  func rangeToMerge() -> Range<Int>? {
    let tiers = parts.map { Self.tier($0.segment.documentCount - $0.deleted.count) }
    for tier in 0...8 {
      var start = 0
      while start < tiers.count {
        var end = start
        var documents = 0
        while end < tiers.count, tiers[end] <= tier {
          let living = parts[end].segment.documentCount - parts[end].deleted.count
          if documents + living >= SegmentLayout.documentLimit { break }
          documents += living
          end += 1
        }
        if end - start >= Self.mergeWidth { return start..<end }
        start = max(end, start + 1)
      }
    }
    for (place, part) in parts.enumerated() where part.deleted.count * 4 > part.segment.documentCount {
      return place..<place + 1
    }
    return nil
  }

  /// 0 below a tail's worth of documents, one more for each factor of the merge width.
  private static func tier(_ documents: Int) -> Int {
    var tier = 0
    var limit = KeywordIndex.tailCapacity
    while documents >= limit {
      tier += 1
      limit *= mergeWidth
    }
    return tier
  }
}
