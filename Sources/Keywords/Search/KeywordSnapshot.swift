internal import CKernels

/// An index as it was at one moment. It never changes: two equal searches give equal answers, and a write that happens
/// meanwhile is not seen. Hold one as long as a request, not longer; it keeps memory alive.
public final class KeywordSnapshot: Sendable {
  /// A segment, and what of it was deleted.
  struct Part {
    let segment: Segment
    var deleted: DeletedSet
    /// Its file's name; nil before it was saved.
    var file: String?
  }

  /// A tail up to a count, and what of it was deleted.
  struct TailPart {
    let tail: Tail
    var count: Int
    var deleted: DeletedSet
    /// The lengths of its documents together.
    var totalLength: UInt64 = 0
  }

  let parts: [Part]
  let tails: [TailPart]
  let tools: SearchTools
  /// The sequence number of the last change that is in it.
  public let sequence: UInt64
  /// How many documents can be found.
  public let documentCount: Int
  /// Every document, deleted ones included: what words are weighed by.
  let weighedCount: Int
  /// The length of a document of the usual length: what impacts of tails are computed with.
  let averageLength: Float

  init(parts: [Part], tails: [TailPart], tools: SearchTools, sequence: UInt64, reference: Float?) {
    self.parts = parts
    self.tails = tails
    self.tools = tools
    self.sequence = sequence
    let all = parts.reduce(0) { $0 + $1.segment.documentCount } + tails.reduce(0) { $0 + $1.count }
    weighedCount = all
    documentCount =
      all - parts.reduce(0) { $0 + $1.deleted.count } - tails.reduce(0) { $0 + $1.deleted.count }
    averageLength = reference ?? Self.averageLength(of: tails)
  }

  /// Before the first segment, the average is that of the tails.
  static func averageLength(of tails: [TailPart]) -> Float {
    var total: UInt64 = 0
    var count = 0
    for part in tails {
      total += part.totalLength - part.deleted.totalLength
      count += part.count - part.deleted.count
    }
    return count == 0 ? 1 : max(1, Float(Double(total) / Double(count)))
  }

  /// The documents that answer `query` best, best first, the older one among equals; at most `limit`, which is 1...1000.
  ///
  /// Any text is a legal query. Words between quotation marks are looked for as they are written, in that order; a
  /// document that has them so ranks higher. A word that nobody uses is taken for one that is a letter away.
  public func search(_ query: String, limit: Int, filter: DocumentFilter? = nil) -> [KeywordHit] {
    guard limit > 0, documentCount > 0 else { return [] }
    return tools.withScratch { scratch in
      let resolved = ResolvedQuery(scratch.reader.read(query), in: self, scratch: scratch)
      return search(resolved, limit: min(limit, 1000), filter: filter, scratch: scratch)
    }
  }

  /// The number that the caller gave a document, by its place among all.
  func number(of document: UInt32) -> UInt32 {
    var document = Int(document)
    for part in parts {
      if document < part.segment.documentCount { return part.segment.numbers[document] }
      document -= part.segment.documentCount
    }
    for part in tails {
      if document < part.count { return part.tail.numbers[document] }
      document -= part.count
    }
    preconditionFailure("only documents of the snapshot are found")
  }
}

/// A document that answers a query in words.
public struct KeywordHit: Sendable, Hashable {
  /// The number that the caller gave it.
  public var number: UInt32
  /// Its BM25 score: greater than 0, greater is better. Comparable within one answer only.
  public var score: Float
}
