import JSON
import Testing

@Suite struct ParsingTests {
  @Test(arguments: AcceptedTexts.all)
  func `a text that RFC 8259 allows means one value`(_ accepted: (text: String, value: JSONValue)) throws {
    let value = try JSONValue(parsing: accepted.text)
    #expect(value == accepted.value)
    #expect(value.text == accepted.value.text, "equality takes -0.0 for 0.0, text does not")
  }

  @Test(arguments: RejectedTexts.all)
  func `a text that RFC 8259 does not allow is refused where it goes wrong`(
    _ rejected: (text: [UInt8], offset: Int, word: String)
  ) throws {
    let error = try #require(throws: JSONSyntaxError.self) { try JSONValue(parsing: rejected.text) }
    #expect(error.offset == rejected.offset)
    #expect(error.message.contains(rejected.word))
  }

  @Test func `the tables hold at least 150 texts`() {
    #expect(AcceptedTexts.all.count + RejectedTexts.all.count >= 150)
  }

  @Test func `strings, arrays, slices and buffers of bytes are read alike`() throws {
    let text = #"{"a":[1,2.5,"é"]}"#
    let expected: JSONValue = ["a": [1, 2.5, "é"]]
    let bytes = Array(text.utf8)
    #expect(try JSONValue(parsing: text) == expected)
    #expect(try JSONValue(parsing: text.utf8) == expected)
    #expect(try JSONValue(parsing: bytes) == expected)
    #expect(try JSONValue(parsing: ([0x20] + bytes + [0x7D])[1...bytes.count]) == expected)
    #expect(try JSONValue(parsing: bytes.lazy.map { $0 }) == expected)
    let raw = try bytes.withUnsafeBytes { try JSONValue(parsing: $0) }
    #expect(raw == expected)
    #expect(throws: JSONSyntaxError.self) {
      try JSONValue(parsing: UnsafeRawBufferPointer(start: nil, count: 0))
    }
  }

  @Test func `integers and doubles stay apart`() throws {
    #expect(try JSONValue(parsing: "[1,1.0,1e0]") == [.integer(1), .double(1), .double(1)])
    #expect(JSONValue.integer(1) != .double(1))
    #expect(try JSONValue(parsing: "[1,1.0]").text == "[1,1.0]")
  }

  @Test func `negative zero keeps its sign`() throws {
    let zero = try #require(try JSONValue(parsing: "-0").doubleValue)
    #expect(zero.sign == .minus)
    #expect(JSONValue.double(zero).text == "-0.0")
  }

  @Test func `containers nest as deep as the limit and no deeper`() throws {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      let text = { (depth: Int) in
        String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
      }
      _ = try JSONValue(parsing: text(64))
      let error = try #require(throws: JSONSyntaxError.self) { try JSONValue(parsing: text(65)) }
      #expect(error.message == "nested deeper than 64 levels")
      #expect(error.offset == 64 * open.utf8.count)
      _ = try JSONValue(parsing: text(3), depthLimit: 3)
      #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text(4), depthLimit: 3) }
      #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text(1), depthLimit: 0) }
      // A limit that the stack might not bear is lowered.
      _ = try JSONValue(parsing: text(JSONValue.deepestNesting), depthLimit: .max)
      #expect(throws: JSONSyntaxError.self) {
        try JSONValue(parsing: text(JSONValue.deepestNesting + 1), depthLimit: .max)
      }
    }
    #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }
  }

  @Test func `a duplicate key is found wherever it is in a large object`() throws {
    let members = (0..<40).map { "\"key number \($0)\":\($0)" }
    for repeated in [0, 1, 15, 16, 17, 38, 39] {
      for place in [repeated + 1, 40] {
        var doubled = members
        doubled.insert("\"key number \(repeated)\":null", at: place)
        let text = "{" + doubled.joined(separator: ",") + "}"
        let error = try #require(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
        #expect(error.message.contains("already used"))
        #expect(error.offset == 1 + doubled[..<place].reduce(0) { $0 + $1.utf8.count + 1 })
      }
    }
  }

  @Test func `an object of many keys is read in one pass`() throws {
    let text = "{" + (0..<100_000).map { "\"\($0)\":\($0)" }.joined(separator: ",") + "}"
    let object = try #require(try JSONValue(parsing: text).objectValue)
    #expect(object.count == 100_000)
    #expect(object["99999"] == 99_999)
    #expect(object["100000"] == nil)
    // The last key is the only duplicate.
    let doubled = text.dropLast() + ",\"0\":0}"
    #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: doubled.utf8) }
  }

  @Test func `each sequence of two and three bytes is UTF-8 exactly if the standard library says so`() {
    var disagreements = 0
    for lead in UInt8(0x80)...0xFF {
      for second in UInt8(0x7F)...0xFF {
        disagreements += disagrees([lead, second]) ? 1 : 0
        // The bounds of each range and one beyond.
        for third: UInt8 in [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF] {
          disagreements += disagrees([lead, second, third]) ? 1 : 0
          guard lead >= 0xF0 else { continue }
          for fourth: UInt8 in [0x7F, 0x80, 0xBF, 0xC0] {
            disagreements += disagrees([lead, second, third, fourth]) ? 1 : 0
          }
        }
      }
    }
    #expect(disagreements == 0)
  }

  private func disagrees(_ bytes: [UInt8]) -> Bool {
    let read = try? JSONValue(parsing: [0x22] + bytes + [0x22])
    return read?.stringValue != String(validating: bytes, as: UTF8.self)
  }

  @Test func `each code point can be escaped`() throws {
    for code in UInt32(0)...0x10FFFF where code < 0x3000 || code % 97 == 0 || code >= 0x10FF00 {
      guard let scalar = Unicode.Scalar(code) else { continue }
      let escapes = String(scalar).utf16.map { unit in
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
      let value = try JSONValue(parsing: "\"" + escapes.joined() + "\"")
      if value != .string(String(scalar)) { Issue.record("U+\(String(code, radix: 16)) became \(value)") }
    }
  }
}
