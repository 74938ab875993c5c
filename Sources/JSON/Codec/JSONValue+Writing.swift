/// How a value is laid out in text.
public enum JSONStyle: Sendable {
  /// No whitespace at all.
  case compact
  /// One member or element a line, two spaces a level.
  case pretty
}

extension JSONValue {
  /// Appends the value as JSON in UTF-8.
  ///
  /// What was parsed is written back as the same value: doubles in the shortest text that reads back as the
  /// same double, with a point or an exponent. Characters beyond ASCII stay as they are. A double that is not
  /// finite, which JSON cannot say and the parser never returns, is written as `null`.
  public func write(into output: inout [UInt8], style: JSONStyle = .compact) {
    var writer = JSONWriter(style: style)
    writer.write(self)
    output.append(contentsOf: writer.written)
  }

  /// The value as compact JSON in UTF-8.
  public var bytes: [UInt8] {
    var writer = JSONWriter(style: .compact)
    writer.write(self)
    return Array(writer.written)
  }

  /// The value as compact JSON.
  public var text: String { text(.compact) }

  /// The value as JSON over several lines, indented by two spaces a level.
  public var prettyText: String { text(.pretty) }

  private func text(_ style: JSONStyle) -> String {
    var writer = JSONWriter(style: style)
    writer.write(self)
    return String(decoding: writer.written, as: UTF8.self)
  }
}
