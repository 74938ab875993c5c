/// JSON as people keep it in settings files, with comments and commas after the last element, changed in place.
///
/// What a change does not touch stays as it was, to the byte: comments, order, indentation, line ends.
///
/// ```swift
/// var settings = try CommentedJSON(bytes)
/// try settings.set(["command": "mneme"], at: ["mcpServers", "mneme"])
/// ```
public struct CommentedJSON: Sendable {
  /// The text.
  public private(set) var bytes: [UInt8]
  /// The same with spaces for comments and superfluous commas, so that every position is the same in both.
  private var plain: [UInt8]

  /// A member that stands in the way of a change: something other than an object, where an object is needed.
  public struct NotAnObject: Error, CustomStringConvertible {
    public let path: [String]
    public var description: String {
      path.isEmpty ? "the file holds no object" : "“\(path.joined(separator: "."))” is no object"
    }
  }

  /// Reads a text. One without anything in it is taken for an empty object.
  public init(_ text: [UInt8]) throws(JSONSyntaxError) {
    let isBlank = text.allSatisfy { $0 == 0x20 || (9...13).contains($0) }
    bytes = isBlank ? Array("{}\n".utf8) : text
    plain = Self.plain(bytes)
    _ = try JSONValue(parsing: plain)
  }

  /// What it says.
  public var value: JSONValue { (try? JSONValue(parsing: plain)) ?? .null }

  /// What it says at `path`.
  public func value(at path: [String]) -> JSONValue? {
    var value: JSONValue? = self.value
    for key in path { value = value?[key] }
    return value
  }

  /// Puts `value` at `path`, in the place of what is there, or after the last member of the innermost object that exists.
  public mutating func set(_ value: JSONValue, at path: [String]) throws(NotAnObject) {
    guard let start = plain.firstIndex(of: Self.open), plain[..<start].allSatisfy(Self.isSpace) else {
      throw NotAnObject(path: [])
    }
    var object = start
    for (depth, key) in path.enumerated() {
      guard let member = members(of: object).last(where: { $0.key == key }) else {
        let nested = path[(depth + 1)...].reversed().reduce(value) { inner, key in
          .object([key: inner])
        }
        insert(key, nested, into: object)
        return
      }
      if depth == path.count - 1 {
        let text = Self.text(value, indent: indent(ofLineAt: member.start))
        replace(member.value, with: text)
        return
      }
      guard plain[member.value.lowerBound] == Self.open else {
        throw NotAnObject(path: Array(path[...depth]))
      }
      object = member.value.lowerBound
    }
  }

  /// Takes out what is at `path`, with its comma and its line. Returns whether there was anything.
  @discardableResult
  public mutating func remove(at path: [String]) -> Bool {
    guard let last = path.last, let object = object(at: path.dropLast()) else { return false }
    let members = members(of: object)
    guard let place = members.lastIndex(where: { $0.key == last }) else { return false }
    let member = members[place]
    var (start, end) = (member.start, member.value.upperBound)
    if let comma = comma(after: end) {
      end = comma + 1
    } else if place > 0, let comma = comma(after: members[place - 1].value.upperBound) {
      // The last member takes the comma before it along.
      bytes.remove(at: comma)
      start -= 1
      end -= 1
    }
    while start > 0, bytes[start - 1] == 0x20 || bytes[start - 1] == 9 { start -= 1 }
    if start > 0, bytes[start - 1] == 10 { start -= bytes[..<(start - 1)].last == 13 ? 2 : 1 }
    replace(start..<end, with: "")
    return true
  }

  // MARK: - Places

  private struct Member {
    let key: String
    let start: Int
    let value: Range<Int>
  }

  private static let open = UInt8(ascii: "{")
  private static let close = UInt8(ascii: "}")
  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 9 || byte == 10 || byte == 13 }

  private func skipSpace(_ position: Int) -> Int {
    var position = position
    while position < plain.count, Self.isSpace(plain[position]) { position += 1 }
    return position
  }

  /// The end of the value that begins at `start`. The text is known to be right.
  private func end(of start: Int) -> Int {
    var position = start
    var depth = 0
    while position < plain.count {
      switch plain[position] {
      case Self.quote:
        position += 1
        while plain[position] != Self.quote { position += plain[position] == UInt8(ascii: "\\") ? 2 : 1 }
        position += 1
      case Self.open, UInt8(ascii: "["):
        depth += 1
        position += 1
      case Self.close, UInt8(ascii: "]"):
        if depth == 0 { return position }
        depth -= 1
        position += 1
      case Self.comma where depth == 0: return position
      case let byte where depth == 0 && Self.isSpace(byte): return position
      default: position += 1
      }
      if depth == 0, position < plain.count,
        [Self.quote, Self.close, UInt8(ascii: "]")].contains(plain[position - 1])
      {
        return position
      }
    }
    return position
  }

  private func members(of object: Int) -> [Member] {
    var members: [Member] = []
    var position = skipSpace(object + 1)
    while plain[position] == Self.quote {
      let keyEnd = end(of: position)
      let key = (try? JSONValue(parsing: Array(plain[position..<keyEnd])))?.stringValue ?? ""
      let value = skipSpace(skipSpace(keyEnd) + 1)
      let valueEnd = end(of: value)
      members.append(Member(key: key, start: position, value: value..<valueEnd))
      position = skipSpace(valueEnd)
      if plain[position] == Self.comma { position = skipSpace(position + 1) }
    }
    return members
  }

  /// Where the object at `path` begins.
  private func object(at path: ArraySlice<String>) -> Int? {
    var object = skipSpace(0)
    guard plain[object] == Self.open else { return nil }
    for key in path {
      guard let member = members(of: object).last(where: { $0.key == key }),
        plain[member.value.lowerBound] == Self.open
      else { return nil }
      object = member.value.lowerBound
    }
    return object
  }

  /// The comma that follows a value, superfluous or not.
  private func comma(after position: Int) -> Int? {
    var position = position
    while position < bytes.count {
      if Self.isSpace(bytes[position]) {
        position += 1
      } else if let end = Self.comment(bytes, at: position) {
        position = end
      } else {
        return bytes[position] == Self.comma ? position : nil
      }
    }
    return nil
  }

  private func indent(ofLineAt position: Int) -> String {
    let start = bytes[..<position].lastIndex(of: 10).map { $0 + 1 } ?? 0
    return String(decoding: bytes[start..<position].prefix { $0 == 0x20 || $0 == 9 }, as: UTF8.self)
  }

  // MARK: - Changes

  private mutating func replace(_ range: Range<Int>, with text: String) {
    bytes.replaceSubrange(range, with: Array(text.utf8))
    plain = Self.plain(bytes)
  }

  private mutating func insert(_ key: String, _ value: JSONValue, into object: Int) {
    let members = members(of: object)
    let outer = indent(ofLineAt: object)
    var inner = outer + "  "
    if let first = members.first, bytes[..<first.start].last(where: { $0 != 0x20 && $0 != 9 }) == 10 {
      inner = indent(ofLineAt: first.start)
    }
    let member = "\n\(inner)\(JSONValue.string(key).text): \(Self.text(value, indent: inner))"
    guard let last = members.last else {
      // Whatever comment is in it comes after.
      let closes = plain[skipSpace(object + 1)] == Self.close && skipSpace(object + 1) == object + 1
      replace((object + 1)..<(object + 1), with: member + (closes ? "\n\(outer)" : ""))
      return
    }
    var place = last.value.upperBound
    var trailing = ""
    if let comma = comma(after: place) {
      place = comma + 1
      // Where the last member has a comma, the new one gets one as well.
      trailing = ","
    } else {
      bytes.insert(Self.comma, at: place)
      place += 1
    }
    // A comment on the same line is about the member before.
    while place < bytes.count {
      if bytes[place] == 0x20 || bytes[place] == 9 {
        place += 1
      } else if let end = Self.comment(bytes, at: place), !bytes[place..<end].contains(10) {
        place = end
      } else {
        break
      }
    }
    let closes = bytes[place] == Self.close
    replace(place..<place, with: member + trailing + (closes ? "\n\(outer)" : ""))
  }

  private static func text(_ value: JSONValue, indent: String) -> String {
    value.prettyText.split(separator: "\n").joined(separator: "\n\(indent)")
  }

  /// The end of the comment that begins at `position`, without its line's end; nil when none does.
  private static func comment(_ bytes: [UInt8], at position: Int) -> Int? {
    let slash = UInt8(ascii: "/")
    guard position + 1 < bytes.count, bytes[position] == slash else { return nil }
    if bytes[position + 1] == slash {
      return bytes[position...].firstIndex { $0 == 10 || $0 == 13 } ?? bytes.count
    }
    guard bytes[position + 1] == UInt8(ascii: "*") else { return nil }
    var end = position + 2
    while end + 1 < bytes.count, !(bytes[end] == UInt8(ascii: "*") && bytes[end + 1] == slash) { end += 1 }
    return end + 1 < bytes.count ? end + 2 : nil
  }

  private static func plain(_ bytes: [UInt8]) -> [UInt8] {
    var plain = bytes
    // The mark that some editors put at the start.
    if plain.starts(with: [0xEF, 0xBB, 0xBF]) { for place in 0..<3 { plain[place] = 0x20 } }
    var pendingComma: Int?
    var before: UInt8 = open
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      if let end = comment(bytes, at: position) {
        for place in position..<end where !isSpace(plain[place]) { plain[place] = 0x20 }
        position = end
        continue
      }
      if byte == quote {
        position += 1
        while position < bytes.count, bytes[position] != quote {
          position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        pendingComma = nil
      } else if byte == comma {
        // One that follows nothing is a mistake, which the parser will find.
        pendingComma = [open, UInt8(ascii: "["), comma].contains(before) ? nil : position
      } else if byte == close || byte == UInt8(ascii: "]") {
        if let place = pendingComma { plain[place] = 0x20 }
        pendingComma = nil
      } else if !isSpace(byte) {
        pendingComma = nil
      }
      if !isSpace(byte) { before = byte }
      position += 1
    }
    return plain
  }
}
