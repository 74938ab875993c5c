import JSON
import Testing

@Suite struct SchemaTests {
  @Test func `text is held to its length in code points`() throws {
    let schema = Schema.string(length: 2...4)
    #expect(try schema.decode("日本語") == "日本語")
    #expect(try schema.decode("😀😀😀😀") == "😀😀😀😀")
    #expect(schema.faults(in: "x") == ["1 character; allowed are 2 to 4"])
    #expect(schema.faults(in: "é") == ["1 character; allowed are 2 to 4"])
    #expect(schema.faults(in: "e\u{301}") == [])
    #expect(schema.faults(in: "12345") == ["5 characters; allowed are 2 to 4"])
    #expect(schema.faults(in: 12) == ["a number; allowed are texts of 2 to 4 characters"])
    #expect(Schema.string(length: 2...(.max)).faults(in: "x") == ["1 character; allowed are 2 or more"])
    #expect(Schema.string(length: 0...2).faults(in: "xxx") == ["3 characters; allowed are up to 2"])
    #expect(Schema.string(length: 3...3).faults(in: "xx") == ["2 characters; allowed are 3"])
  }

  @Test func `text is trimmed before it is measured`() throws {
    let schema = Schema.string(length: 1...3, trims: true)
    #expect(try schema.decode("\n a b\u{A0} ") == "a b")
    #expect(try schema.decode("abc") == "abc")
    #expect(schema.faults(in: " \t ") == ["0 characters; allowed are 1 to 3"])
    #expect(try Schema.string().decode(" a ") == " a ")
  }

  @Test func `text follows its pattern`() {
    let schema = Schema.string(length: 1...8, pattern: .slug)
    #expect(schema.faults(in: "a-b_9") == [])
    #expect(schema.faults(in: "A b") == ["“A b”; allowed are lower-case letters, digits, “_” and “-”"])
    #expect(
      schema.faults(in: nil) == [
        "null; allowed are lower-case letters, digits, “_” and “-”, 1 to 8 characters"
      ])
    #expect(Schema.string(pattern: .identifier).faults(in: "_a1") == [])
    for wrong in ["", "1a", "a-b", "é"] {
      #expect(Schema.string(pattern: .identifier).faults(in: .string(wrong)) != [])
    }
    #expect(
      Schema.string(pattern: .notBlank).faults(in: " \n") == ["“ \\n”; allowed are texts that are not blank"])
  }

  @Test(arguments: [
    (TextFormat.uuid, "0190c2a4-7B1e-7c3a-9f00-3a5b6c7d8e9f", true),
    (.uuid, "0190c2a47b1e7c3a9f003a5b6c7d8e9f", false),
    (.uuid, "0190c2a4-7b1e-7c3a-9f00-3a5b6c7d8e9g", false), (.uuid, "", false),
    (.date, "2026-01-31", true), (.date, "2024-02-29", true), (.date, "2000-02-29", true),
    (.date, "2026-02-29", false),
    (.date, "1900-02-29", false), (.date, "2026-13-01", false), (.date, "2026-00-01", false),
    (.date, "2026-1-1", false),
    (.date, "2026-01-31T", false), (.date, "2026-04-31", false), (.date, "2026-04-00", false),
    (.dateTime, "2026-01-31T12:00:00Z", true), (.dateTime, "2026-01-31t23:59:60.123456z", true),
    (.dateTime, "2026-01-31T12:00:00+02:00", true), (.dateTime, "2026-01-31T12:00:00", false),
    (.dateTime, "2026-01-31 12:00:00Z", false), (.dateTime, "2026-01-31T24:00:00Z", false),
    (.dateTime, "2026-01-31T12:60:00Z", false), (.dateTime, "2026-01-31T12:00:61Z", false),
    (.dateTime, "2026-01-31T12:00:00.Z", false), (.dateTime, "2026-01-31T12:00:00+2", false),
    (.dateTime, "2026-01-31T12:00:00+02:60", false), (.dateTime, "2026-01-31T12:00:00ZZ", false),
    (.uri, "https://example.org/a?b#c", true), (.uri, "urn:x", true), (.uri, "example.org", false),
    (.uri, ":x", false),
    (.uri, "http:", false), (.uri, "http://a b", false), (.uri, "1http://a", false),
    (.email, "a.b+c@example.org", true), (.email, "a@b@c", false), (.email, "@b", false),
    (.email, "a@", false),
    (.email, "a b@c", false),
  ])
  func `text follows its format`(_ format: TextFormat, _ text: String, _ fits: Bool) {
    #expect(Schema.string(format: format).faults(in: .string(text)).isEmpty == fits)
  }

  @Test func `a whole number is an integer however it is written`() throws {
    let schema = Schema.integer(1...100)
    #expect(try schema.decode(100) == 100)
    #expect(try schema.decode(1.0) == 1)
    #expect(try schema.decode(JSONValue(parsing: "1e2")) == 100)
    #expect(schema.faults(in: 1.5) == ["1.5; allowed are whole numbers from 1 to 100"])
    #expect(schema.faults(in: 101) == ["101; allowed are 1 to 100"])
    #expect(schema.faults(in: "1") == ["text; allowed are whole numbers from 1 to 100"])
    #expect(schema.faults(in: true) == ["a truth value; allowed are whole numbers from 1 to 100"])
    #expect(Schema.integer(0...).faults(in: -1) == ["-1; allowed are 0 or more"])
    #expect(Schema.integer(.min...0).faults(in: 1) == ["1; allowed are up to 0"])
    #expect(Schema.integer().faults(in: 1e300) == ["1e+300; allowed are whole numbers"])
    #expect(try Schema.integer().decode(.integer(Int64.min)) == .min)
  }

  @Test func `an integer is a number too`() throws {
    let schema = Schema.number(0...1)
    #expect(try schema.decode(1) == 1.0)
    #expect(try schema.decode(0.25) == 0.25)
    #expect(schema.faults(in: 1.01) == ["1.01; allowed are 0 to 1"])
    #expect(schema.faults(in: nil) == ["null; allowed are numbers from 0 to 1"])
    #expect(Schema.number(0.5...).faults(in: 0) == ["0; allowed are 0.5 or more"])
    #expect(try Schema.number().decode(.double(-.greatestFiniteMagnitude)) < 0)
  }

  @Test func `an enumeration takes its raw values, and guesses what was meant`() throws {
    let schema = Schema.enumeration(Mode.self)
    #expect(try schema.decode("exact") == .exact)
    #expect(schema.encode(.fast) == "fast")
    #expect(schema.faults(in: "exatc") == ["“exatc”, perhaps “exact”; allowed are fast, exact"])
    #expect(schema.faults(in: "slow") == ["“slow”; allowed are fast, exact"])
    #expect(schema.faults(in: 1) == ["a number; allowed are fast, exact"])
    #expect(try Schema.enumeration(["a", "b"]).decode("b") == "b")
    #expect(Schema.enumeration(["a", "b"]).faults(in: "é") == ["“é”; allowed are a, b"])
  }

  @Test func `a constant is itself only`() throws {
    #expect(try Schema.constant("2.0").decode("2.0") == "2.0")
    #expect(Schema.constant("2.0").faults(in: "1.0") == ["“1.0”; allowed are 2.0"])
    #expect(try Schema.constant(["v": 1], as: Mode.fast).decode(["v": 1]) == .fast)
    #expect(Schema.constant(1, as: Mode.fast).faults(in: 2) == ["a number; allowed are 1"])
    try Schema.null.decode(nil)
    #expect(Schema.null.faults(in: false) == ["a truth value; allowed are nulls"])
  }

  @Test func `any value and any object pass as they are`() throws {
    let value: JSONValue = ["a": [1, nil]]
    #expect(try Schema.json.decode(value) == value)
    #expect(try Schema.json.decode(nil) == .null)
    #expect(try Schema.jsonObject.decode(value) == ["a": [1, nil]])
    #expect(Schema.jsonObject.faults(in: []) == ["a list; allowed are objects"])
  }

  @Test func `a list is held to its count, and its elements to theirs`() throws {
    let schema = Schema.array(of: .integer(0...9), count: 1...3)
    #expect(try schema.decode([1, 2]) == [1, 2])
    #expect(schema.encode([1, 2]) == [1, 2])
    #expect(schema.faults(in: []) == ["0 elements; allowed are 1 to 3"])
    #expect(schema.faults(in: [1, 2, 3, 4]) == ["4 elements; allowed are 1 to 3"])
    #expect(
      schema.faults(in: [1, 10, "x"]) == [
        "[1]: 10; allowed are 0 to 9", "[2]: text; allowed are whole numbers from 0 to 9",
      ])
    #expect(schema.faults(in: 1) == ["a number; allowed are lists of 1 to 3"])
  }

  @Test func `a unique list holds no value twice, after trimming and conversion`() {
    let texts = Schema.array(of: .string(trims: true), unique: true)
    #expect(texts.faults(in: ["a", "b", "A"]) == [])
    #expect(
      texts.faults(in: ["a", "b", " a", "b"]) == [
        "[2]: the same as element 0; each may occur once", "[3]: the same as element 1; each may occur once",
      ])
    #expect(
      Schema.array(of: .integer(), unique: true).faults(in: [1, 1.0]) == [
        "[1]: the same as element 0; each may occur once"
      ])
  }

  @Test func `one value stands for a list of it where a schema says so`() throws {
    let schema = Schema.oneOrMany(of: .string(length: 1...3), count: 1...2)
    #expect(try schema.decode("a") == ["a"])
    #expect(try schema.decode(["a", "b"]) == ["a", "b"])
    #expect(schema.encode(["a"]) == ["a"])
    #expect(schema.faults(in: "abcd") == ["4 characters; allowed are 1 to 3"])
    #expect(schema.faults(in: []) == ["0 elements; allowed are 1 to 2"])
  }

  @Test func `a map has the keys that it is given`() throws {
    let schema = Schema.map(of: .integer(0...9), keys: .slug, count: 0...2)
    #expect(try schema.decode(["a": 1, "b": 2]) == ["a": 1, "b": 2])
    #expect(schema.encode(["z": 1, "a": 2]).text == #"{"a":2,"z":1}"#)
    #expect(
      schema.faults(in: ["a": 10, "B": 1]) == [
        "a: 10; allowed are 0 to 9", "B: the key “B”; allowed are lower-case letters, digits, “_” and “-”",
      ])
    #expect(schema.faults(in: ["a": 1, "b": 1, "c": 1]) == ["3 members; allowed are up to 2"])
    #expect(Schema.map(of: .json).faults(in: ["\u{E9}": 1, "e\u{301}": 2]).count == 1)
  }

  @Test func `a choice takes either, and explains the one that was meant`() throws {
    let schema = Schema.oneOf(.integer(0...9), Bounds.schema)
    #expect(try schema.decode(3) == .first(3))
    #expect(try schema.decode(["gte": 1]) == .second(Bounds(gte: 1)))
    #expect(schema.encode(.second(Bounds(lte: 0.5))) == ["lte": 0.5])
    #expect(schema.faults(in: 10) == ["10; allowed are 0 to 9"])
    #expect(schema.faults(in: ["gte": 2]) == ["gte: 2; allowed are 0 to 1"])
    #expect(schema.faults(in: "x") == ["“x”; allowed are whole numbers from 0 to 9, and objects"])
    let nested = Schema.array(of: schema)
    #expect(nested.faults(in: [0, ["gte": 2]]) == ["[1].gte: 2; allowed are 0 to 1"])
  }

  @Test func `a conversion may refuse, and says why`() throws {
    struct Even: Sendable, Equatable { var half: Int }
    let schema = Schema.integer(0...100).map(
      to: { (number) throws(SchemaMismatch) in
        guard number % 2 == 0 else { throw SchemaMismatch("\(number) is odd", allowed: "even numbers") }
        return Even(half: number / 2)
      }, from: { $0.half * 2 })
    #expect(try schema.decode(8) == Even(half: 4))
    #expect(schema.encode(Even(half: 4)) == 8)
    #expect(schema.faults(in: 7) == ["7 is odd; allowed are even numbers"])
    #expect(schema.faults(in: 101) == ["101; allowed are 0 to 100"])
    #expect(Schema.array(of: schema).faults(in: [2, 3]) == ["[1]: 3 is odd; allowed are even numbers"])
    let shouted = Schema.string().map(to: { $0.uppercased() }, from: { $0 })
    #expect(try shouted.decode("a") == "A")
  }

  @Test func `null is nil where a schema says so`() throws {
    let schema = Schema.integer(0...9).nullable
    #expect(try schema.decode(nil) == nil)
    #expect(try schema.decode(1) == 1)
    #expect(schema.encode(nil) == nil)
    #expect(schema.faults(in: 10) == ["10; allowed are 0 to 9"])
  }

  @Test func `what is sent is repeated in part only`() {
    let long = JSONValue.string(String(repeating: "é", count: 100_000))
    for fault in [
      Schema.enumeration(Mode.self).faults(in: long), Schema.string(format: .uuid).faults(in: long),
    ] {
      #expect(fault.count == 1)
      #expect(fault.joined().utf8.count < 200)
    }
  }
}
