extension Schema {
  /// The same values, with an explanation in the published schema.
  public func described(_ about: String) -> Schema {
    adding("description", .string(about))
  }

  /// The same values, with a name for people in the published schema.
  public func titled(_ title: String) -> Schema {
    adding("title", .string(title))
  }

  /// The same values, with examples in the published schema.
  public func examples(_ examples: Value...) -> Schema {
    adding("examples", .array(examples.map(encoder)))
  }

  func adding(_ keyword: String, _ value: JSONValue) -> Schema {
    var definition = definition
    definition[keyword] = value
    return Schema(definition, allowed: allowed, fields: fields, decoder: decoder, encoder: encoder)
  }

  /// The same values or `null`, which is nil.
  public var nullable: Schema<Value?> {
    var definition = definition
    switch definition["type"] {
    case .string(let type): definition["type"] = [.string(type), "null"]
    case .array(let types): definition["type"] = .array(types.contains("null") ? types : types + ["null"])
    default:
      // Any value includes null.
      if !definition.isEmpty { definition = ["anyOf": [.object(definition), ["type": "null"]]] }
    }
    if case .array(let names)? = definition["enum"] { definition["enum"] = .array(names + [nil]) }
    return Schema<Value?>(
      definition, allowed: allowed + ", and null", fields: fields,
      decoder: { json, inspection in
        if json.isNull { return .some(.none) }
        return decoder(json, &inspection).map { .some($0) }
      },
      encoder: { value in value.map(encoder) ?? .null })
  }

  /// What `schema` accepts, or `null`, which is nil: ``nullable`` where the type is known from the context.
  public static func nullable<Wrapped: Sendable>(_ schema: Schema<Wrapped>) -> Schema
  where Value == Wrapped? {
    schema.nullable
  }

  /// Values of another type, made from these by `to` and written through `from`.
  ///
  /// What `to` throws becomes a fault at the place of the value. `allowed` replaces the words of this schema.
  public func map<Other: Sendable>(
    allowed: String? = nil,
    to: @escaping @Sendable (Value) throws(SchemaMismatch) -> Other,
    from: @escaping @Sendable (Other) -> Value
  ) -> Schema<Other> {
    Schema<Other>(
      definition, allowed: allowed ?? self.allowed, fields: fields,
      decoder: { json, inspection in
        guard let value = decoder(json, &inspection) else { return nil }
        do throws(SchemaMismatch) {
          return try to(value)
        } catch {
          inspection.fault(error.message, allowed: error.allowed ?? allowed)
          return nil
        }
      },
      encoder: { encoder(from($0)) })
  }

  /// The same values, if `check` finds nothing wrong with them: for rules that involve several fields. It is
  /// asked only about values that are right by themselves. Paths of its faults begin at the value.
  public func checked(_ check: @escaping @Sendable (Value) -> [SchemaFault]) -> Schema {
    Schema(
      definition, allowed: allowed, fields: fields,
      decoder: { json, inspection in
        let before = inspection.faultCount
        guard let value = decoder(json, &inspection), inspection.faultCount == before else { return nil }
        for fault in check(value) { inspection.fault(at: fault.path, fault.message, allowed: fault.allowed) }
        return inspection.faultCount == before ? value : nil
      },
      encoder: encoder)
  }
}
