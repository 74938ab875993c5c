import JSON
import Testing

@Suite struct JSONValueTests {
  @Test func `literals make values`() {
    let value: JSONValue = [
      "null": nil, "bool": true, "integer": 1, "double": 1.0, "string": "text \(1 + 1)", "array": [1, 2],
      "object": [:],
    ]
    #expect(value["null"] == JSONValue.null)
    #expect(value["bool"] == .bool(true))
    #expect(value["integer"] == .integer(1))
    #expect(value["double"] == .double(1))
    #expect(value["string"] == .string("text 2"))
    #expect(value["array"] == .array([.integer(1), .integer(2)]))
    #expect(value["object"] == .object(JSONObject()))
    let count = 3
    #expect(JSONValue.integer(count) == 3)
  }

  @Test func `each kind of value is taken out by its own accessor`() {
    let values: [JSONValue] = [nil, true, 1, 2.5, "s", [1], ["k": 1]]
    #expect(values.map(\.isNull) == [true, false, false, false, false, false, false])
    #expect(values.map(\.boolValue) == [nil, true, nil, nil, nil, nil, nil])
    #expect(values.map(\.intValue) == [nil, nil, 1, nil, nil, nil, nil])
    #expect(values.map(\.doubleValue) == [nil, nil, 1, 2.5, nil, nil, nil])
    #expect(values.map(\.stringValue) == [nil, nil, nil, nil, "s", nil, nil])
    #expect(values.map(\.arrayValue) == [nil, nil, nil, nil, nil, [1], nil])
    #expect(values.map(\.objectValue) == [nil, nil, nil, nil, nil, nil, ["k": 1]])
  }

  @Test func `a path that leads nowhere is nil`() {
    let value: JSONValue = ["a": [["b": 1]]]
    #expect(value["a"]?[0]?["b"] == 1)
    #expect(value["a"]?[1] == nil)
    #expect(value["a"]?[-1] == nil)
    #expect(value["x"]?["y"] == nil)
    #expect(value[0] == nil)
  }

  @Test func `strings are compared by code points`() {
    let one: JSONValue = "\u{E9}"
    let two: JSONValue = "e\u{301}"
    #expect(one != two)
    #expect(Set([one, two]).count == 2)
  }
}
