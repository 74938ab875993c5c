import JSON
import Testing

@Suite struct CommentedJSONTests {
  private func edited(_ text: String, _ change: (inout CommentedJSON) throws -> Void) throws -> String {
    var settings = try CommentedJSON(Array(text.utf8))
    try change(&settings)
    return String(decoding: settings.bytes, as: UTF8.self)
  }

  @Test func `what is not touched stays as it was, to the byte`() throws {
    let text = """
      // Mine
      {
      \t"theme" : "dark",   // as it should be
      \t/* two
      \t   lines */
      \t"servers": {
      \t\t"a": {"command": "x, // no comment", "args": [1,2,],},
      \t},
      }

      """
    let expected = """
      // Mine
      {
      \t"theme" : "dark",   // as it should be
      \t/* two
      \t   lines */
      \t"servers": {
      \t\t"a": {"command": "x, // no comment", "args": [1,2,],},
      \t\t"mneme": {
      \t\t  "url": "u"
      \t\t},
      \t},
      }

      """
    let changed = try edited(text) { try $0.set(["url": "u"], at: ["servers", "mneme"]) }
    #expect(changed == expected)
    let back = try edited(changed) { $0.remove(at: ["servers", "mneme"]) }
    #expect(back == text)
  }

  @Test(
    arguments: [
      ("", #"{"a":{"b":1}}"#), ("{}", #"{"a":{"b":1}}"#), ("  {  }  ", #"{"a":{"b":1}}"#),
      ("{ // nothing yet\n}", #"{"a":{"b":1}}"#), (#"{"x":1}"#, #"{"x":1,"a":{"b":1}}"#),
      (#"{"x":1 /* c */ }"#, #"{"x":1,"a":{"b":1}}"#), ("{\"x\":1 // c\n}", #"{"x":1,"a":{"b":1}}"#),
      ("{\"x\":1, // c\r\n}\r\n", #"{"x":1,"a":{"b":1}}"#), (#"{"a":{}}"#, #"{"a":{"b":1}}"#),
      (#"{"a":{"b":{"old":true}},"y":2}"#, #"{"a":{"b":1},"y":2}"#),
      (#"{"a":{"c":[{"b":2}]}}"#, #"{"a":{"c":[{"b":2}],"b":1}}"#),
      ("\u{FEFF}{\"x\":\"\\\"},{\"}", #"{"x":"\"},{","a":{"b":1}}"#),
      (#"{"b":{"a":1},"a":{"x":{"b":3}}}"#, #"{"b":{"a":1},"a":{"x":{"b":3},"b":1}}"#),
    ])
  func `a member is put where it belongs`(text: String, expected: String) throws {
    var settings = try CommentedJSON(Array(text.utf8))
    try settings.set(1, at: ["a", "b"])
    #expect(settings.value == (try JSONValue(parsing: Array(expected.utf8))))
    // It reads the same again, and setting it again changes nothing.
    let again = try CommentedJSON(settings.bytes)
    #expect(again.value == settings.value)
    // `b` is all that goes; the object around it stays.
    let isRemoved = settings.remove(at: ["a", "b"])
    #expect(isRemoved)
    #expect(settings.value(at: ["a", "b"]) == nil)
    let isRemovedAgain = settings.remove(at: ["a", "b"])
    #expect(!isRemovedAgain)
    _ = try CommentedJSON(settings.bytes)
  }

  @Test(arguments: ["[", "{,}", #"{"a":1,,}"#, #"{"a" 1}"#, "{/*}", "nonsense", #"{"a":1}x"#, "[,]"])
  func `what is no JSON but for its comments is refused`(text: String) {
    #expect(throws: JSONSyntaxError.self) { try CommentedJSON(Array(text.utf8)) }
  }

  @Test(arguments: ["[1]", "7", #"{"a":[]}"#, #"{"a":"x"}"#])
  func `something else in the way is not overwritten`(text: String) throws {
    var settings = try CommentedJSON(Array(text.utf8))
    #expect(throws: CommentedJSON.NotAnObject.self) { try settings.set(1, at: ["a", "b"]) }
    #expect(settings.bytes == Array(text.utf8))
  }

  /// Objects of a few members, with comments, commas and spaces wherever they may be.
  @Test(arguments: 0..<20)
  func `in any text, setting and removing change that member and nothing else`(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func random(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    func space() -> String { ["", " ", "\n", "\t", "/* c, } */", " // c { \"\n", "\r\n  "][random(7)] }
    func object(_ depth: Int) -> String {
      let members = (0..<random(4)).map { number -> String in
        let value =
          depth > 0 && random(2) == 0
          ? object(depth - 1) : ["1", "\"x, } // y\"", "[1, {}]", "null"][random(4)]
        return
          "\(space())\"\("abcd"[String.Index(utf16Offset: number, in: "abcd")])\"\(space()):\(space())\(value)\(space())"
      }
      let end = members.isEmpty || random(2) == 0 ? "" : ","
      return "{" + members.joined(separator: ",") + end + space() + "}"
    }
    for _ in 0..<300 {
      let text = space() + object(2) + space()
      var settings = try CommentedJSON(Array(text.utf8))
      let before = settings.value
      for path in [["a", "z"], ["z"], ["b", "a", "z"]] {
        do throws(CommentedJSON.NotAnObject) { try settings.set(["k": [1]], at: path) } catch { continue }
        #expect(settings.value(at: path) == ["k": [1]], "\(text)")
        let read = try CommentedJSON(settings.bytes)
        #expect(read.value == settings.value)
        let isRemoved = settings.remove(at: path)
        #expect(isRemoved, "\(text)")
        #expect(settings.value(at: path) == nil)
        // Objects that had to be made on the way stay; the rest is as before.
        for (key, value) in before.objectValue ?? [:] where key != path[0] {
          #expect(settings.value[key] == value, "\(text)")
        }
        _ = try CommentedJSON(settings.bytes)
      }
    }
  }
}
