internal import Threads

extension KeywordIndex {
  /// Does one piece of the work that is due: makes a segment of a full tail, or merges segments. Returns whether more is
  /// due. Takes from milliseconds to seconds; searches and writes go on meanwhile. Throws when memory cannot be had, and
  /// has then changed nothing.
  @discardableResult
  public func upkeep() throws(KeywordIndexError) -> Bool {
    try upkeeper.withLock { (_) throws(KeywordIndexError) -> Bool in
      if try freezeOldest() { return writer.withLock { $0.isUpkeepDue } }
      if let range = writer.withLock({ $0.rangeToMerge() }) { try merge(range) }
      return writer.withLock { $0.isUpkeepDue }
    }
  }

  /// Merges everything into one segment, which is the fastest to search. For after a rebuild.
  public func compact() throws(KeywordIndexError) {
    try upkeeper.withLock { (_) throws(KeywordIndexError) in
      try freezeEverything()
      let (range, hasDeleted) = writer.withLock {
        ($0.parts.indices, $0.parts.contains { $0.deleted.count > 0 })
      }
      if range.count > 1 || hasDeleted { try merge(range) }
    }
  }

  /// Makes segments of all documents there are. Returns the sequence number up to which they contain all changes.
  @discardableResult
  func freezeEverything() throws(KeywordIndexError) -> UInt64 {
    let (sequence, waiting) = writer.withLock { writer in
      writer.seal()
      return (writer.sequence, writer.tails.count - 1)
    }
    for _ in 0..<waiting { _ = try freezeOldest() }
    return sequence
  }

  private func freezeOldest() throws(KeywordIndexError) -> Bool {
    let work = writer.withLock { writer in
      writer.tailToFreeze().map { ($0.tail, $0.averageLength, writer.sequence) }
    }
    guard let (tail, averageLength, sequence) = work else { return false }
    let frozen = try SegmentBuilder.freeze(
      tail.tail, count: tail.count, deleted: tail.deleted, averageLength: averageLength,
      configuration: configuration, sequence: sequence)
    writer.withLock { writer in
      writer.install(frozen: frozen, from: tail)
      publish(writer)
    }
    return true
  }

  private func merge(_ range: Range<Int>) throws(KeywordIndexError) {
    let (old, sequence) = writer.withLock { (Array($0.parts[range]), $0.sequence) }
    let merged = try SegmentBuilder.merge(
      old.map { SegmentBuilder.Source(segment: $0.segment, deleted: $0.deleted) },
      fingerprint: configuration.fingerprint, sequence: sequence)
    writer.withLock { writer in
      writer.install(merged: merged, from: old, at: range.lowerBound)
      publish(writer)
    }
  }
}
