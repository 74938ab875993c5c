/// One description of a value, from which its parsing, its checking, its writing and its published JSON
/// Schema follow.
///
/// ```swift
/// struct Question: Sendable {
///   var query = ""
///   var k = 5
///   var mode: Mode?
///
///   static let schema = Schema.record(Question()) {
///     Field("query", \.query, .string(length: 1...1024), "What to look for, in plain words.")
///     Field("k", \.k, .integer(1...100), "How many to return.", required: false)
///     Field("mode", \.mode, .enumeration(), "Where to look first.")
///   }
/// }
///
/// let question = try Question.schema.decode(JSONValue(parsing: body))
/// let published = Question.schema.definition
/// ```
///
/// Scalars are in `Schema+Scalars`, lists, maps and choices in `Schema+Collections` and `Schema+Choices`,
/// records in ``Schema/record(_:open:fields:)``, and what can be added to any schema in `Schema+Modifiers`.
public struct Schema<Value: Sendable>: Sendable {
  /// The value, or nil after noting at least one fault.
  typealias Decoder = @Sendable (JSONValue, inout Inspection) -> Value?
  typealias Encoder = @Sendable (Value) -> JSONValue

  /// The JSON Schema 2020-12 of the value, with its keywords in a fixed order.
  public let definition: JSONObject

  /// What is allowed, as a plural that follows “allowed are”.
  public let allowed: String

  /// The fields of a record in their order; empty for anything else.
  public let fields: [FieldDescription]

  let decoder: Decoder
  let encoder: Encoder

  init(
    _ definition: JSONObject, allowed: String, fields: [FieldDescription] = [], decoder: @escaping Decoder,
    encoder: @escaping Encoder
  ) {
    self.definition = Keyword.sorted(definition)
    self.allowed = allowed
    self.fields = fields
    self.decoder = decoder
    self.encoder = encoder
  }

  /// The value that `json` describes. All that is wrong with it is told at once.
  ///
  /// A whole double such as `5.0` is an integer, as JSON Schema has it; nothing else is converted.
  public func decode(_ json: JSONValue) throws(SchemaFaults) -> Value {
    try decode(json, lenient: false)
  }

  /// As ``decode(_:)``, for command lines and query strings, where everything is text: `"5"` is accepted for
  /// a number, `"true"` for a truth value, JSON text for an object, and one value for a list of it.
  public func decode(lenient json: JSONValue) throws(SchemaFaults) -> Value {
    try decode(json, lenient: true)
  }

  private func decode(_ json: JSONValue, lenient: Bool) throws(SchemaFaults) -> Value {
    var inspection = Inspection(lenient: lenient)
    let value = decoder(json, &inspection)
    guard let value, inspection.faults.isEmpty else {
      throw SchemaFaults(faults: inspection.faults, untold: inspection.untold)
    }
    return value
  }

  /// The JSON of `value`. It is not checked: what the program made is taken to be right.
  public func encode(_ value: Value) -> JSONValue {
    encoder(value)
  }
}

/// The keywords of JSON Schema in the order in which they are published.
enum Keyword {
  private static let order = [
    "title", "description", "type", "const", "enum", "format", "pattern", "minLength", "maxLength", "minimum",
    "maximum", "properties", "required", "additionalProperties", "propertyNames", "minProperties",
    "maxProperties",
    "items", "minItems", "maxItems", "uniqueItems", "anyOf", "default", "examples",
  ]

  static func sorted(_ definition: JSONObject) -> JSONObject {
    var sorted = JSONObject()
    for keyword in order {
      if let value = definition[keyword] { sorted.append(keyword, value) }
    }
    assert(sorted.count == definition.count, "a keyword has no place in the order: \(definition.keys)")
    return sorted
  }
}
