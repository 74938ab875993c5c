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
/// A property that is an optional makes an optional field: nil is written by leaving the key out. Any other
/// property is required, unless `required` is false. An absent key stands for the value in the prototype, and
/// so does `null` if the field is not required and its schema does not take `null` for a value of its own.
public struct Field<Root: Sendable>: Sendable {
  let describe: @Sendable (Root) -> FieldDescription
  let coder: FieldCoder

  /// A field that always has a value. With `omitsEmpty`, an empty list, object or text is left out when
  /// writing, and the field is not required.
  public init<Value: Sendable>(
    _ name: String, _ property: any WritableKeyPath<Root, Value> & Sendable, _ schema: Schema<Value>,
    _ about: String, required: Bool = true, omitsEmpty: Bool = false
  ) {
    let isRequired = required && !omitsEmpty
    describe = { prototype in
      let value = schema.encoder(prototype[keyPath: property])
      // That what is left out is empty need not be told. (`nil` alone would be the JSON value null.)
      let isTold = !isRequired && !(omitsEmpty && value.isEmpty)
      return FieldDescription(
        name, about, of: schema, required: isRequired, default: isTold ? value : JSONValue?.none)
    }
    let place = PropertyPlace(property)
    coder = FieldCoder(
      name, of: schema, required: isRequired,
      decode: { json, root, inspection in
        guard let value = schema.decoder(json, &inspection) else { return }
        place.write(value, to: root)
      },
      encode: { root in
        let json = schema.encoder(place.read(from: root))
        return omitsEmpty && json.isEmpty ? JSONValue?.none : json
      })
  }

  /// A field that may be left out, and is left out when the property is nil.
  public init<Value: Sendable>(
    _ name: String, _ property: any WritableKeyPath<Root, Value?> & Sendable, _ schema: Schema<Value>,
    _ about: String
  ) {
    describe = { prototype in
      let defaultValue = prototype[keyPath: property].map(schema.encoder)
      return FieldDescription(name, about, of: schema, required: false, default: defaultValue)
    }
    let place = PropertyPlace(property)
    coder = FieldCoder(
      name, of: schema, required: false,
      decode: { json, root, inspection in
        guard let value = schema.decoder(json, &inspection) else { return }
        place.write(value, to: root)
      },
      encode: { root in place.read(from: root).map(schema.encoder) })
  }
}

/// Where in the memory of a record a property is: reading it by its key path would copy the record first.
private struct PropertyPlace<Root, Value>: Sendable {
  private let property: any WritableKeyPath<Root, Value> & Sendable
  // Nil for a computed property.
  private let offset: Int?

  init(_ property: any WritableKeyPath<Root, Value> & Sendable) {
    self.property = property
    offset = MemoryLayout<Root>.offset(of: property)
  }

  func read(from root: UnsafeRawPointer) -> Value {
    guard let offset else { return root.assumingMemoryBound(to: Root.self).pointee[keyPath: property] }
    return (root + offset).assumingMemoryBound(to: Value.self).pointee
  }

  func write(_ value: Value, to root: UnsafeMutableRawPointer) {
    guard let offset else {
      root.assumingMemoryBound(to: Root.self).pointee[keyPath: property] = value
      return
    }
    (root + offset).assumingMemoryBound(to: Value.self).pointee = value
  }
}

extension FieldDescription {
  fileprivate init<Value>(
    _ name: String, _ about: String, of schema: Schema<Value>, required: Bool,
    default defaultValue: JSONValue?
  ) {
    var described = schema
    if !about.isEmpty { described = described.described(about) }
    if let defaultValue {
      described = described.adding("default", defaultValue)
      assert((try? schema.decode(defaultValue)) != nil, "the default of \(name) does not fit its own schema")
    }
    self.name = name
    self.about = about
    self.isRequired = required
    self.defaultValue = defaultValue
    self.definition = described.definition
    self.allowed = schema.allowed
    self.fields = schema.fields
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
