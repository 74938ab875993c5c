import Model
import Testing
import TestSupport

@Suite struct IdentifierTests {
  @Test func `the canonical form reads back as the same identifier, in either case`() {
    var random = SeededRandom(seed: 1)
    for _ in 0..<1_000 {
      let id = MemoryID(high: random.next(), low: random.next())
      #expect(MemoryID(id.description) == id)
      #expect(MemoryID(id.description.uppercased()) == id)
    }
    #expect(
      MemoryID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210).description
        == "01234567-89ab-cdef-fedc-ba9876543210")
  }

  @Test(arguments: [
    "", "01234567", "0123456789abcdeffedcba9876543210", "01234567-89ab-cdef-fedc-ba987654321",
    "01234567-89ab-cdef-fedc-ba98765432100", "01234567-89ab-cdef-fedc-ba987654321g",
    "01234567+89ab-cdef-fedc-ba9876543210", "{1234567-89ab-cdef-fedc-ba987654321}",
    "０1234567-89ab-cdef-fedc-ba98765432",
    " 01234567-89ab-cdef-fedc-ba9876543210", "01234567-89ab-cdef-fedc-ba9876543210 ",
    "-------------------------------------",
  ])
  func `what is not the canonical form is no identifier`(_ text: String) {
    #expect(MemoryID(text) == nil)
  }

  @Test func `new identifiers have the version, the variant, and the time of UUIDv7`() {
    let clock = TestClock(Timestamp(microseconds: 1_700_000_000_123_999))
    let ids = IdentifierSource(clock: clock, random: SeededRandom(seed: 2))
    for _ in 0..<100 {
      let id: MemoryID = ids.make()
      #expect(id.high >> 12 & 0xF == 7)
      #expect(id.low >> 62 == 0b10)
      #expect(id.instant == Timestamp(microseconds: 1_700_000_000_123_000))
    }
  }

  @Test func `identifiers increase, also when the clock stands still, goes back, or the counter runs out`() {
    let clock = TestClock()
    let ids = IdentifierSource(clock: clock, random: SeededRandom(seed: 3))
    var last: MemoryID = ids.make()
    for step in 0..<20_000 {
      if step == 10_000 { clock.advance(by: .seconds(-60)) }
      if step == 15_000 { clock.advance(by: .seconds(120)) }
      let next: MemoryID = ids.make()
      #expect(last < next)
      last = next
    }
  }

  @Test func `a clock before 1970 still gives increasing identifiers`() {
    let ids = IdentifierSource(clock: TestClock(Timestamp(microseconds: -5)), random: SeededRandom(seed: 4))
    let first: EdgeID = ids.make()
    #expect(first < ids.make(Edge.self))
  }

  @Test func `several threads never get the same identifier`() async {
    let ids = IdentifierSource(clock: SystemClock())
    let all = await withTaskGroup(of: [MemoryID].self) { group in
      for _ in 0..<8 { group.addTask { (0..<1_000).map { _ in ids.make() } } }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(Set(all).count == 8_000)
  }

  @Test func `the order of identifiers is the order of their text`() {
    var random = SeededRandom(seed: 5)
    let ids = (0..<500).map { _ in MemoryID(high: random.next(), low: random.next()) }
    #expect(ids.sorted().map(\.description) == ids.map(\.description).sorted())
  }
}
