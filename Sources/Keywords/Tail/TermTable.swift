import Glibc

/// The terms of a tail, each with its postings (document << 8 | frequency), ascending.
struct TermTable {
  private struct Term {
    var hash: UInt64
    var text: UInt32
    var textLength: UInt16
    /// Where its postings begin, how many there are, and how many fit before they move.
    var start: UInt32
    var count: UInt32
    var capacity: UInt32
  }

  /// The upper half of the hash, and the place of the term plus one.
  private var slots = [UInt64](repeating: 0, count: 1024)
  private var terms: [Term] = []
  private var texts: [UInt8] = []
  /// Lists of postings. One that is full moves to the end, twice as large; its old place stays empty.
  private var postings: [UInt32] = []
  private(set) var signatures: [UInt32] = []

  var count: Int { terms.count }

  var residentBytes: Int {
    slots.capacity * 8 + terms.capacity * MemoryLayout<Term>.stride + texts.capacity + postings.capacity * 4
      + signatures.capacity * 4
  }

  func text(_ term: Int) -> ArraySlice<UInt8> {
    texts[Int(terms[term].text)..<Int(terms[term].text) + Int(terms[term].textLength)]
  }

  func find(_ key: TermKey) -> Int? {
    var slot = Int(truncatingIfNeeded: key.hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let term = Int(slots[slot] & 0xFFFF_FFFF) - 1
      if terms[term].hash == key.hash, text(term).elementsEqual(key.bytes) { return term }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Calls `body` with a term's postings of documents below `limit`.
  func withPostings<Result>(
    of term: Int, below limit: Int, _ body: (UnsafeBufferPointer<UInt32>) -> Result
  ) -> Result {
    postings.withUnsafeBufferPointer { all in
      let start = Int(terms[term].start)
      var end = start + Int(terms[term].count)
      while end > start, Int(all[end - 1] >> 8) >= limit { end -= 1 }
      return body(UnsafeBufferPointer(rebasing: all[start..<end]))
    }
  }

  /// Adds a document that follows all former ones.
  mutating func add(_ document: Int, _ read: DocumentTerms) {
    for term in read.terms {
      let place = place(of: term, in: read)
      append(UInt32(document) << 8 | UInt32(term.frequency), to: place)
    }
  }

  private mutating func place(of term: DocumentTerms.Term, in read: DocumentTerms) -> Int {
    var slot = Int(truncatingIfNeeded: term.hash) & (slots.count - 1)
    let bytes = Int(term.offset)..<Int(term.offset) + Int(term.length)
    while slots[slot] != 0 {
      if slots[slot] >> 32 == term.hash >> 32 {
        let known = Int(slots[slot] & 0xFFFF_FFFF) - 1
        if terms[known].textLength == term.length, isSame(known, read.bytes, bytes) { return known }
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = (term.hash & 0xFFFF_FFFF_0000_0000) | UInt64(terms.count + 1)
    terms.append(
      Term(
        hash: term.hash, text: UInt32(texts.count), textLength: term.length, start: UInt32(postings.count),
        count: 0,
        capacity: 2))
    postings.append(0)
    postings.append(0)
    texts.append(contentsOf: read.bytes[bytes])
    signatures.append(
      read.bytes.withUnsafeBufferPointer { SegmentLayout.signature(UnsafeBufferPointer(rebasing: $0[bytes])) }
    )
    if terms.count * 4 > slots.count * 3 { grow() }
    return terms.count - 1
  }

  private func isSame(_ known: Int, _ other: [UInt8], _ bytes: Range<Int>) -> Bool {
    let start = Int(terms[known].text)
    return texts.withUnsafeBufferPointer { mine in
      other.withUnsafeBufferPointer { theirs in
        guard let mine = mine.baseAddress, let theirs = theirs.baseAddress else { return false }
        return memcmp(mine + start, theirs + bytes.lowerBound, bytes.count) == 0
      }
    }
  }

  private mutating func append(_ posting: UInt32, to term: Int) {
    let (start, count) = (Int(terms[term].start), Int(terms[term].count))
    if terms[term].count == terms[term].capacity {
      let new = postings.count
      for place in start..<start + count { postings.append(postings[place]) }
      postings.append(contentsOf: repeatElement(0, count: count))
      terms[term].start = UInt32(new)
      terms[term].capacity *= 2
      postings[new + count] = posting
    } else {
      postings[start + count] = posting
    }
    terms[term].count += 1
  }

  private mutating func grow() {
    slots = [UInt64](repeating: 0, count: slots.count * 2)
    for (place, term) in terms.enumerated() {
      var slot = Int(truncatingIfNeeded: term.hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = (term.hash & 0xFFFF_FFFF_0000_0000) | UInt64(place + 1)
    }
  }

  /// The places of all terms, by their bytes.
  func sorted() -> [Int] {
    texts.withUnsafeBufferPointer { texts in
      (0..<terms.count).sorted { one, other in
        let a = texts[Int(terms[one].text)..<Int(terms[one].text) + Int(terms[one].textLength)]
        let b = texts[Int(terms[other].text)..<Int(terms[other].text) + Int(terms[other].textLength)]
        return Bytes.precedes(UnsafeBufferPointer(rebasing: a), UnsafeBufferPointer(rebasing: b))
      }
    }
  }
}

/// The order of terms: by their bytes.
enum Bytes {
  static func precedes(_ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
    let common = min(one.count, other.count)
    var place = 0
    while place < common {
      if one[place] != other[place] { return one[place] < other[place] }
      place += 1
    }
    return one.count < other.count
  }
}
