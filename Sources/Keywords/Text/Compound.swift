/// A compound word, character by character: words joined by connectors, such as `user_id` or `v1.2.3`.
struct Compound {
  enum Unit: UInt8 {
    case letter, capital, digit
    /// `_` and `-`: joins the words of a name.
    case weak
    /// `.`: joins a name and its ending, or numbers.
    case dot
    /// `/ \ : @ #`: joins the steps of a path.
    case strong

    var isConnector: Bool { self == .weak || self == .dot || self == .strong }
  }

  /// The characters, folded, as UTF-8.
  var folded: [UInt8] = []
  /// Where each unit begins in `folded`, and behind the last one, its end.
  var starts: [Int] = [0]
  var units: [Unit] = []
  /// The same in lower case with accents, for stemmers that read them; empty if there is no difference.
  var lowered: [UInt8] = []
  var loweredStarts: [Int] = [0]
  var hasAccents = false

  mutating func removeAll() {
    folded.removeAll(keepingCapacity: true)
    lowered.removeAll(keepingCapacity: true)
    units.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    loweredStarts.removeAll(keepingCapacity: true)
    starts.append(0)
    loweredStarts.append(0)
    hasAccents = false
  }

  mutating func close(_ unit: Unit) {
    units.append(unit)
    starts.append(folded.count)
    loweredStarts.append(lowered.count)
  }

  /// Widens the last unit to what was appended.
  mutating func widen() {
    starts[starts.count - 1] = folded.count
    loweredStarts[loweredStarts.count - 1] = lowered.count
  }

  /// The runs of `range` between units for which `isBoundary` holds.
  func runs(of range: Range<Int>, without isBoundary: (Unit) -> Bool) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = range.lowerBound
    for place in range where isBoundary(units[place]) {
      if start < place { runs.append(start..<place) }
      start = place + 1
    }
    if start < range.upperBound { runs.append(start..<range.upperBound) }
    return runs
  }

  /// The parts of a word by humps and digits: `getHTTPServer2` → `get`, `HTTP`, `Server`, `2`. A word in which letters
  /// and digits alternate often, such as a hash, is one part.
  func parts(of word: Range<Int>) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = word.lowerBound
    var alternations = 0
    for place in word.dropFirst() {
      let (before, here) = (units[place - 1], units[place])
      var cut: Int?
      if (before == .digit) != (here == .digit) {
        alternations += 1
        cut = place
      } else if before == .letter, here == .capital {
        cut = place
      } else if before == .capital, here == .letter, place - 1 > start {
        // The last of several capitals begins the next part, unless the small letter is a plural: `URLs`.
        let isPlural = place + 1 == word.upperBound && folded[starts[place]] == 0x73
        cut = isPlural ? nil : place - 1
      }
      if let cut, cut > start {
        parts.append(start..<cut)
        start = cut
      }
    }
    if alternations > 2 { return [word] }
    parts.append(start..<word.upperBound)
    return parts
  }

  func isWord(_ range: Range<Int>) -> Bool {
    !range.contains { units[$0] == .digit || units[$0].isConnector }
  }
}

extension Tokenizer {
  /// A word, or several joined by connectors. Returns where it ends.
  func compoundWord(_ text: UnsafeBufferPointer<UInt8>, at start: Int, into out: inout TokenBuffer) -> Int {
    let end = read(text, from: start)
    if compound.units.count == 1, compound.units[0] != .digit, end < text.count {
      if let end = sharpOrPlus(text, at: end, into: &out) { return end }
    }
    emitLevels(into: &out)
    return end
  }

  /// `C#`, `F#`, `C++`: names of languages, which are neither words nor connectors.
  private func sharpOrPlus(_ text: UnsafeBufferPointer<UInt8>, at place: Int, into out: inout TokenBuffer)
    -> Int?
  {
    let isPlus = place + 1 < text.count && text[place] == 0x2B && text[place + 1] == 0x2B
    guard isPlus || text[place] == 0x23 else { return nil }
    let end = place + (isPlus ? 2 : 1)
    if end < text.count, kind(of: Self.decode(text, at: end).scalar).isWord { return nil }
    compound.folded.append(contentsOf: text[place..<end])
    compound.folded.withUnsafeBufferPointer { emit($0, lowered: nil, stemmed: false, into: &out) }
    return end
  }

  /// Reads the longest compound into `compound`. Returns where it ends.
  private func read(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    compound.removeAll()
    var place = start
    while place < text.count, compound.folded.count < 512 {
      let (scalar, next) = Self.decode(text, at: place)
      switch kind(of: scalar) {
      case .letter: add(scalar, as: .letter)
      case .capital: add(scalar, as: .capital)
      case .digit: add(scalar, as: .digit)
      case .mark:
        compound.folded.appendUTF8(scalar)
        compound.lowered.appendUTF8(scalar)
        compound.widen()
      case .accent: addAccent(scalar)
      case .unspaced, .symbol: return place
      case .separator:
        guard let resumed = connect(scalar, text, next: next) else { return place }
        place = resumed
        continue
      }
      place = next
    }
    return place
  }

  private func add(_ scalar: UInt32, as unit: Compound.Unit) {
    folding.append(scalar, to: &compound.folded)
    // Only Latin letters have accents that a stemmer reads.
    if scalar < 0x80 || scalar >= 0x250 || !language.stemsBeforeFolding {
      folding.append(scalar, to: &compound.lowered)
    } else {
      compound.hasAccents = true
      let letter = Unicode.Scalar(scalar).map { $0.properties.lowercaseMapping } ?? ""
      compound.lowered.append(contentsOf: letter.utf8)
    }
    compound.close(unit)
  }

  /// A mark that makes another letter does so here as well: и + ˘ is й. Any other is dropped.
  private func addAccent(_ mark: UInt32) {
    guard compound.folded.count >= 2 else { return }
    let last =
      UInt32(compound.folded[compound.folded.count - 2]) << 8
      | UInt32(compound.folded[compound.folded.count - 1])
    let letter: UInt32? =
      switch (last, mark) {
      case (0xD0B8, 0x306): 0x439
      case (0xD183, 0x306): 0x45E
      case (0xD196, 0x308): 0x457
      default: nil
      }
    guard let letter else { return }
    compound.folded.removeLast(2)
    compound.folded.appendUTF8(letter)
    compound.widen()
  }

  /// What stands between words. If it joins them, notes it and returns where to read on; nil ends the compound.
  private func connect(_ scalar: UInt32, _ text: UnsafeBufferPointer<UInt8>, next: Int) -> Int? {
    if scalar == 0x27 || scalar == 0x2019 { return apostrophe(text, next: next) }
    guard let last = compound.units.last, scalar < 0x80, next < text.count else { return nil }
    let byte = UInt8(truncatingIfNeeded: scalar)
    if byte == 0x2C {  // 1,000,000
      return last == .digit && text[next] &- 0x30 < 10 ? next : nil
    }
    guard Self.isConnector(byte) else { return nil }
    var end = next
    while end < text.count, end - next < 2, Self.isConnector(text[end]) { end += 1 }
    guard end < text.count, kind(of: Self.decode(text, at: end).scalar).isWord else { return nil }
    var strongest = Compound.Unit.weak
    for place in next - 1..<end {
      let connector = text[place]
      compound.folded.append(connector == 0x5C ? 0x2F : connector)
      switch connector {
      case 0x5F, 0x2D: break
      case 0x2E: if strongest == .weak { strongest = .dot }
      default: strongest = .strong
      }
    }
    compound.close(strongest)
    return end
  }

  /// `'s`, `'ll` and the like go; `n't` loses its apostrophe; otherwise it parts words: `l'homme`, `O'Reilly`.
  private func apostrophe(_ text: UnsafeBufferPointer<UInt8>, next: Int) -> Int? {
    var end = next
    var suffix: UInt32 = 0
    while end < text.count, end - next < 3, (text[end] | 0x20) &- 0x61 < 26 {
      suffix = suffix << 8 | UInt32(text[end] | 0x20)
      end += 1
    }
    let isWhole = end == text.count || !kind(of: Self.decode(text, at: end).scalar).isWord
    switch isWhole ? suffix : 0 {
    case 0x73, 0x6C6C, 0x7265, 0x7665, 0x64, 0x6D: return end  // 's 'll 're 've 'd 'm
    case 0x74: return next  // 't
    default: break
    }
    guard next < text.count, kind(of: Self.decode(text, at: next).scalar).isWord else { return nil }
    compound.folded.append(0x2D)
    compound.close(.weak)
    return next
  }

  /// Emits the words and their parts, then what is kept whole, from the smallest to the largest.
  private func emitLevels(into out: inout TokenBuffer) {
    let everything = 0..<compound.units.count
    if !compound.units.contains(where: { $0 != compound.units[0] || $0.isConnector }) {
      emitPart(everything, into: &out)  // A plain word, an acronym or a number.
      return
    }
    var wholes: [Range<Int>] = []
    for step in compound.runs(of: everything, without: { $0 == .strong }) {
      for name in compound.runs(of: step, without: { $0 == .dot || $0 == .strong }) {
        for word in compound.runs(of: name, without: \.isConnector) {
          let parts = compound.parts(of: word)
          if parts.count == 1 {
            emitPart(word, into: &out)
          } else {
            // A single letter or digit beside a hump says nothing, except within the whole.
            for part in parts where part.count > 1 || compound.units[part.lowerBound] == .digit {
              emitPart(part, into: &out)
            }
            wholes.append(word)
          }
        }
        if wholes.last != name, compound.units[name].contains(.weak) { wholes.append(name) }
      }
      if wholes.last != step, compound.units[step].contains(.dot) {
        wholes.append(step)
        // v1.2.3 is also 1.2.3.
        if step.count > 2, compound.folded[compound.starts[step.lowerBound]] == 0x76,
          compound.units[step.lowerBound + 1] == .digit
        {
          wholes.append(step.lowerBound + 1..<step.upperBound)
        }
      }
    }
    if wholes.last != everything, compound.units.contains(.strong) { wholes.append(everything) }
    for whole in wholes { emitWhole(whole, into: &out) }
  }

  private func emitPart(_ range: Range<Int>, into out: inout TokenBuffer) {
    let bytes = compound.starts[range.lowerBound]..<compound.starts[range.upperBound]
    var lowered: [UInt8]?
    if compound.hasAccents {
      let bytes = compound.loweredStarts[range.lowerBound]..<compound.loweredStarts[range.upperBound]
      lowered = Array(compound.lowered[bytes])
    }
    let isStemmed = compound.isWord(range)
    compound.folded.withUnsafeBufferPointer {
      emit(UnsafeBufferPointer(rebasing: $0[bytes]), lowered: lowered, stemmed: isStemmed, into: &out)
    }
  }

  private func emitWhole(_ range: Range<Int>, into out: inout TokenBuffer) {
    let keepsWeak = !range.contains { compound.units[$0] == .letter || compound.units[$0] == .capital }
    let start = out.bytes.count
    for place in range where keepsWeak || compound.units[place] != .weak {
      out.bytes.append(contentsOf: compound.folded[compound.starts[place]..<compound.starts[place + 1]])
    }
    out.close(from: start, kind: .whole, surface: 0)
  }
}
