internal import CKernels

extension KeywordSnapshot {
  /// Scores every document that has a term, window by window, and keeps the best.
  func search(_ query: ResolvedQuery, limit: Int, filter: DocumentFilter?, scratch: Scratch) -> [KeywordHit] {
    var top = TopK(limit: limit, floor: filter == nil ? startingFloor(query, limit: limit) : 0)
    var first: UInt32 = 0
    for (place, part) in parts.enumerated() {
      scan(part, place, query, first: first, filter, scratch, &top)
      first += UInt32(part.segment.documentCount)
    }
    for (place, part) in tails.enumerated() {
      scan(part, place, query, first: first, filter, scratch, &top)
      first += UInt32(part.count)
    }
    let unit = (Float(tools.configuration.saturation) + 1) / (255 * query.scale)
    return top.sorted().map { KeywordHit(number: number(of: $0.document), score: Float($0.score) * unit) }
  }

  /// A score that enough documents surely exceed: those in which one term has a great impact. Deleted ones among them
  /// must be outnumbered.
  private func startingFloor(_ query: ResolvedQuery, limit: Int) -> UInt32 {
    let levels = [16, 64, 256]
    guard let level = levels.firstIndex(where: { $0 >= limit }) else { return 0 }
    var best: UInt32 = 0
    for (place, part) in parts.enumerated() where levels[level] - limit >= part.deleted.count {
      for term in query.terms {
        guard let record = term.records[place] else { continue }
        let impact = [record.best16, record.best64, record.best256][level]
        best = max(best, UInt32(impact) * UInt32(term.weight))
      }
    }
    return best == 0 ? 0 : best - 1
  }

  private struct MiddleCursor {
    let starts: UnsafePointer<UInt32>
    let places: UnsafePointer<UInt16>
    let impacts: UnsafePointer<UInt8>
    let count: UInt32
    let weight: UInt32
  }

  private struct RareCursor {
    var next: UnsafePointer<UInt32>
    var count: Int
    let weight: UInt32
  }

  private func scan(
    _ part: Part, _ place: Int, _ query: ResolvedQuery, first: UInt32, _ filter: DocumentFilter?,
    _ scratch: Scratch,
    _ top: inout TopK
  ) {
    let segment = part.segment
    let room = query.terms.count + query.phrases.count + 1
    // Plain memory: the loop below runs thousands of times, and arrays would be checked and counted in it.
    let rows = UnsafeMutablePointer<UnsafePointer<UInt8>>.allocate(capacity: room)
    let nextRows = UnsafeMutablePointer<UnsafePointer<UInt8>>.allocate(capacity: room)
    let weights = UnsafeMutablePointer<UInt16>.allocate(capacity: room)
    let middle = UnsafeMutablePointer<MiddleCursor>.allocate(capacity: room)
    let rare = UnsafeMutablePointer<RareCursor>.allocate(capacity: room)
    var (rowCount, middleCount, rareCount) = (0, 0, 0)
    defer {
      rows.deallocate()
      nextRows.deallocate()
      weights.deallocate()
      middle.deallocate()
      rare.deallocate()
    }
    for term in query.terms where term.weight > 0 {
      guard let record = term.records[place] else { continue }
      switch SegmentLayout.Shape(rawValue: record.shape) {
      case .dense:
        rows[rowCount] = segment.row(record)
        weights[rowCount] = term.weight
        rowCount += 1
      case .middle:
        let (starts, places, impacts) = segment.windows(record)
        middle[middleCount] = MiddleCursor(
          starts: starts, places: places, impacts: impacts, count: record.count, weight: UInt32(term.weight))
        middleCount += 1
      case .rare:
        let list = segment.list(record)
        guard let start = list.baseAddress else { continue }
        rare[rareCount] = RareCursor(next: start, count: list.count, weight: UInt32(term.weight))
        rareCount += 1
      case nil: continue
      }
    }
    // Phrases are rare terms whose postings were just made; the query keeps them alive.
    var keeping: [UnsafeMutablePointer<UInt32>] = []
    defer { for list in keeping { list.deallocate() } }
    for phrase in query.phrases where !phrase.postings[place].isEmpty {
      let list = UnsafeMutablePointer<UInt32>.allocate(capacity: phrase.postings[place].count)
      list.initialize(from: phrase.postings[place], count: phrase.postings[place].count)
      keeping.append(list)
      rare[rareCount] = RareCursor(
        next: UnsafePointer(list), count: phrase.postings[place].count, weight: phrase.weight)
      rareCount += 1
    }
    if rowCount + middleCount + rareCount == 0 { return }

    let (sums, kernels) = (scratch.sums, scratch.kernels)
    let padded = SegmentLayout.padded(segment.documentCount)
    for window in 0..<SegmentLayout.windows(segment.documentCount) {
      let start = window &* SegmentLayout.window
      let end = UInt32(start &+ SegmentLayout.window)
      var isTouched = rowCount > 0
      var cursor = 0
      while cursor < middleCount, !isTouched {
        isTouched = middle[cursor].starts[window] < middle[cursor].starts[window &+ 1]
        cursor &+= 1
      }
      cursor = 0
      while cursor < rareCount, !isTouched {
        isTouched = rare[cursor].count > 0 && rare[cursor].next.pointee &>> 8 < end
        cursor &+= 1
      }
      if !isTouched { continue }
      guard
        let admission = admission(
          filter, part.deleted.windows[window], scratch, numbers: segment.numbers + start,
          count: min(SegmentLayout.window, segment.documentCount &- start), isAscending: segment.isAscending)
      else { continue }

      let count = min(SegmentLayout.window, padded &- start)
      cursor = 0
      while cursor < rowCount {
        nextRows[cursor] = rows[cursor] + start
        cursor &+= 1
      }
      kernels.addRows(sums, nextRows, weights, rowCount, count)
      cursor = 0
      while cursor < middleCount {
        let term = middle[cursor]
        let last = min(term.starts[window &+ 1], term.count)
        let begin = min(term.starts[window], last)
        CKernels_addPlaces(
          sums, term.places + Int(begin), term.impacts + Int(begin), Int(last &- begin), term.weight)
        cursor &+= 1
      }
      cursor = 0
      while cursor < rareCount {
        let used = CKernels_addPostings(
          sums, rare[cursor].next, rare[cursor].count, UInt32(start), rare[cursor].weight)
        rare[cursor].next += used
        rare[cursor].count &-= used
        cursor &+= 1
      }
      offer(
        first &+ UInt32(start), scratch, count: count, numbers: segment.numbers + start,
        documentCount: segment.documentCount &- start, admission, &top)
    }
  }

  private func scan(
    _ part: TailPart, _ place: Int, _ query: ResolvedQuery, first: UInt32, _ filter: DocumentFilter?,
    _ scratch: Scratch, _ top: inout TopK
  ) {
    if part.count == 0 { return }
    let sums = scratch.sums
    let norm = LengthNorm(tools.configuration, averageLength: averageLength)
    let count = SegmentLayout.padded(part.count)
    var isTouched = false
    part.tail.reading { table, _ in
      for term in query.terms where term.weight > 0 {
        guard let place = term.tailPlaces[place] else { continue }
        if !isTouched { Self.clear(sums, count) }
        isTouched = true
        table.withPostings(of: place, below: part.count) { postings in
          guard let start = postings.baseAddress else { return }
          CKernels_addFrequencies(
            sums, start, postings.count, part.tail.lengths, norm.base, norm.slope, UInt32(term.weight))
        }
      }
    }
    for phrase in query.phrases where !phrase.tailPostings[place].isEmpty {
      if !isTouched { Self.clear(sums, count) }
      isTouched = true
      _ = phrase.tailPostings[place].withUnsafeBufferPointer { postings in
        postings.baseAddress.map { CKernels_addPostings(sums, $0, postings.count, 0, phrase.weight) }
      }
    }
    if !isTouched { return }
    let numbers = UnsafePointer(part.tail.numbers)
    guard
      let admission = admission(
        filter, part.deleted.windows[0], scratch, numbers: numbers, count: part.count, isAscending: false)
    else { return }
    offer(first, scratch, count: count, numbers: numbers, documentCount: part.count, admission, &top)
  }

  private static func clear(_ sums: UnsafeMutablePointer<UInt32>, _ count: Int) {
    sums.initialize(repeating: 0, count: count)
  }

  /// What of a window may be returned.
  private struct Admission {
    /// A bit for each document of the window; nil if all may.
    let allowed: UnsafePointer<UInt64>?
    /// What is still to be asked of each candidate.
    let filter: DocumentFilter.Kind?
  }

  /// Nil if nothing of the window may be returned. Where a window's numbers are consecutive, which is the rule, a filter's
  /// bits are those of the window, but for where they begin.
  @inline(__always)
  private func admission(
    _ filter: DocumentFilter?, _ deleted: [UInt64], _ scratch: Scratch, numbers: UnsafePointer<UInt32>,
    count: Int,
    isAscending: Bool
  ) -> Admission? {
    if filter == nil, deleted.isEmpty { return Admission(allowed: nil, filter: nil) }
    let allowed = scratch.allowed
    let words = SegmentLayout.window / 64
    var rest: DocumentFilter.Kind? = filter?.kind
    if case .set(let set) = filter?.kind, isAscending, Int(numbers[count - 1]) == Int(numbers[0]) + count - 1
    {
      let (word, shift) = (Int(numbers[0]) / 64, UInt64(numbers[0] % 64))
      var any: UInt64 = 0
      for place in 0..<words {
        let low = word + place < set.words.count ? set.words[word + place] >> shift : 0
        let high =
          shift > 0 && word + place + 1 < set.words.count ? set.words[word + place + 1] << (64 - shift) : 0
        allowed[place] = low | high
        any |= low | high
      }
      if any == 0 { return nil }
      rest = nil
    } else {
      for place in 0..<words { allowed[place] = .max }
    }
    if !deleted.isEmpty {
      for place in 0..<words { allowed[place] &= ~deleted[place] }
    }
    return Admission(allowed: UnsafePointer(allowed), filter: rest)
  }

  /// Offers the candidates of a window to the best so far. `first` is the window's first document among all.
  @inline(__always)
  private func offer(
    _ first: UInt32, _ scratch: Scratch, count: Int, numbers: UnsafePointer<UInt32>, documentCount: Int,
    _ admission: Admission, _ top: inout TopK
  ) {
    let (sums, places) = (scratch.sums, scratch.places)
    var found = scratch.kernels.collect(sums, count, top.floor, admission.allowed, places)
    // Behind the last document there is nothing, unless a file lies.
    while found > 0, Int(places[found &- 1]) >= documentCount { found &-= 1 }
    if found == 0 { return }
    if case .set(let set) = admission.filter {
      found = set.words.withUnsafeBufferPointer { words in
        words.baseAddress.map { CKernels_keepNumbers(places, found, numbers, $0, words.count) } ?? 0
      }
    }
    var candidate = 0
    while candidate < found {
      let place = Int(places[candidate])
      candidate &+= 1
      let score = sums[place]
      if score <= top.floor { continue }
      if case .predicate(let admits) = admission.filter, !admits(numbers[place]) { continue }
      top.offer(first &+ UInt32(place), score: score)
    }
  }
}
