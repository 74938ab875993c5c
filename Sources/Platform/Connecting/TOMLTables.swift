/// A TOML file in which one table is put in place or taken out. All else stays as it was, to the byte.
///
/// It knows as much of TOML as it takes to find where tables begin and end, and refuses where a table could be written in
/// another way than under a header of its own.
struct TOMLTables: Sendable {
  private(set) var lines: [String]

  struct Unclear: Error, CustomStringConvertible {
    let description: String
  }

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  var text: String { lines.joined(separator: "\n") }

  /// The lines of the table at `path` and the tables inside it, as they stand; nil when there are none.
  func table(at path: [String]) throws(Unclear) -> String? {
    let ranges = try ranges(of: path)
    return ranges.isEmpty ? nil : ranges.flatMap { lines[$0] }.joined(separator: "\n")
  }

  /// Puts `body`, lines with their header, in the place of the table at `path`, or at the end.
  mutating func set(_ body: [String], at path: [String]) throws(Unclear) {
    let ranges = try ranges(of: path)
    guard let first = ranges.first else {
      while lines.last == "" { lines.removeLast() }
      lines += (lines.isEmpty ? [] : [""]) + body + [""]
      return
    }
    for range in ranges.dropFirst().reversed() { lines.removeSubrange(range) }
    lines.replaceSubrange(first, with: body)
  }

  /// Takes the table at `path` out. Returns whether there was one.
  @discardableResult
  mutating func remove(at path: [String]) throws(Unclear) -> Bool {
    let ranges = try ranges(of: path)
    for range in ranges.reversed() {
      lines.removeSubrange(range)
      // Of the empty lines around it, one stays.
      let start = range.lowerBound
      while start < lines.count, lines[start].allSatisfy(\.isWhitespace),
        start == 0 || lines[start - 1].allSatisfy(\.isWhitespace),
        lines.count > 1
      {
        lines.remove(at: start)
      }
    }
    return !ranges.isEmpty
  }

  /// Where the table at `path` and those inside it are. Empty lines and comments before the next header are not part of it.
  private func ranges(of path: [String]) throws(Unclear) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var open: Int?
    var current: [String] = []
    var scan = Scan()
    func close(_ end: Int) {
      guard let start = open else { return }
      var end = end
      while end > start + 1, Self.isEmpty(lines[end - 1]) { end -= 1 }
      ranges.append(start..<end)
      open = nil
    }
    for (number, line) in lines.enumerated() {
      let trimmed = line.drop(while: \.isWhitespace)
      if scan.isBetween, trimmed.hasPrefix("[") {
        guard let header = Self.keys(trimmed.drop { $0 == "[" }, until: "]") else {
          throw Unclear(description: "line \(number + 1) is no header of a table")
        }
        current = header
        close(number)
        if header.starts(with: path) { open = number }
        continue
      }
      if scan.isBetween, !Self.isEmpty(line), let keys = Self.keys(trimmed, until: "=") {
        let name = current + keys
        // `mcp_servers = { … }`, `mcp_servers.mneme.url = …` and the like.
        let isElsewhere = current.starts(with: path)
        if !isElsewhere, name.starts(with: path) || path.starts(with: name) {
          throw Unclear(
            description: "line \(number + 1) has \(path.joined(separator: ".")) without a header of its own")
        }
      }
      scan.take(line)
    }
    close(lines.count)
    return ranges
  }

  private static func isEmpty(_ line: String) -> Bool {
    let trimmed = line.drop(while: \.isWhitespace)
    return trimmed.isEmpty || trimmed.hasPrefix("#")
  }

  /// The parts of a dotted key; nil when it is none.
  private static func keys(_ text: Substring, until end: Character) -> [String]? {
    var keys: [String] = []
    var rest = text
    while true {
      rest = rest.drop { $0 == " " || $0 == "\t" }
      guard let first = rest.first else { return nil }
      if first == "\"" || first == "'" {
        rest = rest.dropFirst()
        var key = ""
        while let character = rest.popFirst(), character != first {
          if character == "\\", first == "\"", let escaped = rest.popFirst() {
            key.append(escaped)
          } else {
            key.append(character)
          }
        }
        keys.append(key)
      } else {
        let key = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        guard !key.isEmpty else { return nil }
        keys.append(String(key))
        rest = rest.dropFirst(key.count)
      }
      rest = rest.drop { $0 == " " || $0 == "\t" }
      guard let next = rest.popFirst() else { return nil }
      if next == end { return keys }
      guard next == "." else { return nil }
    }
  }

  /// Whether the end of a line is between two entries, rather than inside a value that goes on.
  private struct Scan {
    private var depth = 0
    private var multiline: Character?

    var isBetween: Bool { depth == 0 && multiline == nil }

    mutating func take(_ line: String) {
      var rest = Substring(line)
      while let character = rest.first {
        if let quote = multiline {
          if rest.hasPrefix(String(repeating: quote, count: 3)) {
            multiline = nil
            rest = rest.dropFirst(3)
          } else {
            rest = rest.dropFirst(character == "\\" && quote == "\"" ? 2 : 1)
          }
          continue
        }
        switch character {
        case "#": return
        case "\"", "'":
          if rest.hasPrefix(String(repeating: character, count: 3)) {
            multiline = character
            rest = rest.dropFirst(3)
            continue
          }
          rest = rest.dropFirst()
          while let next = rest.popFirst(), next != character {
            if next == "\\", character == "\"" { rest = rest.dropFirst() }
          }
        case "[", "{":
          depth += 1
          rest = rest.dropFirst()
        case "]", "}":
          depth = max(0, depth - 1)
          rest = rest.dropFirst()
        default: rest = rest.dropFirst()
        }
      }
    }
  }
}
