import JSON
import Testing

@Suite struct WritingTests {
  @Test func `compact text has no whitespace`() {
    let value: JSONValue = ["a": [1, 2.5, nil, true, false], "b": ["c": "d"], "e": [], "f": [:]]
    #expect(value.text == #"{"a":[1,2.5,null,true,false],"b":{"c":"d"},"e":[],"f":{}}"#)
    #expect(value.bytes == Array(value.text.utf8))
    #expect(value.description == value.text)
    #expect(value.objectValue?.description == value.text)
  }

  @Test func `pretty text has a member or element a line`() {
    let value: JSONValue = ["a": [1, ["b": "c"]], "d": [], "e": [:]]
    #expect(
      value.prettyText == """
        {
          "a": [
            1,
            {
              "b": "c"
            }
          ],
          "d": [],
          "e": {}
        }
        """)
    #expect(JSONValue.integer(1).prettyText == "1")
  }

  @Test func `writing appends to what is there`() {
    var output = Array("data: ".utf8)
    JSONValue.array([1]).write(into: &output)
    JSONValue.array([1]).write(into: &output, style: .pretty)
    #expect(String(decoding: output, as: UTF8.self) == "data: [1][\n  1\n]")
  }

  @Test func `only quotes, backslashes and control characters are escaped`() {
    #expect(JSONValue.string("\"\\/").text == #""\"\\/""#)
    #expect(JSONValue.string("\u{8}\u{C}\n\r\t").text == #""\b\f\n\r\t""#)
    #expect(JSONValue.string("\0\u{1}\u{1F}\u{7F}").text == "\"\\u0000\\u0001\\u001f\u{7F}\"")
    #expect(JSONValue.string("é日😀\u{2028}").text == "\"é日😀\u{2028}\"")
    #expect(JSONValue.object(["\n": 1]).text == #"{"\n":1}"#)
  }

  @Test func `an escape is right at each place of a text of any length`() throws {
    for length in 0...40 {
      for place in 0..<max(length, 1) {
        for special in ["\"", "\\", "\n", "\u{1}", "é", "\u{80}", " "] {
          let text =
            String(repeating: "x", count: place) + special + String(repeating: "y", count: length - place)
          let value = JSONValue.string(text)
          #expect(try JSONValue(parsing: value.bytes) == value)
        }
      }
    }
  }

  @Test func `a text of nothing but escapes grows as it must`() throws {
    let value = JSONValue.string(String(repeating: "\u{1}", count: 5_000))
    #expect(value.bytes.count == 30_002)
    #expect(try JSONValue(parsing: value.bytes) == value)
  }

  @Test(arguments: [
    (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (-1.5, "-1.5"), (0.1, "0.1"), (100.0, "100.0"),
    (0.85, "0.85"),
    (0.0001, "0.0001"), (0.1234, "0.1234"), (1e300, "1e+300"), (Double.leastNonzeroMagnitude, "5e-324"),
    (0.1 + 0.2, "0.30000000000000004"),
    (123456789.25, "123456789.25"), (9007199254740992.0, "9007199254740992.0"), (2e16, "2e+16"),
    (-3e-7, "-3e-07"),
  ])
  func `a double is written in its shortest form`(_ double: Double, _ text: String) {
    #expect(JSONValue.double(double).text == text)
  }

  @Test func `the shortest form is the one of the standard library`() {
    var random = Seeded(7)
    for _ in 0..<50_000 {
      let places = ([1, 10, 100, 1000, 10_000, 100_000] as [Double]).randomElement(using: &random) ?? 1
      let short = (Double.random(in: -2000...2000, using: &random) * places).rounded() / places
      let long = Double.random(in: -1...1, using: &random)
      for double in [short, short.nextUp, long, Double.finite(using: &random)]
      where JSONValue.double(double).text != double.description {
        Issue.record("\(double) was written \(JSONValue.double(double).text)")
      }
    }
  }

  @Test(arguments: [
    0, 7, -7, 9, 10, 99, 100, 12345, .max, .min, 999_999_999_999_999_999, 1_000_000_000_000_000_000,
  ])
  func `an integer is written in decimal`(_ integer: Int64) {
    #expect(JSONValue.integer(integer).text == integer.description)
  }

  @Test func `every power of ten and its neighbours are written in decimal`() {
    var power: Int64 = 1
    for _ in 0..<18 {
      for integer in [power - 1, power, power + 1, -power, -power + 1] {
        #expect(JSONValue.integer(integer).text == integer.description)
      }
      power *= 10
    }
  }

  @Test func `a double that JSON cannot say is written as null`() {
    #expect(
      JSONValue.array([.double(.nan), .double(.infinity), .double(-.infinity)]).text == "[null,null,null]")
  }
}
