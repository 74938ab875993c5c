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

/// Reads objects into records and writes them; see ``FieldCoder`` for why it does not know their type.
private final class RecordCoder: Sendable {
  let fields: [FieldCoder]
  let open: Bool
  let allowed = "objects"
  private let required: Int

  init(fields: [FieldCoder], open: Bool) {
    self.fields = fields
    self.open = open
    required = fields.count(where: \.isRequired)
  }

  /// Fills the record at `root` from `json`. Whether nothing was wrong with it.
  func decode(_ json: JSONValue, into root: UnsafeMutableRawPointer, _ inspection: inout Inspection) -> Bool {
    guard let object = inspection.object(in: json) else {
      inspection.fault(json.kind, allowed: allowed)
      return false
    }
    let before = inspection.faultCount
    var seen = 0
    var expected = 0
    for (key, value) in object {
      guard let position = position(of: key, expected: expected) else {
        if !open { faultUnknown(key, &inspection) }
        continue
      }
      expected = position + 1
      if fields[position].isRequired { seen += 1 }
      // For a field that may be left out, null says the same.
      if value.isNull && !fields[position].acceptsNull { continue }
      inspection.enter(key)
      fields[position].decode(value, root, &inspection)
      inspection.leave()
    }
    // Keys are distinct, so counting tells whether any is missing.
    if seen < required { faultMissing(in: object, &inspection) }
    return inspection.faultCount == before
  }

  func encode(_ root: UnsafeRawPointer) -> JSONObject {
    var object = JSONObject()
    object.reserveCapacity(fields.count)
    for field in fields {
      if let json = field.encode(root) { object.append(field.name, json) }
    }
    return object
  }

  /// Where the field called `key` stands. Members mostly come in the order of the fields, so `expected` is tried first.
  private func position(of key: String, expected: Int) -> Int? {
    if expected < fields.count && fields[expected].name.hasSameBytes(as: key) { return expected }
    for position in fields.indices where fields[position].name.hasSameBytes(as: key) { return position }
    return nil
  }

  private func faultMissing(in object: JSONObject, _ inspection: inout Inspection) {
    for field in fields where field.isRequired && object[field.name] == nil {
      inspection.fault(at: field.name, "missing", allowed: field.allowed)
    }
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
