import Glibc
import Testing

@testable import Keywords

@Suite struct KeyNumbersTests {
  @Test func `names keep their numbers`() throws {
    let numbers = KeyNumbers()
    var random = SeededRandom(1)
    let keys = (0..<5000).map { _ in KeyNumbers.Key(high: random.next() & 7, low: random.next()) }
    #expect(keys.map { numbers.number(for: $0) } == Array(0..<5000))
    #expect(keys.map { numbers.number(for: $0) } == Array(0..<5000))
    #expect(numbers.keys(of: [17, 3]) == [keys[17], keys[3]])
    let stranger = KeyNumbers.Key(high: 99, low: 0)
    #expect(numbers.knownNumber(for: stranger) == nil)
    #expect(numbers.numbers(of: [keys[5], stranger, keys[64]]) == NumberSet([5, 64]))
    #expect(numbers.count == 5000)

    let path = "/tmp/keywords-numbers-\(UInt64.random(in: 0 ... .max))"
    defer {
      unlink("\(path)/numbers.kwn")
      rmdir(path)
    }
    #expect(throws: KeywordIndexError.absent) { try KeyNumbers(opening: path) }
    try numbers.save(to: path)
    let opened = try KeyNumbers(opening: path)
    #expect(opened.count == 5000)
    #expect(opened.number(for: keys[4321]) == 4321)
    #expect(opened.number(for: stranger) == 5000)

    let folder = IndexFolder(path: path)
    var bytes = try #require(try folder.read("numbers.kwn"))
    for place in [0, 8, 16, 40_000] {
      bytes[place] ^= 1
      try bytes.withUnsafeBytes { try folder.write($0, as: "numbers.kwn") }
      #expect(throws: KeywordIndexError.self) { try KeyNumbers(opening: path) }
      bytes[place] ^= 1
    }
    try KeyNumbers().save(to: path)
    #expect(try KeyNumbers(opening: path).count == 0)
  }
}
