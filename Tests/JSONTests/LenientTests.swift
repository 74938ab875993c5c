import JSON
import Testing

@Suite struct LenientTests {
  @Test func `text that is JSON stands for its value where any value is allowed`() throws {
    for (text, value) in [
      (#"{"page": 3}"#, ["page": 3]), ("[1, 2]", [1, 2]), ("5", 5), ("null", nil), (#""5""#, "5"),
      ("page 3", "page 3"),
      ("{page", "{page"), ("", ""),
    ] as [(String, JSONValue)] {
      #expect(try Schema.json.decode(lenient: .string(text)) == value)
      #expect(try Schema.json.decode(.string(text)) == .string(text))
    }
  }

  @Test func `text stands for numbers and truth values on a command line`() throws {
    #expect(try Schema.integer(1...100).decode(lenient: "5") == 5)
    #expect(try Schema.integer(1...100).decode(lenient: "5.0") == 5)
    #expect(try Schema.number(0...1).decode(lenient: "0.5") == 0.5)
    #expect(try Schema.bool.decode(lenient: "true"))
    #expect(try !Schema.bool.decode(lenient: "false"))
    #expect(try Schema.string().decode(lenient: "5") == "5")
    #expect(try Schema.integer().decode(lenient: 5) == 5)
  }

  @Test func `text that is not a number is repeated`() {
    #expect(
      Schema.integer(1...100).faults(in: "five", lenient: true) == [
        "“five”; allowed are whole numbers from 1 to 100"
      ])
    #expect(Schema.integer(1...100).faults(in: "0", lenient: true) == ["0; allowed are 1 to 100"])
    #expect(Schema.number().faults(in: "", lenient: true) == ["“”; allowed are numbers"])
    #expect(Schema.bool.faults(in: "yes", lenient: true) == ["“yes”; allowed are true and false"])
  }

  @Test func `one value stands for a list of it`() throws {
    let schema = Schema.array(of: .integer(0...9), count: 1...3)
    #expect(try schema.decode(lenient: "5") == [5])
    #expect(try schema.decode(lenient: ["5", "6"]) == [5, 6])
    #expect(try schema.decode(lenient: "[5, 6]") == [5, 6])
    #expect(try Schema.array(of: .string()).decode(lenient: "[draft] notes") == ["[draft] notes"])
    #expect(try Schema.oneOrMany(of: .integer()).decode(lenient: "[1,2]") == [1, 2])
  }

  @Test func `JSON text stands for an object`() throws {
    let question = try Question.schema.decode(
      lenient: ["query": "x", "k": "7", "explain": "true", "filters": #" {"tags":"a"}"#, "mode": "fast"])
    #expect(question == Question(query: "x", k: 7, mode: .fast, filters: Filters(tags: ["a"]), explain: true))
    #expect(try Schema.map(of: .integer()).decode(lenient: #"{"a":"1"}"#) == ["a": 1])
    #expect(Bounds.schema.faults(in: "{", lenient: true) == ["text; allowed are objects"])
  }

  @Test func `nothing is converted otherwise`() {
    #expect(!Schema.integer().faults(in: "5").isEmpty)
    #expect(!Schema.bool.faults(in: "true").isEmpty)
    #expect(!Schema.array(of: .integer()).faults(in: 5).isEmpty)
    #expect(!Schema.integer().faults(in: true, lenient: true).isEmpty)
    #expect(!Schema.bool.faults(in: 1, lenient: true).isEmpty)
    #expect(!Schema.string().faults(in: 5, lenient: true).isEmpty)
  }
}
