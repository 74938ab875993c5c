import JSON
import Testing

@Suite struct RoundTripTests {
  @Test(arguments: 0..<8)
  func `what is written is read back as the same value`(_ seed: UInt64) throws {
    var random = Seeded(seed)
    for _ in 0..<250 {
      let value = JSONValue.random(depth: 4, using: &random)
      let bytes = value.bytes
      let read = try JSONValue(parsing: bytes)
      #expect(read == value)
      #expect(read.hashValue == value.hashValue)
      #expect(read.bytes == bytes)
      #expect(try JSONValue(parsing: value.prettyText) == value)
    }
  }

  @Test func `every finite double survives, to the bit`() throws {
    var random = Seeded(1)
    for _ in 0..<20_000 {
      let double = Double.finite(using: &random)
      let read = try JSONValue(parsing: JSONValue.double(double).bytes).doubleValue
      if read?.bitPattern != double.bitPattern { Issue.record("\(double) became \(read as Any)") }
    }
  }

  @Test func `decimals are rounded as the standard library rounds them`() throws {
    var random = Seeded(2)
    for _ in 0..<50_000 {
      let digits = String(random.next()).prefix(Int.random(in: 1...19, using: &random))
      let text = "\(digits).\(random.next() % 1_000_000)e\(Int.random(in: -40...40, using: &random))"
      if try JSONValue(parsing: text).doubleValue != Double(text) { Issue.record("\(text) was misread") }
    }
  }

  @Test func `no part from the start of a document is a document`() throws {
    var random = Seeded(3)
    for _ in 0..<30 {
      let value = JSONValue.array([.random(depth: 2, using: &random), .random(depth: 2, using: &random)])
      for text in [value.bytes, Array(value.prettyText.utf8)] {
        for length in text.indices where (try? JSONValue(parsing: text[..<length])) != nil {
          Issue.record("\(length) bytes of \(value) were accepted")
        }
      }
    }
  }

  @Test(arguments: 0..<4)
  func `a mutated document is refused, or read as a value that survives`(_ seed: UInt64) throws {
    var document: [UInt8] = []
    var random = Seeded(100 + seed)
    var accepted = 0
    for round in 0..<5_000 {
      if round % 50 == 0 { document = JSONValue.random(depth: 3, using: &random).bytes }
      let mutated = mutate(document, using: &random)
      do throws(JSONSyntaxError) {
        let value = try JSONValue(parsing: mutated)
        accepted += 1
        let again = try JSONValue(parsing: value.bytes)
        if again != value { Issue.record("\(value) became \(again)") }
      } catch {
        if !(0...mutated.count ~= error.offset && error.line >= 1 && error.column >= 1) {
          Issue.record("\(error) is at no place of \(mutated)")
        }
      }
    }
    #expect(accepted > 100, "mutations should leave some documents whole, or they test only errors")
  }

  private func mutate(_ document: [UInt8], using random: inout Seeded) -> [UInt8] {
    var bytes = document
    let telling =
      Array("{}[]\",:\\u0123456789eE+-.tfn \n".utf8) + [0x00, 0x1F, 0x80, 0xC3, 0xE2, 0xED, 0xF4, 0xFF]
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      let byte = telling.randomElement(using: &random) ?? 0
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.insert(byte, at: place)
      case 1 where place < bytes.count: bytes[place] = byte
      case 2 where place < bytes.count: bytes.remove(at: place)
      case 3 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      default:
        let end = min(bytes.count, place + Int.random(in: 0...16, using: &random))
        bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
      }
    }
    return bytes
  }
}
