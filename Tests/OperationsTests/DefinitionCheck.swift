internal import JSON

/// Judges a value by a published JSON Schema, as a client would: from the document alone.
///
/// It knows the keywords that the project publishes; one that it does not know is itself a finding.
enum DefinitionCheck {
  static func findings(_ value: JSONValue, against schema: JSONObject, at path: String = "$") -> [String] {
    schema.flatMap { keyword, rule in
      findings(value, keyword, rule, of: schema, at: path)
    }
  }

  private static func findings(
    _ value: JSONValue, _ keyword: String, _ rule: JSONValue, of schema: JSONObject, at path: String
  ) -> [String] {
    func expect(_ holds: Bool) -> [String] { holds ? [] : ["\(path) breaks \(keyword) \(rule): \(value)"] }
    switch keyword {
    case "title", "description", "default", "examples": return []
    case "type": return expect(isOf(type: rule, value))
    case "const": return expect(value == rule)
    case "enum": return expect(rule.arrayValue?.contains(value) ?? false)
    case "minimum": return expect(value.doubleValue.map { $0 >= rule.doubleValue ?? .infinity } ?? true)
    case "maximum": return expect(value.doubleValue.map { $0 <= rule.doubleValue ?? -.infinity } ?? true)
    case "minLength": return expect(length(value).map { $0 >= rule.intValue ?? .max } ?? true)
    case "maxLength": return expect(length(value).map { $0 <= rule.intValue ?? 0 } ?? true)
    case "minItems": return expect(value.arrayValue.map { $0.count >= rule.intValue ?? .max } ?? true)
    case "maxItems": return expect(value.arrayValue.map { $0.count <= rule.intValue ?? 0 } ?? true)
    case "format":
      guard rule == "uuid" else { return ["\(path) has the unknown format \(rule)"] }
      return expect(value.stringValue?.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil)
    case "required":
      guard let object = value.objectValue else { return [] }
      return (rule.arrayValue ?? []).compactMap(\.stringValue).filter { object[$0] == nil }
        .map { "\(path) lacks \($0)" }
    case "properties":
      return (rule.objectValue ?? [:]).flatMap { key, inner in
        value[key].map { findings($0, against: inner.objectValue ?? [:], at: "\(path).\(key)") } ?? []
      }
    case "additionalProperties":
      let declared = Set(schema["properties"]?.objectValue?.keys ?? [])
      let others = (value.objectValue ?? [:]).filter { !declared.contains($0.key) }
      if rule == false { return others.map { "\(path) has the undeclared member \($0.key)" } }
      return others.flatMap { findings($0.value, against: rule.objectValue ?? [:], at: "\(path).\($0.key)") }
    case "items":
      return (value.arrayValue ?? []).enumerated().flatMap {
        findings($1, against: rule.objectValue ?? [:], at: "\(path)[\($0)]")
      }
    default: return ["\(path) has the unknown keyword \(keyword)"]
    }
  }

  private static func isOf(type: JSONValue, _ value: JSONValue) -> Bool {
    switch (type.stringValue, value) {
    case ("null", .null), ("boolean", .bool), ("integer", .integer), ("number", .integer),
      ("number", .double),
      ("string", .string), ("array", .array), ("object", .object):
      true
    default: false
    }
  }

  private static func length(_ value: JSONValue) -> Int? { value.stringValue?.unicodeScalars.count }
}
