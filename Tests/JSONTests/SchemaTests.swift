import JSON
import Testing

enum Mode: String, CaseIterable, Sendable {
  case fast
  case exact
}

struct Question: Sendable, Equatable {
  var query = ""
  var k = 5
  var mode: Mode?
  var tags: [String] = []
  var minimum: Double?

  static let schema = Schema.record(Question()) {
    Field("query", \.query, .string(length: 1...1024), "What to look for, in plain words.")
    Field("k", \.k, .integer(1...100), "How many to return.", required: false)
    Field("mode", \.mode, .enumeration(Mode.self), "Where to look first.")
    Field(
      "tags", \.tags, .array(of: .string(length: 1...10, pattern: .slug), count: 0...3, unique: true),
      "All of these.", omitsEmpty: true)
    Field("minimum", \.minimum, .number(0...1), "The least score.")
  }
}

@Suite struct SchemaTests {
  @Test func `a value that fits is decoded`() throws {
    #expect(try Question.schema.decode(["query": "x", "k": 3.0]) == Question(query: "x", k: 3))
    do throws(SchemaFaults) {
      _ = try Question.schema.decode([
        "qurey": "x", "k": 0, "tags": ["a", "A", "a"], "mode": "fsat", "minimum": "a",
      ])
    } catch { print(error) }
    #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: "[1,") }
    do { _ = try JSONValue(parsing: "[1,\n {\"a\":tru}]") } catch { print(error) }
  }
}
