internal import CKernels

extension SegmentBuilder {
  /// The segment of a tail's documents, without the deleted ones. `remap` gives each old document its new index, -1 if it
  /// was left out. Nil when none is left.
  static func freeze(
    _ tail: Tail, count: Int, deleted: DeletedSet, averageLength: Float, configuration: KeywordConfiguration,
    sequence: UInt64
  ) throws(KeywordIndexError) -> (segment: Segment, remap: [Int32])? {
    var remap: [Int32] = []
    var documents: [SegmentDocument] = []
    for document in 0..<count {
      if deleted.contains(document) {
        remap.append(-1)
      } else {
        remap.append(Int32(documents.count))
        documents.append(SegmentDocument(number: tail.numbers[document], length: tail.lengths[document]))
      }
    }
    if documents.isEmpty { return nil }
    let norm = LengthNorm(configuration, averageLength: averageLength)
    let segment = try tail.reading { (table, surfaces) throws(KeywordIndexError) -> Segment in
      var builder = try SegmentBuilder(documentCount: documents.count, postingsSize: documents.count * 160)
      var postings: [UInt32] = []
      for term in table.sorted() {
        postings.removeAll(keepingCapacity: true)
        table.withPostings(of: term, below: count) { entries in
          for entry in entries where remap[Int(entry >> 8)] >= 0 {
            let impact = CKernels_impact(entry & 255, tail.lengths[Int(entry >> 8)], norm.base, norm.slope)
            postings.append(UInt32(remap[Int(entry >> 8)]) << 8 | UInt32(impact))
          }
        }
        if !postings.isEmpty { try builder.add(table.text(term), postings: postings) }
      }
      let living = remap.indices.filter { remap[$0] >= 0 }
      return try builder.finish(
        documents: documents, surfaces: { surfaces[living[$0]] }, averageLength: averageLength,
        fingerprint: configuration.fingerprint, sequence: sequence)
    }
    return (segment, remap)
  }

  private mutating func add(_ term: ArraySlice<UInt8>, postings: [UInt32]) throws(KeywordIndexError) {
    try term.withUnsafeBufferPointer { (term) throws(KeywordIndexError) in
      try postings.withUnsafeBufferPointer { (postings) throws(KeywordIndexError) in
        try add(term, postings: postings)
      }
    }
  }
}

/// What a document's length does to the impact of its words.
struct LengthNorm {
  let base: Float
  let slope: Float

  init(_ configuration: KeywordConfiguration, averageLength: Float) {
    let k = Float(configuration.saturation)
    let b = Float(configuration.lengthNormalization)
    base = k * (1 - b)
    slope = k * b / max(averageLength, 1)
  }
}
