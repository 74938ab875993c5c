extension Schema where Value == String {
  /// Text.
  ///
  /// Length is counted in Unicode code points, as JSON Schema does. With `trims`, whitespace around the text
  /// is dropped before anything is checked.
  public static func string(
    length: ClosedRange<Int> = 0 ... .max, pattern: Pattern? = nil, format: TextFormat? = nil,
    trims: Bool = false
  ) -> Schema {
    var definition: JSONObject = ["type": "string"]
    if length.lowerBound > 0 { definition["minLength"] = .integer(length.lowerBound) }
    if length.upperBound < .max { definition["maxLength"] = .integer(length.upperBound) }
    if let pattern { definition["pattern"] = .string(pattern.source) }
    if let format { definition["format"] = .string(format.name) }
    let words = length.words(floor: 0)
    var allowed = pattern?.allowed ?? format?.allowed ?? "texts"
    if let words {
      allowed += pattern == nil && format == nil ? " of \(words) characters" : ", \(words) characters"
    }
    let all = allowed
    return Schema(
      definition, allowed: all,
      decoder: { json, inspection in
        guard case .string(var text) = json else {
          inspection.fault(json.kind, allowed: all)
          return nil
        }
        if trims { text = text.trimmed }
        if let count = text.length(ifOutside: length) {
          inspection.fault(count == 1 ? "1 character" : "\(count) characters", allowed: words)
          return nil
        }
        if let pattern, !pattern.matches(text) {
          inspection.fault(text.quoted, allowed: pattern.allowed)
          return nil
        }
        if let format, !format.matches(text) {
          inspection.fault(text.quoted, allowed: format.allowed)
          return nil
        }
        return text
      }, encoder: { .string($0) })
  }

  /// This text and no other.
  public static func constant(_ text: String) -> Schema {
    constant(.string(text), as: text)
  }

  /// One of `names`.
  public static func enumeration(_ names: [String]) -> Schema {
    names.schema(to: { $0 }, from: { $0 })
  }
}

extension Schema {
  /// `json` and nothing else, which stands for `value`.
  public static func constant(_ json: JSONValue, as value: Value) -> Schema {
    let allowed = json.stringValue ?? json.text
    return Schema(
      ["const": json], allowed: allowed,
      decoder: { found, inspection in
        if found == json { return value }
        inspection.fault(found.stringValue?.quoted ?? found.kind, allowed: allowed)
        return nil
      }, encoder: { _ in json })
  }
}

extension Schema where Value: RawRepresentable, Value.RawValue == String, Value: CaseIterable {
  /// One of the cases of `type`, by its raw value.
  public static func enumeration(_ type: Value.Type = Value.self) -> Schema {
    // Cases by position, so that neither closure needs the failable initialiser.
    let cases = Array(Value.allCases)
    let names = cases.map(\.rawValue)
    return names.schema(
      to: { name in names.firstIndex(of: name).map { cases[$0] } }, from: { $0.rawValue })
  }
}

extension [String] {
  /// A schema of these names, each of which `to` knows.
  fileprivate func schema<Value: Sendable>(
    to: @escaping @Sendable (String) -> Value?, from: @escaping @Sendable (Value) -> String
  ) -> Schema<Value> {
    let names = self
    let allowed = joined(separator: ", ")
    return Schema<Value>(
      ["type": "string", "enum": .array(map { .string($0) })], allowed: allowed,
      decoder: { json, inspection in
        guard case .string(let text) = json else {
          inspection.fault(json.kind, allowed: allowed)
          return nil
        }
        if names.contains(text), let value = to(text) { return value }
        let meant = inspection.isFull ? nil : text.nearest(among: names)
        inspection.fault(text.quoted + (meant.map { ", perhaps “\($0)”" } ?? ""), allowed: allowed)
        return nil
      }, encoder: { .string(from($0)) })
  }
}

extension String {
  /// The text without the whitespace around it.
  fileprivate var trimmed: String {
    let scalars = unicodeScalars
    let isText: (Unicode.Scalar) -> Bool = { !$0.properties.isWhitespace }
    guard let first = scalars.firstIndex(where: isText), let last = scalars.lastIndex(where: isText) else {
      return ""
    }
    if first == scalars.startIndex && scalars.index(after: last) == scalars.endIndex { return self }
    return String(scalars[first...last])
  }

  /// The number of code points, if it is outside of `range`.
  fileprivate func length(ifOutside range: ClosedRange<Int>) -> Int? {
    // A code point has one to four bytes, which settles most texts without counting.
    let bytes = utf8.count
    if bytes <= range.upperBound && (bytes + 3) / 4 >= range.lowerBound { return nil }
    let count = unicodeScalars.count
    return range.contains(count) ? nil : count
  }
}
