import JSON
import Testing

@Suite struct RecordTests {
  @Test func `a record is read from its members, in any order`() throws {
    let question = try Question.schema.decode([
      "k": 3, "query": "  who broke the build? ", "mode": "exact", "filters": ["importance": ["gte": 0.5]],
    ])
    #expect(
      question
        == Question(
          query: "who broke the build?", k: 3, mode: .exact, filters: Filters(importance: Bounds(gte: 0.5))))
  }

  @Test func `a field that is left out has the value of the prototype`() throws {
    #expect(try Question.schema.decode(["query": "x"]) == Question(query: "x", k: 5, mode: nil))
  }

  @Test func `null leaves out a field that may be left out`() throws {
    let question = try Question.schema.decode(["query": "x", "k": nil, "mode": nil, "filters": ["tags": nil]])
    #expect(question == Question(query: "x"))
    #expect(
      Question.schema.faults(in: ["query": nil]) == ["query: null; allowed are texts of 1 to 1024 characters"]
    )
  }

  @Test func `all faults are told at once, each with its place`() {
    let faults = Question.schema.faults(in: [
      "qurey": "x", "k": 0, "mode": "fsat", "explain": "yes", "contexts": [1, "abc"],
      "filters": ["importance": ["gte": 1.5, "lte": "a"], "tags": ["ok", "Not OK", "ok"], "age": 1],
    ])
    #expect(
      faults == [
        "qurey: no such field, perhaps “query”; allowed are query, k, mode, filters, contexts, explain",
        "k: 0; allowed are 1 to 100",
        "mode: “fsat”, perhaps “fast”; allowed are fast, exact",
        "explain: text; allowed are true and false",
        "contexts[0]: a number; allowed are UUIDs",
        "contexts[1]: “abc”; allowed are UUIDs",
        "filters.importance.gte: 1.5; allowed are 0 to 1",
        "filters.importance.lte: text; allowed are numbers from 0 to 1",
        "filters.tags[1]: “Not OK”; allowed are lower-case letters, digits, “_” and “-”",
        "filters.age: no such field; allowed are importance, tags",
        "query: missing; allowed are texts of 1 to 1024 characters",
      ])
  }

  @Test func `something else than an object is one fault`() {
    #expect(Question.schema.faults(in: [1]) == ["a list; allowed are objects"])
    #expect(Question.schema.faults(in: nil) == ["null; allowed are objects"])
    #expect(Question.schema.faults(in: "{}") == ["text; allowed are objects"])
  }

  @Test func `an open record passes over keys that it does not know`() throws {
    struct Foreign: Sendable, Equatable { var id = 0 }
    let schema = Schema.record(Foreign(), open: true) { Field("id", \.id, .integer(), "") }
    #expect(try schema.decode(["id": 7, "links": []]) == Foreign(id: 7))
    #expect(schema.definition["additionalProperties"] == nil)
  }

  @Test func `writing leaves out nil and what omits empty values`() {
    let bare = Question.schema.encode(Question(query: "x"))
    #expect(bare == ["query": "x", "k": 5, "filters": [:], "explain": false])
    let full = Question.schema.encode(
      Question(
        query: "x", k: 9, mode: .fast, filters: Filters(importance: Bounds(gte: 0.1), tags: ["a"]),
        contexts: ["c"],
        explain: true))
    #expect(
      full.text
        == #"{"query":"x","k":9,"mode":"fast","filters":{"importance":{"gte":0.1},"tags":["a"]},"contexts":["c"],"explain":true}"#
    )
  }

  @Test func `what is written is read back the same`() throws {
    let question = Question(
      query: "x", k: 9, mode: .exact,
      filters: Filters(importance: Bounds(gte: 0.1, lte: 1), tags: ["a", "b"]),
      contexts: ["0190c2a4-7b1e-7c3a-9f00-3a5b6c7d8e9f"])
    let text = Question.schema.encode(question).text
    #expect(try Question.schema.decode(JSONValue(parsing: text)) == question)
  }

  @Test func `a rule over several fields is checked once each field is right`() {
    let schema = Bounds.schema.checked { bounds in
      guard let gte = bounds.gte, let lte = bounds.lte, gte > lte else { return [] }
      return [SchemaFault(path: "gte", "\(gte) is more than lte", allowed: "values up to lte")]
    }
    struct Search: Sendable { var bounds = Bounds() }
    let search = Schema.record(Search()) { Field("bounds", \.bounds, schema, "") }
    #expect(search.faults(in: ["bounds": ["gte": 0.1, "lte": 0.2]]) == [])
    #expect(
      search.faults(in: ["bounds": ["gte": 0.3, "lte": 0.2]])
        == ["bounds.gte: 0.3 is more than lte; allowed are values up to lte"])
    #expect(search.faults(in: ["bounds": ["gte": 0.3, "lte": 2]]) == ["bounds.lte: 2; allowed are 0 to 1"])
  }

  @Test func `computed and observed properties are filled as stored ones are`() throws {
    struct Thermometer: Sendable, Equatable {
      var celsius = 0.0
      var changes = 0
      var label = "" { didSet { changes += 1 } }
      var kelvin: Double {
        get { celsius + 273.15 }
        set { celsius = newValue - 273.15 }
      }
    }
    let schema = Schema.record(Thermometer()) {
      Field("kelvin", \.kelvin, .number(), "")
      Field("label", \.label, .string(), "")
    }
    let read = try schema.decode(["kelvin": 273.15, "label": "ice"])
    #expect(read.celsius == 0)
    #expect(read.label == "ice")
    #expect(read.changes == 1)
    #expect(schema.encode(read) == ["kelvin": 273.15, "label": "ice"])
  }

  @Test func `a required field may be null if its schema says so`() throws {
    struct Reply: Sendable, Equatable { var parent: String? = "?" }
    let schema = Schema.record(Reply()) { Field("parent", \.parent, .nullable(.string(length: 1...9)), "") }
    #expect(try schema.decode(["parent": nil]).parent == nil)
    #expect(try schema.decode(["parent": "p"]).parent == "p")
    #expect(schema.faults(in: [:]) == ["parent: missing; allowed are texts of 1 to 9 characters, and null"])
    #expect(schema.encode(Reply(parent: nil)) == ["parent": nil])
  }

  @Test func `the fields can be read for help texts and flags`() throws {
    let fields = Question.schema.fields
    #expect(fields.map(\.name) == ["query", "k", "mode", "filters", "contexts", "explain"])
    #expect(fields.map(\.isRequired) == [true, false, false, false, false, false])
    #expect(fields[1].defaultValue == 5)
    #expect(fields[0].defaultValue == nil)
    #expect(fields[2].defaultValue == nil)
    #expect(fields[1].about == "How many to return.")
    #expect(fields[1].allowed == "whole numbers from 1 to 100")
    #expect(fields[1].definition["maximum"] == 100)
    #expect(fields[3].fields.map(\.name) == ["importance", "tags"])
    #expect(Schema.integer().fields.isEmpty)
  }

  @Test func `a key cannot pass for a line of the report`() {
    #expect(
      Bounds.schema.faults(in: ["x\ngte: fine": 1]) == ["x\\ngte: fine: no such field; allowed are gte, lte"])
  }

  @Test func `a key in another style is recognised`() {
    #expect(
      Bounds.schema.faults(in: ["GTE": 1]) == ["GTE: no such field, perhaps “gte”; allowed are gte, lte"])
  }

  @Test func `a record cannot have two fields of one name`() async {
    await #expect(processExitsWith: .failure) {
      _ = Schema.record(Bounds()) {
        Field("gte", \.gte, .number(), "")
        Field("gte", \.lte, .number(), "")
      }
    }
  }

  @Test func `an optional field of any value keeps null apart from nothing`() throws {
    struct Note: Sendable, Equatable { var extra: JSONValue? }
    let schema = Schema.record(Note()) { Field("extra", \.extra, .json, "") }
    #expect(try schema.decode(["extra": nil]).extra == .some(.null))
    #expect(try schema.decode([:]).extra == .none)
  }

  @Test func `a hostile object is answered with a short list`() throws {
    let object = JSONObject((0..<50_000).map { (String(repeating: "k", count: 200) + "\($0)", .integer($0)) })
    let error = try #require(throws: SchemaFaults.self) { try Question.schema.decode(.object(object)) }
    #expect(error.faults.count == SchemaFaults.limit)
    #expect(error.untold == 50_000 + 1 - SchemaFaults.limit)
    #expect(error.description.utf8.count < 10_000)
    #expect(error.description.hasSuffix("\nand 49969 more"))
  }

  @Test func `a record of many fields is one expression that compiles at once`() throws {
    struct Wide: Sendable, Equatable {
      var a = 1, b = 2.0, c = "3", d = true, e: Int?, f: Double?, g: String?, h: Bool?, i: [Int] = [],
        j: [String] = []
      var k = Mode.fast, l: Mode?, m: [String: Int] = [:], n = Bounds(), o: Bounds?, p = JSONValue.null,
        q = JSONObject()
      var r: [Bounds] = [], s = "one", t = 0
    }
    let schema = Schema.record(Wide()) {
      Field("a", \.a, .integer(0...10), "", required: false)
      Field("b", \.b, .number(0...10), "", required: false)
      Field("c", \.c, .string(length: 0...10), "", required: false)
      Field("d", \.d, .bool, "", required: false)
      Field("e", \.e, .integer(0...10), "")
      Field("f", \.f, .number(0...10), "")
      Field("g", \.g, .string(length: 0...10), "")
      Field("h", \.h, .bool, "")
      Field("i", \.i, .array(of: .integer(0...10), count: 0...10), "", required: false)
      Field("j", \.j, .array(of: .string(length: 0...10), count: 0...10), "", required: false)
      Field("k", \.k, .enumeration(Mode.self), "", required: false)
      Field("l", \.l, .enumeration(Mode.self), "")
      Field("m", \.m, .map(of: .integer(0...10)), "", required: false)
      Field("n", \.n, Bounds.schema, "", required: false)
      Field("o", \.o, Bounds.schema, "")
      Field("p", \.p, .json, "", required: false)
      Field("q", \.q, .jsonObject, "", required: false)
      Field("r", \.r, .array(of: Bounds.schema), "", required: false)
      Field("s", \.s, .string(pattern: .slug).examples("one"), "", required: false)
      Field("t", \.t, .integer(0...).described("ten"), "", required: false)
    }
    #expect(try schema.decode([:]) == Wide())
    #expect(
      try schema.decode(schema.encode(Wide(e: 1, g: "g", l: .exact, m: ["x": 1], o: Bounds(gte: 1)))).e == 1)
    #expect(schema.fields.count == 20)
  }
}
