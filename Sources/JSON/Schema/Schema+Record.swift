/// Collects the fields of a record in the order in which they are written down.
@resultBuilder
public enum RecordBuilder<Root: Sendable> {
  public static func buildExpression(_ field: Field<Root>) -> Field<Root> { field }
  public static func buildBlock(_ fields: Field<Root>...) -> [Field<Root>] { fields }
}

extension Schema {
  /// An object with these fields, each filling a property of a copy of `prototype`.
  ///
  /// The prototype holds the defaults. Fields are published and written in their order. Unknown keys are
  /// faults, unless the record is `open`: for what others send and may extend.
  public static func record(
    _ prototype: Value, open: Bool = false, @RecordBuilder<Value> fields: () -> [Field<Value>]
  ) -> Schema {
    record(prototype, open: open, fields: fields())
  }

  /// As ``record(_:open:fields:)``, of fields that were collected otherwise.
  public static func record(_ prototype: Value, open: Bool = false, fields: [Field<Value>]) -> Schema {
    let descriptions = fields.map { $0.describe(prototype) }
    let coder = RecordCoder(fields: fields.map(\.coder), open: open)
    return Schema(
      Self.definition(of: descriptions, open: open), allowed: coder.allowed, fields: descriptions,
      decoder: { json, inspection in
        var record = prototype
        let right = withUnsafeMutablePointer(to: &record) {
          coder.decode(json, into: UnsafeMutableRawPointer($0), &inspection)
        }
        return right ? record : nil
      },
      encoder: { record in
        withUnsafePointer(to: record) { .object(coder.encode(UnsafeRawPointer($0))) }
      })
  }

  private static func definition(of fields: [FieldDescription], open: Bool) -> JSONObject {
    var properties = JSONObject()
    var required: [JSONValue] = []
    for field in fields {
      precondition(properties[field.name] == nil, "two fields are called \(field.name)")
      properties.append(field.name, .object(field.definition))
      if field.isRequired { required.append(.string(field.name)) }
    }
    var definition: JSONObject = ["type": "object", "properties": .object(properties)]
    if !required.isEmpty { definition["required"] = .array(required) }
    if !open { definition["additionalProperties"] = false }
    return definition
  }
}
