/// A value of one of two types.
public enum Either<First: Sendable, Second: Sendable>: Sendable {
  case first(First)
  case second(Second)
}

extension Either: Equatable where First: Equatable, Second: Equatable {}
extension Either: Hashable where First: Hashable, Second: Hashable {}

extension Schema {
  /// What `first` accepts, or else what `second` does.
  ///
  /// A value that neither accepts is told the faults of the one it resembles by its JSON type, if only one
  /// does.
  public static func oneOf<First: Sendable, Second: Sendable>(
    _ first: Schema<First>, _ second: Schema<Second>
  ) -> Schema where Value == Either<First, Second> {
    let allowed = "\(first.allowed), and \(second.allowed)"
    return Schema(
      ["anyOf": [.object(first.definition), .object(second.definition)]], allowed: allowed,
      decoder: { json, inspection in
        var firstTry = Inspection(lenient: inspection.lenient)
        if let value = first.decoder(json, &firstTry), firstTry.faults.isEmpty { return .first(value) }
        var secondTry = Inspection(lenient: inspection.lenient)
        if let value = second.decoder(json, &secondTry), secondTry.faults.isEmpty { return .second(value) }
        switch (first.resembles(json), second.resembles(json)) {
        case (true, false): inspection.take(firstTry)
        case (false, true): inspection.take(secondTry)
        default: inspection.fault(json.stringValue?.quoted ?? json.kind, allowed: allowed)
        }
        return nil
      },
      encoder: { value in
        switch value {
        case .first(let value): first.encoder(value)
        case .second(let value): second.encoder(value)
        }
      })
  }

  /// Whether `json` has a type that the definition names, or the definition names none.
  private func resembles(_ json: JSONValue) -> Bool {
    let names: [JSONValue]
    switch definition["type"] {
    case let name?: names = name.arrayValue ?? [name]
    case nil:
      guard let constant = definition["const"] else { return true }
      return constant.kind == json.kind
    }
    return switch json {
    case .null: names.contains("null")
    case .bool: names.contains("boolean")
    case .integer, .double: names.contains("number") || names.contains("integer")
    case .string: names.contains("string")
    case .array: names.contains("array")
    case .object: names.contains("object")
    }
  }
}
