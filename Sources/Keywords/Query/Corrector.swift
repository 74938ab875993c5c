internal import CKernels

/// Finds the terms that a misspelt word may have meant.
///
/// Every term has a signature of the letters in it. Those a slip away differ in at most two bits, which a kernel finds
/// at memory speed; the few that it finds are compared letter by letter.
struct Corrector {
  struct Correction {
    let key: TermKey
    let boost: Float
  }

  private let snapshot: KeywordSnapshot
  private let kernels: CKernels_Keywords
  private let reader: QueryReader
  /// As many terms as these may share a signature in one segment; further ones are not looked at.
  private static let candidateLimit = 8192
  /// The most corrections of one word.
  private static let limit = 4

  init(snapshot: KeywordSnapshot, kernels: CKernels_Keywords, reader: QueryReader) {
    self.snapshot = snapshot
    self.kernels = kernels
    self.reader = reader
  }

  /// What a term that `count` documents have, and that was typed as `word`, may have meant, most common first.
  func corrections(of key: TermKey, word: [UInt8], count: Int) -> [Correction] {
    // In a million documents, a word that three have may well be a slip of theirs.
    let rare = snapshot.weighedCount / 300_000
    guard count <= rare, key.bytes.count >= 4, !key.bytes.contains(where: { !Self.isLetter($0) }) else {
      return []
    }
    let letters = EditDistance.letters(key.bytes)
    guard letters.count >= 4 else { return [] }
    var found: [TermKey: Int] = [:]
    let signature = key.bytes.withUnsafeBufferPointer(SegmentLayout.signature)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.candidateLimit) { matches in
      guard let start = matches.baseAddress else { return }
      for part in snapshot.parts {
        let count = kernels.findNear(
          part.segment.signatures, part.segment.termCount, signature, start, Self.candidateLimit)
        for match in matches[..<count] {
          let record = part.segment.record(Int(match))
          consider(part.segment.text(record), Int(record.count), key, letters, &found)
        }
      }
      for part in snapshot.tails {
        part.tail.reading { table, _ in
          let count = table.signatures.withUnsafeBufferPointer { signatures -> Int in
            guard let base = signatures.baseAddress else { return 0 }
            return kernels.findNear(base, signatures.count, signature, start, Self.candidateLimit)
          }
          for match in matches[..<count] {
            let count = table.withPostings(of: Int(match), below: part.count, \.count)
            if count == 0 { continue }
            table.text(Int(match)).withUnsafeBufferPointer { consider($0, count, key, letters, &found) }
          }
        }
      }
    }
    for key in reader.stemsNear(word) where found[key] == nil && key.bytes.count >= 3 {
      let count = ResolvedQuery.count(key, in: snapshot)
      if count > 0 { found[key] = count }
    }
    found[key] = nil
    let boost = count == 0 ? ParsedQuery.Boost.correction : ParsedQuery.Boost.doubt
    return found.filter { $0.value >= 4 * count }
      .sorted {
        $0.value != $1.value ? $0.value > $1.value : $0.key.bytes.lexicographicallyPrecedes($1.key.bytes)
      }
      .prefix(Self.limit).map { Correction(key: $0.key, boost: boost) }
  }

  private func consider(
    _ text: UnsafeBufferPointer<UInt8>, _ count: Int, _ key: TermKey, _ letters: [UInt32],
    _ found: inout [TermKey: Int]
  ) {
    guard abs(text.count - key.bytes.count) <= 4, !text.contains(where: { !Self.isLetter($0) }) else {
      return
    }
    let other = EditDistance.letters(text)
    // In short words the first letter is hardly ever the wrong one, and everything is a letter away from something.
    if min(other.count, letters.count) < 6, other.first != letters.first { return }
    guard other.count >= 3, EditDistance.isOne(letters, other) else { return }
    found[TermKey(Array(text)), default: 0] += count
  }

  /// A digit more or less makes another number, not a slip.
  private static func isLetter(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 || byte >= 0x80 }
}
