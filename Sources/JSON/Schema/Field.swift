/// What a record tells of one of its fields: enough for help texts, flags and forms.
public struct FieldDescription: Sendable {
  /// The key in JSON.
  public let name: String
  /// What it is for, in a sentence.
  public let about: String
  /// Whether the key must be there.
  public let isRequired: Bool
  /// The value that an absent key stands for, if there is one.
  public let defaultValue: JSONValue?
  /// The JSON Schema of the value, with its description and default.
  public let definition: JSONObject
  /// What is allowed, as a plural that follows “allowed are”.
  public let allowed: String
  /// The fields of the value, if it is a record.
  public let fields: [FieldDescription]
}

/// One member of a record: a key, the property it fills, and the schema of its value.
///
/// A property that is an optional makes an optional field: nil and an absent key (or `null`) are the same. Any other
/// property is required, unless `required` is false; then an absent key stands for the value in the prototype.
public struct Field<Root: Sendable>: Sendable {
  let describe: @Sendable (Root) -> FieldDescription
  let name: String
  let isRequired: Bool
  let allowed: String
  /// Whether `null` is a value of its own rather than another way to leave the field out.
  let acceptsNull: Bool
  let decode: @Sendable (JSONValue, inout Root, inout Inspection) -> Void
  let encode: @Sendable (Root) -> JSONValue?

  /// A field that always has a value. With `omitsEmpty`, an empty list, object or text is left out when writing.
  public init<Value: Sendable>(
    _ name: String, _ property: any WritableKeyPath<Root, Value> & Sendable, _ schema: Schema<Value>,
    _ about: String,
    required: Bool = true, omitsEmpty: Bool = false
  ) {
    let isRequired = required && !omitsEmpty
    self.name = name
    self.isRequired = isRequired
    allowed = schema.allowed
    acceptsNull = schema.acceptsNull
    describe = { prototype in
      // `nil` alone would be the JSON value null.
      let defaultValue = isRequired ? JSONValue?.none : schema.encoder(prototype[keyPath: property])
      return FieldDescription(name, about, of: schema, required: isRequired, default: defaultValue)
    }
    decode = { json, root, inspection in
      if let value = schema.decoder(json, &inspection) { root[keyPath: property] = value }
    }
    encode = { root in
      let json = schema.encoder(root[keyPath: property])
      return omitsEmpty && json.isEmpty ? JSONValue?.none : json
    }
  }

  /// A field that may be left out, and is left out when the property is nil.
  public init<Value: Sendable>(
    _ name: String, _ property: any WritableKeyPath<Root, Value?> & Sendable, _ schema: Schema<Value>,
    _ about: String
  ) {
    self.name = name
    isRequired = false
    allowed = schema.allowed
    acceptsNull = false
    describe = { prototype in
      let defaultValue = prototype[keyPath: property].map(schema.encoder)
      return FieldDescription(name, about, of: schema, required: false, default: defaultValue)
    }
    decode = { json, root, inspection in
      if let value = schema.decoder(json, &inspection) { root[keyPath: property] = value }
    }
    encode = { root in root[keyPath: property].map(schema.encoder) }
  }
}

extension FieldDescription {
  fileprivate init<Value>(
    _ name: String, _ about: String, of schema: Schema<Value>, required: Bool,
    default defaultValue: JSONValue?
  ) {
    var described = schema
    if !about.isEmpty { described = described.described(about) }
    if let defaultValue { described = described.adding("default", defaultValue) }
    self.name = name
    self.about = about
    self.isRequired = required
    self.defaultValue = defaultValue
    self.definition = described.definition
    self.allowed = schema.allowed
    self.fields = schema.fields
  }
}

extension Schema {
  fileprivate var acceptsNull: Bool {
    var inspection = Inspection(lenient: false)
    return decoder(.null, &inspection) != nil
  }
}

extension JSONValue {
  fileprivate var isEmpty: Bool {
    switch self {
    case .string(let text): text.isEmpty
    case .array(let elements): elements.isEmpty
    case .object(let object): object.isEmpty
    default: false
    }
  }
}
