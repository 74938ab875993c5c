/// Collects the fields of a record in the order in which they are written down.
@resultBuilder
public enum RecordBuilder<Root: Sendable> {
  public static func buildExpression(_ field: Field<Root>) -> Field<Root> { field }
  public static func buildBlock(_ fields: Field<Root>...) -> [Field<Root>] { fields }
}

extension Schema {
  /// An object with these fields, each filling a property of a copy of `prototype`.
  ///
  /// The prototype holds the defaults. Fields are published and written in their order. Unknown keys are faults, unless
  /// the record is `open`: for what others send and may extend.
  public static func record(
    _ prototype: Value, open: Bool = false, @RecordBuilder<Value> fields: () -> [Field<Value>]
  ) -> Schema {
    record(prototype, open: open, fields: fields())
  }

  /// As ``record(_:open:fields:)``, of fields that were collected otherwise.
  public static func record(_ prototype: Value, open: Bool = false, fields: [Field<Value>]) -> Schema {
    let reader = RecordReader(prototype, fields: fields, open: open)
    let descriptions = fields.map { $0.describe(prototype) }
    return Schema(
      Self.definition(of: descriptions, open: open), allowed: reader.allowed, fields: descriptions,
      decoder: reader.decode,
      encoder: { value in
        var object = JSONObject()
        object.reserveCapacity(fields.count)
        for field in fields {
          if let json = field.encode(value) { object.append(field.name, json) }
        }
        return .object(object)
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

/// Reads objects into copies of a prototype.
private struct RecordReader<Root: Sendable>: Sendable {
  let prototype: Root
  let fields: [Field<Root>]
  let open: Bool
  let allowed = "objects"

  init(_ prototype: Root, fields: [Field<Root>], open: Bool) {
    self.prototype = prototype
    self.fields = fields
    self.open = open
  }

  func decode(_ json: JSONValue, _ inspection: inout Inspection) -> Root? {
    guard let object = inspection.object(in: json) else {
      inspection.fault(json.kind, allowed: allowed)
      return nil
    }
    let before = inspection.faultCount
    var root = prototype
    var present = [Bool](repeating: false, count: fields.count)
    var expected = 0
    for (key, value) in object {
      guard let position = position(of: key, expected: expected) else {
        if !open { faultUnknown(key, &inspection) }
        continue
      }
      expected = position + 1
      let field = fields[position]
      // For a field that may be left out, null says the same.
      if value.isNull && !field.isRequired && !field.acceptsNull { continue }
      present[position] = true
      inspection.enter(key)
      field.decode(value, &root, &inspection)
      inspection.leave()
    }
    for position in fields.indices where fields[position].isRequired && !present[position] {
      inspection.fault(at: fields[position].name, "missing", allowed: fields[position].allowed)
    }
    return inspection.faultCount == before ? root : nil
  }

  /// Where the field called `key` stands. Members mostly come in the order of the fields, so `expected` is tried first.
  private func position(of key: String, expected: Int) -> Int? {
    if expected < fields.count && fields[expected].name.hasSameBytes(as: key) { return expected }
    for position in fields.indices where fields[position].name.hasSameBytes(as: key) { return position }
    return nil
  }

  private func faultUnknown(_ key: String, _ inspection: inout Inspection) {
    inspection.enter(key)
    if inspection.isFull {
      inspection.fault("")
    } else {
      let names = fields.map(\.name)
      let meant = key.nearest(among: names).map { ", perhaps “\($0)”" } ?? ""
      inspection.fault("no such field" + meant, allowed: names.isEmpty ? nil : names.joined(separator: ", "))
    }
    inspection.leave()
  }
}
