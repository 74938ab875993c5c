extension Schema where Value == JSONValue {
  /// Any JSON value, as it is. Where everything is text, a text that is JSON stands for its value.
  public static var json: Schema {
    Schema(
      [:], allowed: "all values",
      decoder: { json, inspection in
        guard inspection.lenient, case .string(let text) = json else { return json }
        return (try? JSONValue(parsing: text)) ?? json
      }, encoder: { $0 })
  }
}

extension Schema where Value == JSONObject {
  /// Any JSON object, as it is.
  public static var jsonObject: Schema {
    let allowed = "objects"
    return Schema(
      ["type": "object"], allowed: allowed,
      decoder: { json, inspection in
        if let object = inspection.object(in: json) { return object }
        inspection.fault(json.kind, allowed: allowed)
        return nil
      }, encoder: { .object($0) })
  }
}

extension Schema where Value == Void {
  /// `null` and nothing else.
  public static var null: Schema {
    Schema(
      ["type": "null"], allowed: "nulls",
      decoder: { json, inspection in
        if json.isNull { return () }
        inspection.fault(json.kind, allowed: "nulls")
        return nil
      }, encoder: { _ in .null })
  }
}

extension Schema where Value == Bool {
  /// `true` or `false`.
  public static var bool: Schema {
    Schema(
      ["type": "boolean"], allowed: "true and false",
      decoder: { json, inspection in
        switch json {
        case .bool(let value): return value
        case "true" where inspection.lenient: return true
        case "false" where inspection.lenient: return false
        case .string(let text) where inspection.lenient:
          inspection.fault(text.quoted, allowed: "true and false")
        default: inspection.fault(json.kind, allowed: "true and false")
        }
        return nil
      }, encoder: { .bool($0) })
  }
}

extension Schema where Value == Int {
  /// A whole number within `range`.
  public static func integer(_ range: ClosedRange<Int> = .min ... .max) -> Schema {
    var definition: JSONObject = ["type": "integer"]
    if range.lowerBound > .min { definition["minimum"] = .integer(range.lowerBound) }
    if range.upperBound < .max { definition["maximum"] = .integer(range.upperBound) }
    let words = range.words(floor: .min)
    let bounded = range.lowerBound > .min && range.upperBound < .max
    let allowed = words.map { "whole numbers\(bounded ? " from" : ",") \($0)" } ?? "whole numbers"
    return Schema(
      definition, allowed: allowed,
      decoder: { json, inspection in
        guard let number = inspection.number(in: json) else {
          let kind = json.kind(lenient: inspection.lenient)
          inspection.fault(kind, allowed: allowed)
          return nil
        }
        guard let value = number.integer else {
          inspection.fault(number.text, allowed: allowed)
          return nil
        }
        guard range.contains(value) else {
          inspection.fault(number.text, allowed: words)
          return nil
        }
        return value
      }, encoder: { .integer($0) })
  }

  /// A whole number from `range.lowerBound` on.
  public static func integer(_ range: PartialRangeFrom<Int>) -> Schema {
    integer(range.lowerBound ... .max)
  }

  /// A whole number up to `range.upperBound`.
  public static func integer(_ range: PartialRangeThrough<Int>) -> Schema {
    integer(.min...range.upperBound)
  }
}

extension Schema where Value == Double {
  /// A number within `range`. Integers become the nearest double.
  public static func number(_ range: ClosedRange<Double> = -.infinity ... .infinity) -> Schema {
    var definition: JSONObject = ["type": "number"]
    let lower = range.lowerBound.isFinite ? range.lowerBound : nil
    let upper = range.upperBound.isFinite ? range.upperBound : nil
    if let lower { definition["minimum"] = .number(lower) }
    if let upper { definition["maximum"] = .number(upper) }
    let words: String? =
      switch (lower, upper) {
      case (let lower?, let upper?): "\(JSONValue.number(lower)) to \(JSONValue.number(upper))"
      case (let lower?, nil): "\(JSONValue.number(lower)) or more"
      case (nil, let upper?): "up to \(JSONValue.number(upper))"
      case (nil, nil): nil
      }
    let bounded = lower != nil && upper != nil
    let allowed = words.map { "numbers\(bounded ? " from" : ",") \($0)" } ?? "numbers"
    return Schema(
      definition, allowed: allowed,
      decoder: { json, inspection in
        guard let number = inspection.number(in: json), let value = number.doubleValue else {
          let kind = json.kind(lenient: inspection.lenient)
          inspection.fault(kind, allowed: allowed)
          return nil
        }
        guard range.contains(value) else {
          inspection.fault(number.text, allowed: words)
          return nil
        }
        return value
      }, encoder: { .double($0) })
  }

  /// A number from `range.lowerBound` on.
  public static func number(_ range: PartialRangeFrom<Double>) -> Schema {
    number(range.lowerBound ... .infinity)
  }

  /// A number up to `range.upperBound`.
  public static func number(_ range: PartialRangeThrough<Double>) -> Schema {
    number(-.infinity...range.upperBound)
  }
}

extension JSONValue {
  /// A number, written as an integer if it is a small one: bounds read better as `1` than as `1.0`.
  static func number(_ value: Double) -> JSONValue {
    Int64(exactly: value).map { .integer($0) } ?? .double(value)
  }

  /// The number as an integer, if it is a whole one that fits.
  fileprivate var integer: Int? {
    switch self {
    case .integer(let value): Int(value)
    case .double(let value): Int(exactly: value)
    default: nil
    }
  }

  /// What this is where a number was looked for.
  fileprivate func kind(lenient: Bool) -> String {
    if lenient, case .string(let text) = self { text.quoted } else { kind }
  }
}

extension Inspection {
  /// `json` if it is a number, or the number that its text stands for if that is accepted.
  func number(in json: JSONValue) -> JSONValue? {
    switch json {
    case .integer, .double: return json
    case .string(let text) where lenient:
      guard let read = try? JSONValue(parsing: text), read.doubleValue != nil else { return nil }
      return read
    default: return nil
    }
  }

  /// `json` if it is an object, or the object whose JSON its text is if that is accepted.
  func object(in json: JSONValue) -> JSONObject? {
    switch json {
    case .object(let object): return object
    case .string(let text) where lenient && text.utf8.first { $0 > .space } == .openBrace:
      return (try? JSONValue(parsing: text))?.objectValue
    default: return nil
    }
  }
}
