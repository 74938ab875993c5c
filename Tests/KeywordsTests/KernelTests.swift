import CKernels
import Testing

@testable import Keywords

@Suite struct KernelTests {
  @Test(arguments: CKernels_KeywordSet.allSupported)
  func `rows add up as in plain Swift`(set: CKernels_KeywordSet) throws {
    let kernels = try #require(CKernels_keywords(set)).pointee
    var random = SeededRandom(UInt64(bitPattern: Int64(set.rawValue)) &+ 5)
    for _ in 0..<60 {
      let count = 64 * Int.random(in: 1...64, using: &random)
      let rowCount = Int.random(in: 0...40, using: &random)
      let rows = (0..<rowCount).map { _ in (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      }
      let weights = (0..<rowCount).map { _ in UInt16.random(in: 0...32767, using: &random) }
      var sums = [UInt32](repeating: .max, count: count)
      let copies = rows.map { row -> UnsafeMutablePointer<UInt8> in
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
        copy.initialize(from: row, count: count)
        return copy
      }
      defer { for copy in copies { copy.deallocate() } }
      kernels.addRows(&sums, copies.map { UnsafePointer($0) }, weights, rowCount, count)
      var expected = [UInt32](repeating: 0, count: count)
      for (row, weight) in zip(rows, weights) {
        for place in 0..<count { expected[place] += UInt32(row[place]) * UInt32(weight) }
      }
      #expect(sums == expected)
    }
  }

  @Test(arguments: CKernels_KeywordSet.allSupported)
  func `what exceeds the floor is collected`(set: CKernels_KeywordSet) throws {
    let kernels = try #require(CKernels_keywords(set)).pointee
    var random = SeededRandom(9)
    for round in 0..<200 {
      let count = 64 * Int.random(in: 1...64, using: &random)
      let most: UInt32 = round % 3 == 0 ? .max : round % 3 == 1 ? 3 : 1000
      let sums = (0..<count).map { _ in UInt32.random(in: 0...most, using: &random) }
      let floor = round % 7 == 0 ? sums[0] : UInt32.random(in: 0...most, using: &random)
      let allowed = (0..<count / 64).map { _ in random.next() }
      var places = [UInt16](repeating: 0, count: count + 1)
      var found = kernels.collect(sums, count, floor, nil, &places)
      #expect(places[..<found].map(Int.init) == sums.indices.filter { sums[$0] > floor })
      found = kernels.collect(sums, count, floor, allowed, &places)
      let expected = sums.indices.filter { sums[$0] > floor && allowed[$0 / 64] >> UInt64($0 % 64) & 1 != 0 }
      #expect(places[..<found].map(Int.init) == expected)
    }
  }

  @Test(arguments: CKernels_KeywordSet.allSupported)
  func `near signatures are found`(set: CKernels_KeywordSet) throws {
    let kernels = try #require(CKernels_keywords(set)).pointee
    var random = SeededRandom(10)
    for _ in 0..<200 {
      let wanted = UInt32.random(in: 0 ... .max, using: &random)
      let signatures = (0..<Int.random(in: 1...300, using: &random)).map { _ -> UInt32 in
        (0..<Int.random(in: 0...4, using: &random)).reduce(wanted) { near, _ in
          near ^ 1 << UInt32.random(in: 0..<32, using: &random)
        }
      }
      let room = Int.random(in: 1...300, using: &random)
      var matches = [UInt32](repeating: 0, count: room)
      let found = kernels.findNear(signatures, signatures.count, wanted, &matches, room)
      let expected = signatures.indices.filter { (signatures[$0] ^ wanted).nonzeroBitCount <= 2 }.prefix(room)
      #expect(matches[..<found].map(Int.init) == Array(expected))
    }
  }

  @Test func `one edit changes a signature by two bits at most`() {
    var random = SeededRandom(12)
    let alphabet = Array("abcdefgäöüéжяш中")
    for _ in 0..<2000 {
      let word = (0..<Int.random(in: 4...12, using: &random)).map { _ in
        alphabet.randomElement(using: &random) ?? "a"
      }
      var other = word
      let place = Int.random(in: 0..<word.count, using: &random)
      let letter = alphabet.randomElement(using: &random) ?? "b"
      switch Int.random(in: 0..<4, using: &random) {
      case 0: other[place] = letter
      case 1: other.insert(letter, at: place)
      case 2: other.remove(at: place)
      default: if place > 0 { other.swapAt(place, place - 1) }
      }
      let signatures = [word, other].map {
        Array(String($0).utf8).withUnsafeBufferPointer(SegmentLayout.signature)
      }
      #expect((signatures[0] ^ signatures[1]).nonzeroBitCount <= 2)
      let (one, two) = (EditDistance.letters(String(word).utf8), EditDistance.letters(String(other).utf8))
      #expect(EditDistance.isOne(one, two) == (one != two))
    }
  }

  @Test func `postings are added within their window, whatever they say`() {
    var random = SeededRandom(13)
    for _ in 0..<100 {
      let lies = (0..<500).map { _ in UInt32.random(in: 0 ... .max, using: &random) }
      let places = lies.map { UInt16(truncatingIfNeeded: $0) }
      let impacts = lies.map { UInt8(truncatingIfNeeded: $0 >> 16) }
      var sums = [UInt32](repeating: 0, count: 4096)
      _ = CKernels_addPostings(&sums, lies, lies.count, 8192, 3)
      CKernels_addPlaces(&sums, places, impacts, places.count, 7)
      var expected = [UInt32](repeating: 0, count: 4096)
      for posting in lies.prefix(while: { $0 >> 8 < 8192 + 4096 }) {
        expected[Int(posting >> 8 & 4095)] &+= (posting & 255) &* 3
      }
      for (place, impact) in zip(places, impacts) { expected[Int(place & 4095)] &+= UInt32(impact) * 7 }
      #expect(sums == expected)
    }
  }

  @Test func `impacts are those of the formula`() {
    for frequency in UInt32(1)...255 {
      for length in [1, 5, 40, 500, 65535] as [UInt32] {
        let norm = LengthNorm(KeywordConfiguration(), averageLength: 33.5)
        let impact = CKernels_impact(frequency, length, norm.base, norm.slope)
        #expect(UInt32(impact) == Exhaustive.impact(frequency, length, norm))
      }
    }
  }

  @Test func `any changed byte changes the checksum`() {
    var random = SeededRandom(14)
    for _ in 0..<300 {
      var bytes = (0..<Int.random(in: 1...200, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      let sum = CKernels_checksum(bytes, bytes.count, 4)
      let place = Int.random(in: 0..<bytes.count, using: &random)
      bytes[place] ^= UInt8.random(in: 1...255, using: &random)
      #expect(CKernels_checksum(bytes, bytes.count, 4) != sum)
    }
  }
}
