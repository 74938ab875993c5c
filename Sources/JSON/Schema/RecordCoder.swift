/// Reads objects into records and writes them; see ``FieldCoder`` for why it does not know their type.
final class RecordCoder: Sendable {
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

  /// Where the field called `key` stands. Members mostly come in the order of the fields, so `expected` is
  /// tried first.
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

/// Reads and writes one field of a record whose type it has forgotten.
///
/// Code that walks fields would, if it were generic over the record, copy each field and look up its type at
/// run time, which took most of the time of decoding. So the record is handed over by its address, which only
/// ``Schema/record(_:open:fields:)-(_,_,[Field<Value>])`` does, with fields of that very type.
struct FieldCoder: Sendable {
  let name: String
  let isRequired: Bool
  let allowed: String
  /// Whether `null` is a value of its own rather than another way to leave the field out.
  let acceptsNull: Bool
  let decode: @Sendable (JSONValue, UnsafeMutableRawPointer, inout Inspection) -> Void
  let encode: @Sendable (UnsafeRawPointer) -> JSONValue?

  init<Value>(
    _ name: String, of schema: Schema<Value>, required: Bool,
    decode: @escaping @Sendable (JSONValue, UnsafeMutableRawPointer, inout Inspection) -> Void,
    encode: @escaping @Sendable (UnsafeRawPointer) -> JSONValue?
  ) {
    self.name = name
    isRequired = required
    allowed = schema.allowed
    var inspection = Inspection(lenient: false)
    acceptsNull = required || schema.decoder(.null, &inspection) != nil
    self.decode = decode
    self.encode = encode
  }
}
