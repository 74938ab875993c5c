extension Schema {
  /// A list of `count` elements.
  ///
  /// With `unique`, no two elements may be written the same way: after trimming and conversion, that is.
  public static func array<Element: Sendable>(
    of element: Schema<Element>, count: ClosedRange<Int> = 0 ... .max, unique: Bool = false
  ) -> Schema where Value == [Element] {
    var definition: JSONObject = ["type": "array", "items": .object(element.definition)]
    if count.lowerBound > 0 { definition["minItems"] = .integer(count.lowerBound) }
    if count.upperBound < .max { definition["maxItems"] = .integer(count.upperBound) }
    if unique { definition["uniqueItems"] = true }
    let words = count.words(floor: 0)
    let allowed = words.map { "lists of \($0)" } ?? "lists"
    return Schema(
      definition, allowed: allowed,
      decoder: { json, inspection in
        guard let elements = inspection.elements(in: json) else {
          inspection.fault(json.kind, allowed: allowed)
          return nil
        }
        guard count.contains(elements.count) else {
          inspection.fault(elements.count == 1 ? "1 element" : "\(elements.count) elements", allowed: words)
          return nil
        }
        guard let values = inspection.decode(elements, by: element) else { return nil }
        if unique && !inspection.areUnique(values.map(element.encoder)) { return nil }
        return values
      },
      encoder: { .array($0.map(element.encoder)) })
  }

  /// One value or a list of `count` of them; read as a list, and written as a list.
  public static func oneOrMany<Element: Sendable>(
    of element: Schema<Element>, count: ClosedRange<Int> = 1 ... .max, unique: Bool = false
  ) -> Schema where Value == [Element] {
    let list = Schema<[Element]>.array(of: element, count: count, unique: unique)
    return Schema(
      ["anyOf": [.object(element.definition), .object(list.definition)]],
      allowed: "\(element.allowed), and \(list.allowed)",
      decoder: { json, inspection in
        if json.arrayValue != nil || inspection.lenient { return list.decoder(json, &inspection) }
        return element.decoder(json, &inspection).map { [$0] }
      }, encoder: list.encoder)
  }

  /// An object whose keys are not known beforehand; they can be held to `keys`. Written with its keys sorted.
  public static func map<Element: Sendable>(
    of element: Schema<Element>, keys: Pattern? = nil, count: ClosedRange<Int> = 0 ... .max
  ) -> Schema where Value == [String: Element] {
    var definition: JSONObject = ["type": "object", "additionalProperties": .object(element.definition)]
    if let keys { definition["propertyNames"] = ["pattern": .string(keys.source)] }
    if count.lowerBound > 0 { definition["minProperties"] = .integer(count.lowerBound) }
    if count.upperBound < .max { definition["maxProperties"] = .integer(count.upperBound) }
    let words = count.words(floor: 0)
    let allowed = words.map { "objects of \($0) members" } ?? "objects"
    return Schema(
      definition, allowed: allowed,
      decoder: { json, inspection in
        guard let object = inspection.object(in: json) else {
          inspection.fault(json.kind, allowed: allowed)
          return nil
        }
        guard count.contains(object.count) else {
          inspection.fault(object.count == 1 ? "1 member" : "\(object.count) members", allowed: words)
          return nil
        }
        return inspection.decode(object, by: element, keys: keys)
      },
      encoder: { values in
        var object = JSONObject()
        object.reserveCapacity(values.count)
        for (key, value) in values.sorted(by: { $0.key < $1.key }) { object[key] = element.encoder(value) }
        return .object(object)
      })
  }
}

extension Inspection {
  /// The elements of a list; of leniently read text, the list whose JSON it is, or else the one value it is.
  fileprivate func elements(in json: JSONValue) -> [JSONValue]? {
    if case .array(let elements) = json { return elements }
    guard lenient && !json.isNull else { return nil }
    if case .string(let text) = json, text.utf8.first == .openBracket,
      case .array(let elements)? = try? JSONValue(parsing: text)
    {
      return elements
    }
    return [json]
  }

  fileprivate mutating func decode<Element>(_ elements: [JSONValue], by schema: Schema<Element>) -> [Element]?
  {
    var values: [Element] = []
    values.reserveCapacity(elements.count)
    for position in elements.indices {
      enter(position)
      if let value = schema.decoder(elements[position], &self) { values.append(value) }
      leave()
    }
    return values.count == elements.count ? values : nil
  }

  fileprivate mutating func decode<Element>(
    _ object: JSONObject, by schema: Schema<Element>, keys: Pattern?
  ) -> [String: Element]? {
    var values: [String: Element] = [:]
    values.reserveCapacity(object.count)
    for (key, json) in object {
      enter(key)
      if let keys, !keys.matches(key) {
        fault("the key \(key.quoted)", allowed: keys.allowed)
      } else if let value = schema.decoder(json, &self), values.updateValue(value, forKey: key) != nil {
        // JSON tells canonically equivalent keys apart, Swift's dictionary does not.
        fault("the key \(key.quoted) twice, in two spellings")
      }
      leave()
    }
    return values.count == object.count ? values : nil
  }

  fileprivate mutating func areUnique(_ elements: [JSONValue]) -> Bool {
    var first: [JSONValue: Int] = [:]
    first.reserveCapacity(elements.count)
    var unique = true
    for (position, element) in elements.enumerated() {
      if let earlier = first[element] {
        enter(position)
        fault("the same as element \(earlier); each may occur once")
        leave()
        unique = false
      } else {
        first[element] = position
      }
    }
    return unique
  }
}
