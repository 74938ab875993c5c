import JSON
import Testing

@Suite struct DefinitionTests {
  @Test func `a record is published with its fields in order`() {
    #expect(
      JSONValue.object(Question.schema.definition).prettyText == """
        {
          "type": "object",
          "properties": {
            "query": {
              "description": "What to look for, in plain words.",
              "type": "string",
              "minLength": 1,
              "maxLength": 1024
            },
            "k": {
              "description": "How many to return.",
              "type": "integer",
              "minimum": 1,
              "maximum": 100,
              "default": 5
            },
            "mode": {
              "description": "Where to look first.",
              "type": "string",
              "enum": [
                "fast",
                "exact"
              ]
            },
            "filters": {
              "description": "Only memories like these.",
              "type": "object",
              "properties": {
                "importance": {
                  "description": "By importance.",
                  "type": "object",
                  "properties": {
                    "gte": {
                      "description": "At least.",
                      "type": "number",
                      "minimum": 0,
                      "maximum": 1
                    },
                    "lte": {
                      "description": "At most.",
                      "type": "number",
                      "minimum": 0,
                      "maximum": 1
                    }
                  },
                  "additionalProperties": false
                },
                "tags": {
                  "description": "Having all of these.",
                  "type": "array",
                  "items": {
                    "type": "string",
                    "pattern": "^[a-z0-9_-]+$",
                    "minLength": 1,
                    "maxLength": 100
                  },
                  "maxItems": 4,
                  "uniqueItems": true
                }
              },
              "additionalProperties": false,
              "default": {}
            },
            "contexts": {
              "description": "One context or several.",
              "anyOf": [
                {
                  "type": "string",
                  "format": "uuid"
                },
                {
                  "type": "array",
                  "items": {
                    "type": "string",
                    "format": "uuid"
                  },
                  "minItems": 1
                }
              ]
            },
            "explain": {
              "description": "Whether to tell why.",
              "type": "boolean",
              "default": false
            }
          },
          "required": [
            "query"
          ],
          "additionalProperties": false
        }
        """)
  }

  @Test(arguments: [
    (Schema.string().definition, #"{"type":"string"}"#),
    (
      Schema.string(length: 0...5, format: .date).examples("2026-01-31").definition,
      #"{"type":"string","format":"date","maxLength":5,"examples":["2026-01-31"]}"#
    ),
    (Schema.integer().definition, #"{"type":"integer"}"#),
    (Schema.integer(1...).definition, #"{"type":"integer","minimum":1}"#),
    (Schema.number(0.5...2).definition, #"{"type":"number","minimum":0.5,"maximum":2}"#),
    (Schema.number(...2).definition, #"{"type":"number","maximum":2}"#),
    (
      Schema.bool.titled("Yes").described("or no").definition,
      #"{"title":"Yes","description":"or no","type":"boolean"}"#
    ),
    (Schema.null.definition, #"{"type":"null"}"#),
    (Schema.json.definition, "{}"),
    (Schema.json.nullable.definition, "{}"),
    (Schema.jsonObject.definition, #"{"type":"object"}"#),
    (Schema.string().nullable.definition, #"{"type":["string","null"]}"#),
    (Schema.string().nullable.nullable.definition, #"{"type":["string","null"]}"#),
    (
      Schema.enumeration(Mode.self).nullable.definition,
      #"{"type":["string","null"],"enum":["fast","exact",null]}"#
    ),
    (Schema.constant("x").definition, #"{"const":"x"}"#),
    (Schema.constant("x").nullable.definition, #"{"anyOf":[{"const":"x"},{"type":"null"}]}"#),
    (
      Schema.map(of: .integer(), keys: .slug, count: 1...2).definition,
      #"{"type":"object","additionalProperties":{"type":"integer"},"propertyNames":{"pattern":"^[a-z0-9_-]+$"},"minProperties":1,"maxProperties":2}"#
    ),
    (
      Schema.oneOf(.string(), .bool).definition, #"{"anyOf":[{"type":"string"},{"type":"boolean"}]}"#
    ),
    (
      Schema.array(of: .json, count: 1...2, unique: true).definition,
      #"{"type":"array","items":{},"minItems":1,"maxItems":2,"uniqueItems":true}"#
    ),
    (Schema.string().map(to: { $0.count }, from: { String($0) }).definition, #"{"type":"string"}"#),
  ])
  func `a schema is published in JSON Schema's words`(_ definition: JSONObject, _ text: String) {
    #expect(definition.description == text)
  }

  @Test func `published defaults and examples are themselves right`() throws {
    for field in Question.schema.fields {
      guard let value = field.defaultValue else { continue }
      #expect(field.definition["default"] == value)
      #expect(Question.schema.faults(in: ["query": "x", .init(field.name): value]) == [])
    }
  }

  /// The value at the edge of a published bound is accepted, and the next one is not.
  @Test(arguments: [
    (Schema.integer(3...7).definition, "minimum", "maximum"),
    (Schema.number(3...7).definition, "minimum", "maximum"),
  ])
  func `what is published is what is checked`(_ definition: JSONObject, _ lower: String, _ upper: String)
    throws
  {
    let low = try #require(definition[lower]?.intValue)
    let high = try #require(definition[upper]?.intValue)
    let isInteger = definition["type"] == "integer"
    let faults = { (value: Int) in
      isInteger
        ? Schema.integer(3...7).faults(in: .integer(value)) : Schema.number(3...7).faults(in: .integer(value))
    }
    #expect(faults(low).isEmpty && faults(high).isEmpty)
    #expect(!faults(low - 1).isEmpty && !faults(high + 1).isEmpty)
  }
}
