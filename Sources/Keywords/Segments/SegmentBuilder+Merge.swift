extension SegmentBuilder {
  /// A segment with what is deleted.
  struct Source {
    let segment: Segment
    let deleted: DeletedSet
  }

  /// One segment of the documents of several, in their order, without the deleted ones. `remaps` gives for each source
  /// where its documents went, -1 if they were left out. Nil when none is left.
  ///
  /// Impacts are copied, so that merging changes no answer.
  static func merge(
    _ sources: [Source], fingerprint: UInt64, sequence: UInt64
  ) throws(KeywordIndexError) -> (segment: Segment, remaps: [[Int32]])? {
    var remaps: [[Int32]] = []
    var documents: [SegmentDocument] = []
    var origins: [(source: Int, document: Int)] = []
    var size = 0
    for (place, source) in sources.enumerated() {
      var remap = [Int32](repeating: -1, count: source.segment.documentCount)
      for document in 0..<source.segment.documentCount where !source.deleted.contains(document) {
        remap[document] = Int32(documents.count)
        documents.append(
          SegmentDocument(
            number: source.segment.numbers[document], length: UInt32(source.segment.lengths[document])))
        origins.append((place, document))
      }
      remaps.append(remap)
      size += source.segment.memory.count
    }
    guard !documents.isEmpty, let last = sources.last else { return nil }
    var builder = try SegmentBuilder(documentCount: documents.count, postingsSize: size)
    try builder.addTerms(of: sources, remaps: remaps)
    let segment = try builder.finish(
      documents: documents,
      surfaces: { sources[origins[$0].source].segment.surfaces(of: origins[$0].document) },
      averageLength: last.segment.averageLength, fingerprint: fingerprint, sequence: sequence)
    return (segment, remaps)
  }

  private mutating func addTerms(of sources: [Source], remaps: [[Int32]]) throws(KeywordIndexError) {
    let total = sources.reduce(0) { $0 + $1.segment.documentCount }
    let postings = UnsafeMutablePointer<UInt32>.allocate(capacity: total)
    defer { postings.deallocate() }
    var next = [Int](repeating: 0, count: sources.count)
    var texts = sources.map { source in
      source.segment.termCount > 0
        ? source.segment.text(source.segment.record(0)) : UnsafeBufferPointer(start: nil, count: 0)
    }
    while true {
      var smallest: Int?
      for place in sources.indices where next[place] < sources[place].segment.termCount {
        guard let best = smallest else {
          smallest = place
          continue
        }
        if Bytes.precedes(texts[place], texts[best]) { smallest = place }
      }
      guard let smallest else { return }
      let term = texts[smallest]
      var count = 0
      for place in sources.indices where next[place] < sources[place].segment.termCount {
        guard place == smallest || (place > smallest && texts[place].elementsEqual(term)) else { continue }
        let segment = sources[place].segment
        remaps[place].withUnsafeBufferPointer { remap in
          segment.forEachPosting(segment.record(next[place])) { document, impact in
            let new = remap[document]
            if new >= 0, count < total {
              postings[count] = UInt32(new) << 8 | UInt32(impact)
              count += 1
            }
          }
        }
        next[place] += 1
        if next[place] < segment.termCount { texts[place] = segment.text(segment.record(next[place])) }
      }
      if count > 0, !term.isEmpty {
        try add(term, postings: UnsafeBufferPointer(start: postings, count: count))
      }
    }
  }
}
